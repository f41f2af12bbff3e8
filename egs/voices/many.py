"""What many voices cost: memory, and the time of a line in a voice that was not used before."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio.io import Audio
from minimax_speech.voice import Prompt, Voice

TEXT = "The old house stood at the end of a quiet street."
LINES, ROUNDS = 8, 3


def another(voice: Voice, number: int) -> Voice:
    """A voice of its own, as large as the given one, that says the same just as long."""
    timbre = voice.timbre + np.float32(1e-4 * (number + 1))
    prompt = voice.prompt and Prompt(
        voice.prompt.text, voice.prompt.tokens.copy(), voice.prompt.latents.copy()
    )
    return replace(voice, name=str(number), timbre=timbre, prompt=prompt)


def megabytes() -> float:
    """Resident memory of this process (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS in /proc/self/status")


def seconds_a_line(tts: MiniMaxSpeech, voices: list[Voice]) -> float:
    """Time of a line, each in the next voice; the best of several rounds, which tells least noise.

    No voice of one round is used in another.
    """
    best = float("inf")
    for round_ in range(ROUNDS):
        chosen = voices[LINES * round_ :][:LINES] if len(voices) > 1 else voices * LINES
        start = time.perf_counter()
        spoken: list[Audio] = [tts.synthesize(TEXT, voice, "en") for voice in chosen]
        assert all(len(audio.samples) for audio in spoken)
        best = min(best, (time.perf_counter() - start) / LINES)
    return best


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model")
    parser.add_argument("--count", type=int, default=5000)
    chosen = parser.parse_args()
    tts = MiniMaxSpeech.from_pretrained(chosen.model, device="cpu")
    tts.load()
    cloned = tts.voice(tts.voices()[-1].name) if tts.voices() else sys.exit("no voice")
    print("| voices | MB of memory | s a line, one voice | s a line, each another |")
    print("|---|---|---|---|")
    for what, voice in (
        ("without a prompt, as mixtures", replace(cloned, prompt=None)),
        ("with one of 4 s", cloned),
    ):
        tts.synthesize(TEXT, voice, "en")
        before = megabytes()
        voices = [another(voice, number) for number in range(chosen.count)]
        held = megabytes() - before
        same, others = seconds_a_line(tts, [voice]), seconds_a_line(tts, voices)
        print(f"| {chosen.count} {what} | {held:.0f} | {same:.3f} | {others:.3f} |", flush=True)


if __name__ == "__main__":
    main()
