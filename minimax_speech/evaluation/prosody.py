"""What changing speed and pitch does to speech: to its words, its speaker, its length and pitch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import HIGHEST_HZ, LOWEST_HZ, median_pitch
from minimax_speech.audio.prosody import Prosody
from minimax_speech.evaluation.intelligibility import count_errors
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.similarity import cosine
from minimax_speech.evaluation.verifiers import SpeakerVerifier


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
        cer_back: the same once speed and pitch are changed back: what was lost on the way, without
            what the judge is not used to.
        similarity: mean cosine to an unchanged utterance of the same voice that says another text.
        length: mean ratio of the durations after and before.
        pitch: ratio of the median pitches after and before; the median of the utterances.
        level: mean difference of the levels of the speech, in dB.
    """

    cer: float
    cer_back: float
    similarity: float
    length: float
    pitch: float
    level: float


def compare(
    utterances: Sequence[Spoken],
    rate: int,
    prosodies: Mapping[str, Prosody],
    language: str,
    recogniser: SpeechRecogniser,
    verifier: SpeakerVerifier,
) -> dict[str, ProsodyScores]:
    """Score utterances after each of several changes.

    Args:
        utterances: two or more of each voice.
        rate: Hz.
        prosodies: by name.
        language: of the texts.
        recogniser: judge of the words.
        verifier: judge of the speaker.
    """
    voices = [utterance.voice for utterance in utterances]
    texts = [utterance.text for utterance in utterances]
    vectors = [verifier.embed(utterance.samples, rate) for utterance in utterances]
    others = [vectors[_partner(voices, number)] for number in range(len(voices))]
    pitches = [_pitch(utterance.samples, rate, 1.0) for utterance in utterances]
    scores = {}
    for name, prosody in prosodies.items():
        changed = [prosody.apply(utterance.samples, rate) for utterance in utterances]
        pairs = list(zip(changed, (u.samples for u in utterances), strict=True))
        ratio = 2 ** (prosody.pitch / 12)
        reverse = Prosody(1 / prosody.speed, -prosody.pitch)
        back = [reverse.apply(samples, rate) for samples in changed]
        likeness = [
            cosine(verifier.embed(samples, rate), other)
            for samples, other in zip(changed, others, strict=True)
        ]
        higher = [_pitch(s, rate, ratio) / p for s, p in zip(changed, pitches, strict=True)]
        scores[name] = ProsodyScores(
            cer=_cer(texts, changed, rate, language, recogniser),
            cer_back=_cer(texts, back, rate, language, recogniser),
            similarity=float(np.mean(likeness)),
            length=float(np.mean([len(after) / len(before) for after, before in pairs])),
            pitch=float(np.nanmedian(higher)),
            level=float(np.mean([_level(a, rate) - _level(b, rate) for a, b in pairs])),
        )
    return scores


def _cer(
    texts: Sequence[str],
    clips: Sequence[Samples],
    rate: int,
    language: str,
    recogniser: SpeechRecogniser,
) -> float:
    errors = [
        count_errors(
            text, recogniser.transcribe(samples, rate, language), language, recogniser.form
        )
        for text, samples in zip(texts, clips, strict=True)
    ]
    return 100 * sum(e.character_errors for e in errors) / sum(e.characters for e in errors)


def _partner(voices: Sequence[str], number: int) -> int:
    """Which utterance of the same voice comes next; after the last, the first."""
    same = [other for other, voice in enumerate(voices) if voice == voices[number]]
    return same[(same.index(number) + 1) % len(same)]


def markdown(scores: Mapping[str, ProsodyScores]) -> str:
    """The scores as a table."""
    lines = [
        "| change | CER | CER, changed back | similarity | length | pitch | level |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {s.cer:.1f} % | {s.cer_back:.1f} % | {s.similarity:.3f} | {s.length:.3f} "
        f"| {s.pitch:.3f} | {s.level:+.1f} dB |"
        for name, s in scores.items()
    ]
    return "\n".join(lines)


def _pitch(samples: Samples, rate: int, ratio: float) -> float:
    return median_pitch(samples, rate, ratio * LOWEST_HZ, ratio * HIGHEST_HZ)


def _level(samples: Samples, rate: int) -> float:
    return levels.inspect(samples, rate).rms_db
