"""Whether speech is heard to have the emotion that was asked for, and what that costs.

The judge is a classifier of how things are said (`Delivery`), each utterance compared with neutral
ones of the same voice; it is fitted on recordings of speakers who took no part in training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minimax_speech.audio.io import Samples
from minimax_speech.data.manifest import Utterance, read_samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.delivery import FIGURES, Delivery, measure, table
from minimax_speech.evaluation.intelligibility import count_errors
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.registry import require
from minimax_speech.evaluation.similarity import cosine
from minimax_speech.evaluation.verifiers import SpeakerVerifier

NEUTRAL = "neutral"
_FOLDS = 5

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """An utterance of a voice.

    Attributes:
        text: as written.
        voice: whose it is.
        emotion: that was meant; `NEUTRAL` is none.
        samples: mono, (samples,).
    """

    text: str
    voice: str
    emotion: str
    samples: Samples


@dataclass(frozen=True)
class EmotionScores:
    """Of one emotion; shares are 0 to 1.

    Attributes:
        own_recall: share of the recordings with the emotion that the classifier recognises, of
            speakers it was not fitted on.
        recall: of what was synthesised with the emotion.
        plain_recall: share of what was synthesised without it that is taken for it.
        cer, plain_cer: character errors with and without it, in percent.
        similarity, plain_similarity: mean cosine to other speech of the same voice without it.
        differences: from the neutral voice, of `Delivery`'s figures: recordings, and synthesis.
    """

    own_recall: float
    recall: float
    plain_recall: float
    cer: float
    plain_cer: float
    similarity: float
    plain_similarity: float
    differences: tuple[list[float], list[float]]


class EmotionClassifier:
    """Linear discriminant analysis of differences from the neutral voice."""

    def __init__(self, recordings: Sequence[Utterance]) -> None:
        """Fitted on recordings with emotions and neutral ones, with their texts.

        Raises:
            InputError: of fewer than two speakers, or without neutral ones of each.
        """
        analysis, pipeline, scaling, selection = (
            require(f"sklearn.{part}", "the judge of emotions", "'minimax-speech[eval]'")
            for part in ("discriminant_analysis", "pipeline", "preprocessing", "model_selection")
        )
        usable = [item for item in recordings if item.text and item.emotion]
        voices = [item.speaker for item in usable]
        self.labels = np.array([str(item.emotion) for item in usable])
        if len(set(voices)) < 2:
            raise InputError("emotions are judged by recordings of two speakers or more: add some")
        figures = [_measured(item) for item in usable]
        self.differences = differences(figures, voices, self.labels.tolist())
        judge = pipeline.make_pipeline(
            scaling.StandardScaler(),
            analysis.LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
        )
        folds = selection.GroupKFold(min(_FOLDS, len(set(voices))))
        self.found = selection.cross_val_predict(
            judge, self.differences, self.labels, groups=voices, cv=folds
        )
        self._judge = judge.fit(self.differences, self.labels)

    @property
    def emotions(self) -> list[str]:
        """Those that it tells apart, besides none."""
        return sorted({*self.labels.tolist()} - {NEUTRAL})

    def own_recall(self, emotion: str) -> float:
        """Share of the recordings with an emotion that are recognised, by others' recordings."""
        meant = self.labels == emotion
        return float((self.found[meant] == emotion).mean())

    def recall(self, figures: Figures, emotion: str) -> float:
        """Share of differences (utterances, figures) that are taken for an emotion."""
        return float((self._judge.predict(figures) == emotion).mean())


def differences(
    figures: Sequence[Delivery], voices: Sequence[str], emotions: Sequence[str]
) -> Figures:
    """Figures (utterances, figures) less the mean of the neutral ones of the same voice.

    Raises:
        InputError: a voice has no neutral utterance.
    """
    rows, names, meant = table([*figures]), np.array(voices), np.array(emotions)
    for voice in set(voices):
        neutral = (names == voice) & (meant == NEUTRAL)
        if not neutral.any():
            raise InputError(f"voice {voice!r} has no neutral utterance to compare with: add some")
        rows[names == voice] -= rows[neutral].mean(0)
    return rows


def score(
    said: Sequence[Said],
    rate: int,
    classifier: EmotionClassifier,
    language: str,
    recogniser: SpeechRecogniser,
    verifier: SpeakerVerifier,
) -> dict[str, EmotionScores]:
    """Scores of each emotion.

    Args:
        said: each text in each voice with each emotion and without, at least two texts.
        rate: Hz.
        classifier: judge of the emotion.
        language: of the texts.
        recogniser: judge of the words.
        verifier: judge of the speaker.
    """
    figures = [measure(one.samples, rate, len(one.text)) for one in said]
    meant = np.array([one.emotion for one in said])
    rows = differences(figures, [one.voice for one in said], meant.tolist())
    errors = np.array([_errors(one, rate, language, recogniser) for one in said])
    likeness = _likeness(said, rate, verifier)
    plain = meant == NEUTRAL
    scores = {}
    for emotion in sorted({*meant.tolist()} - {NEUTRAL}):
        own, recorded = meant == emotion, classifier.labels == emotion
        scores[emotion] = EmotionScores(
            own_recall=classifier.own_recall(emotion),
            recall=classifier.recall(rows[own], emotion),
            plain_recall=classifier.recall(rows[plain], emotion),
            cer=_percent(errors[own]),
            plain_cer=_percent(errors[plain]),
            similarity=float(likeness[own].mean()),
            plain_similarity=float(likeness[plain].mean()),
            differences=(
                classifier.differences[recorded].mean(0).round(3).tolist(),
                rows[own].mean(0).round(3).tolist(),
            ),
        )
    return scores


def markdown(scores: Mapping[str, EmotionScores]) -> str:
    """The scores as a table with their means, and another of the differences from neutral."""
    lines = [
        "| emotion | of recordings | recall | without | CER | without | similarity | without |",
        "|---|---|---|---|---|---|---|---|",
    ]
    columns = ("own_recall", "recall", "plain_recall", "cer", "plain_cer", "similarity")
    rows = {
        name: [getattr(each, column) for column in (*columns, "plain_similarity")]
        for name, each in scores.items()
    }
    for name, row in {**rows, "mean": np.mean([*rows.values()], axis=0)}.items():
        shares = " | ".join(f"{share:.0%}" for share in row[:3])
        lines.append(
            f"| {name} | {shares} | {row[3]:.1f} % | {row[4]:.1f} % | {row[5]:.3f} | {row[6]:.3f} |"
        )
    lines += ["", "| from neutral: recordings → speech | " + " | ".join(FIGURES) + " |"]
    lines.append("|---" * (1 + len(FIGURES)) + "|")
    for name, each in scores.items():
        pairs = [f"{was:+.2f} → {now:+.2f}" for was, now in zip(*each.differences, strict=True)]
        lines.append(f"| {name} | " + " | ".join(pairs) + " |")
    return "\n".join(lines)


def _measured(item: Utterance) -> Delivery:
    samples, rate = read_samples(item)
    try:
        return measure(samples, rate, len(item.text or ""))
    except ValueError:
        raise InputError(f"{item.audio} is silent: leave utterance {item.id} out") from None


def _errors(one: Said, rate: int, language: str, recogniser: SpeechRecogniser) -> tuple[int, int]:
    heard = recogniser.transcribe(one.samples, rate, language)
    errors = count_errors(one.text, heard, language, recogniser.form)
    return errors.character_errors, errors.characters


def _percent(errors: npt.NDArray[np.int64]) -> float:
    wrong, of = errors.sum(0)
    return float(100 * wrong / of)


def _likeness(said: Sequence[Said], rate: int, verifier: SpeakerVerifier) -> Figures:
    """Cosine of each utterance to a neutral one of the same voice that says the next text."""
    vectors = [verifier.embed(one.samples, rate) for one in said]
    texts = list(dict.fromkeys(one.text for one in said))
    neutral = {
        (one.voice, one.text): vector
        for one, vector in zip(said, vectors, strict=True)
        if one.emotion == NEUTRAL
    }
    following = dict(zip(texts, (*texts[1:], texts[0]), strict=True))
    return np.array(
        [
            cosine(vector, neutral[one.voice, following[one.text]])
            for one, vector in zip(said, vectors, strict=True)
        ]
    )
