"""How well the speakers of a corpus are understood."""

from collections.abc import Sequence

from minimax_speech.data.manifest import Utterance, read_samples
from minimax_speech.evaluation.intelligibility import count_errors
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.workers import show_progress


def speaker_error_rates(
    utterances: Sequence[Utterance], judge: SpeechRecogniser, clips: int
) -> dict[str, float]:
    """Speaker -> character error rate (0 to 1) over the first ``clips`` transcribed utterances.

    Raises:
        InputError: an utterance's audio cannot be read.
    """
    heard: dict[str, list[tuple[Utterance, str]]] = {}
    for utterance in utterances:
        chosen = heard.setdefault(utterance.speaker, [])
        if utterance.text and len(chosen) < clips:
            chosen.append((utterance, utterance.text))
    rates: dict[str, float] = {}
    for speaker, chosen in show_progress(heard.items(), len(heard), "listening"):
        counts = [
            count_errors(
                text, judge.transcribe(*read_samples(u), u.language), u.language, judge.form
            )
            for u, text in chosen
        ]
        if counts:
            errors = sum(count.character_errors for count in counts)
            rates[speaker] = errors / sum(count.characters for count in counts)
    return rates
