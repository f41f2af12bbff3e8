"""Values that depend on more than one measure or clip: rates, agreement, likeness, copies."""

import statistics
from collections.abc import Mapping, Sequence

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.data.manifest import Utterance
from minimax_speech.evaluation.intelligibility import count_errors, scoring_text

_FEWEST_CLIPS = 3
"""Of a speaker: of two clips nobody can say which one is the other's."""
_NO_WORDS_CER = 100.0


def speaking_rates(
    utterances: Sequence[Utterance], speech_seconds: Mapping[str, float]
) -> dict[str, float]:
    """Characters a second of speech, over the median of the language; by utterance's id.

    Of those with a transcript in which somebody speaks.
    """
    rates: dict[str, float] = {}
    by_language: dict[str, list[float]] = {}
    for utterance in utterances:
        if utterance.text and (seconds := speech_seconds[utterance.id]) > 0:
            rate = len(scoring_text(utterance.text, utterance.language)) / seconds
            rates[utterance.id] = rate
            by_language.setdefault(utterance.language, []).append(rate)
    medians = {language: statistics.median(values) for language, values in by_language.items()}
    return {
        utterance.id: rates[utterance.id] / medians[utterance.language]
        for utterance in utterances
        if utterance.id in rates and medians[utterance.language] > 0
    }


def disagreement(
    utterances: Sequence[Utterance],
    heard: Mapping[str, Mapping[str, str]],
    writers: Mapping[str, str],
) -> dict[str, float]:
    """Character error rate, in percent, of each utterance's transcript; by its id.

    The recogniser that comes closest to a transcript confirms or refutes it: two that make
    mistakes of their own rarely make the same ones. Where there is no transcript, what the first
    recogniser hears is compared with what the others hear.

    Args:
        utterances: with the transcripts to judge.
        heard: recogniser → utterance's id → what it hears.
        writers: utterance's id → the recogniser that wrote its transcript, where one did.
    """
    rates: dict[str, float] = {}
    for utterance in utterances:
        judges = [name for name in heard if name != writers.get(utterance.id)]
        text = utterance.text
        if text is None and judges:
            text = heard[judges.pop(0)][utterance.id]
        if text is not None and judges:
            rates[utterance.id] = min(
                _error_rate(text, heard[judge][utterance.id], utterance.language)
                for judge in judges
            )
    return rates


def likeness(utterances: Sequence[Utterance], vectors: Mapping[str, Samples]) -> dict[str, float]:
    """Cosine of each utterance's vector and the centre of its speaker's other ones; by its id.

    Only of speakers with three utterances in which somebody speaks.
    """
    by_speaker: dict[str, list[str]] = {}
    for utterance in utterances:
        if vectors[utterance.id].any():
            by_speaker.setdefault(utterance.speaker, []).append(utterance.id)
    cosines: dict[str, float] = {}
    for ids in by_speaker.values():
        if len(ids) < _FEWEST_CLIPS:
            continue
        stacked = np.stack([vectors[id] for id in ids]).astype(np.float64)
        stacked /= np.linalg.norm(stacked, axis=1, keepdims=True)
        others = stacked.sum(axis=0) - stacked
        others /= np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-12)
        cosines |= dict(zip(ids, map(float, (stacked * others).sum(axis=1)), strict=True))
    return cosines


def copies(utterances: Sequence[Utterance], digests: Mapping[str, str]) -> dict[str, float]:
    """How many utterances before it have the same samples; by utterance's id."""
    counts: dict[str, int] = {}
    earlier: dict[str, float] = {}
    for utterance in utterances:
        digest = digests[utterance.id]
        earlier[utterance.id] = counts.get(digest, 0)
        counts[digest] = counts.get(digest, 0) + 1
    return earlier


def _error_rate(text: str, heard: str, language: str) -> float:
    if not scoring_text(text, language):
        return _NO_WORDS_CER
    return count_errors(text, heard, language).cer
