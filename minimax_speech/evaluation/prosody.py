"""What changing speed and pitch does to speech: to its words, its speaker, its length and pitch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import HIGHEST_HZ, LOWEST_HZ, median_pitch
from minimax_speech.evaluation.intelligibility import count_errors
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.similarity import cosine
from minimax_speech.evaluation.verifiers import SpeakerVerifier

Change = Callable[[Samples, int], Samples]
"""Samples (samples,) and their rate in Hz to changed samples."""


@dataclass(frozen=True)
class Spoken:
    """An utterance as it was spoken, before any change.

    Attributes:
        text: as written.
        voice: name of the voice.
        samples: mono, (samples,).
    """

    text: str
    voice: str
    samples: Samples


@dataclass(frozen=True)
class ProsodyScores:
    """Of utterances after a change; see `compare`.

    Attributes:
        cer: character errors in percent of all characters.
        similarity: mean cosine to an unchanged utterance of the same voice that says another text.
        length: mean ratio of the durations after and before.
        pitch: ratio of the median pitches after and before; the median of the utterances.
        level: mean difference of the levels of the speech, in dB.
    """

    cer: float
    similarity: float
    length: float
    pitch: float
    level: float


def compare(
    utterances: Sequence[Spoken],
    rate: int,
    changes: Mapping[str, tuple[Change, float]],
    language: str,
    recogniser: SpeechRecogniser,
    verifier: SpeakerVerifier,
) -> dict[str, ProsodyScores]:
    """Score utterances after each of several changes.

    Args:
        utterances: several of each voice.
        rate: Hz.
        changes: by name, each with the ratio of pitches that it is meant to have, which says where
            to look for the pitch.
        language: of the texts.
        recogniser: judge of the words.
        verifier: judge of the speaker.
    """
    voices = [utterance.voice for utterance in utterances]
    vectors = [verifier.embed(utterance.samples, rate) for utterance in utterances]
    # The next utterance of the same voice, and after the last the first.
    partners = [
        next(
            n % len(voices)
            for n in range(number + 1, number + len(voices) + 1)
            if voices[n % len(voices)] == voice
        )
        for number, voice in enumerate(voices)
    ]
    pitches = [_pitch(utterance.samples, rate, 1.0) for utterance in utterances]
    scores = {}
    for name, (change, ratio) in changes.items():
        changed = [change(utterance.samples, rate) for utterance in utterances]
        errors = [
            count_errors(u.text, recogniser.transcribe(samples, rate, language), language)
            for u, samples in zip(utterances, changed, strict=True)
        ]
        likeness = [
            cosine(verifier.embed(samples, rate), vectors[partner])
            for samples, partner in zip(changed, partners, strict=True)
        ]
        pairs = list(zip(changed, (u.samples for u in utterances), strict=True))
        scores[name] = ProsodyScores(
            100 * sum(e.character_errors for e in errors) / sum(e.characters for e in errors),
            float(np.mean(likeness)),
            float(np.mean([len(after) / len(before) for after, before in pairs])),
            float(
                np.nanmedian(
                    [_pitch(s, rate, ratio) / p for s, p in zip(changed, pitches, strict=True)]
                )
            ),
            float(np.mean([_level(after, rate) - _level(before, rate) for after, before in pairs])),
        )
    return scores


def markdown(scores: Mapping[str, ProsodyScores]) -> str:
    """The scores as a table."""
    lines = ["| change | CER | similarity | length | pitch | level |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {name} | {s.cer:.1f} % | {s.similarity:.3f} | {s.length:.3f} | {s.pitch:.3f} "
        f"| {s.level:+.1f} dB |"
        for name, s in scores.items()
    ]
    return "\n".join(lines)


def _pitch(samples: Samples, rate: int, ratio: float) -> float:
    return median_pitch(samples, rate, ratio * LOWEST_HZ, ratio * HIGHEST_HZ)


def _level(samples: Samples, rate: int) -> float:
    return levels.inspect(samples, rate).rms_db
