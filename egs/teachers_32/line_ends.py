"""How many streamed lines, drawn but once, stop before their text ends or say more than it."""

import logging
import re
from collections import Counter

from minimax_speech import MiniMaxSpeech

TEXTS = [
    "We walked along the river until it was dark, and only then did somebody think of the boat. "
    "How do you do?",
    "That was the last time that anybody saw them.",
    "She put 25 letters on the table, and went out at once. Nobody knows.",
    "It was late. We went home.",
    "The train leaves at 8:30. Please be there on time.",
    "I like apples, pears and plums. And you?",
    "Nobody said a word. Then the door opened.",
    "Hello there. How are you?",
    "Hello!",
    "Good morning. Thank you for calling.",
    "Hi, my name is Anna. Nice to meet you.",
    "Testing, one two three.",
    "Yes.",
    "Thank you very much!",
    "This is a test.",
]
VOICES = [None, "linda", "alan"]
SEEDS = range(20)


class Faults(logging.Handler):
    """Counts what the model is told of by its own check."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Take one warning."""
        if found := re.search(r"came out wrong \((.*?)\)", record.getMessage()):
            self.counts[found[1]] += 1


def main() -> None:
    """Speak and count."""
    tts = MiniMaxSpeech.from_pretrained(device="cpu")
    logger = logging.getLogger("minimax_speech.inference.utterance")
    logger.propagate = False
    for voice in VOICES:
        faults = Faults()
        logger.addHandler(faults)
        for text in TEXTS:
            for seed in SEEDS:
                for _ in tts.stream(text, voice, "en", seed, check=True):
                    pass
        logger.removeHandler(faults)
        print(f"{voice or 'default'}: {len(TEXTS) * len(SEEDS)} lines, {dict(faults.counts)}")


if __name__ == "__main__":
    main()
