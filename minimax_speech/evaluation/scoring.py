"""Scores of audio files against a test list: one row for each, then summaries."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.intelligibility import count_errors, scoring_text
from minimax_speech.evaluation.quality import check_length, expected_seconds
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.report import Summary, weight_field
from minimax_speech.evaluation.similarity import SimilarityBounds, cosine, similarity_bounds
from minimax_speech.evaluation.statistics import Interval, bootstrap_mean
from minimax_speech.evaluation.test_sets import TestItem
from minimax_speech.evaluation.verifiers import SpeakerVerifier
from minimax_speech.evaluation.workers import show_progress
from minimax_speech.text import languages

PERCENT = ("wer", "cer")
FLAGS = ("empty", "truncated", "looping")


@dataclass
class Scores:
    """Rows of a report, and the bounds of each verifier (by the measure's name)."""

    rows: list[dict[str, Any]]
    bounds: dict[str, SimilarityBounds] = field(default_factory=dict)

    def summaries(self, seed: int) -> dict[str, dict[str, Summary]]:
        """Group -> measure -> summary; the groups are "all" and, where several, the languages."""
        groups = {"all": self.rows}
        languages = sorted({row["language"] for row in self.rows})
        if len(languages) > 1:
            for code in languages:
                groups[code] = [row for row in self.rows if row["language"] == code]
        return {name: summarise(rows, seed, self.bounds) for name, rows in groups.items()}

    def flags(self) -> dict[str, list[str]]:
        """Flag -> ids of the utterances that have it."""
        return {flag: [row["id"] for row in self.rows if row["flag"] == flag] for flag in FLAGS}


def check_item(item: TestItem, recognisers: Sequence[SpeechRecogniser]) -> None:
    """Refuse an item that cannot be scored, before it is spoken.

    Raises:
        InputError: an unknown language, a text without words, a file that cannot be read, or a
            judge that does not know the language.
    """
    languages.get(item.language)
    if not scoring_text(item.text, item.language):
        raise InputError(f"its text holds no words to score: {item.text!r}")
    for recogniser in recognisers:
        recogniser.check_language(item.language)
    for path in (item.reference, item.target):
        if path is not None:
            io.duration(path)


def score(
    items: Sequence[TestItem],
    files: Mapping[str, Path],
    recognisers: Sequence[SpeechRecogniser],
    verifiers: Sequence[SpeakerVerifier],
    speaker_clips: Mapping[str, Sequence[Path]],
    workers: int,
) -> Scores:
    """Score each item's file: length, then every recogniser, then every verifier.

    `check_item` has passed all items.

    Raises:
        InputError: a file cannot be read.
    """
    rows = [_row(item, files[item.id]) for item in items]
    for recogniser in recognisers:
        _add_errors(rows, recogniser, workers)
    scores = Scores(rows)
    for verifier in verifiers:
        vectors = _Vectors(verifier)
        measure = f"similarity/{verifier.name}"
        _add_similarity(measure, rows, items, vectors)
        if any(measure in row["measures"] for row in rows):
            bounds = _bounds(speaker_clips, vectors)
            if bounds is not None:
                scores.bounds[measure] = bounds
    return scores


def summarise(
    rows: Sequence[Mapping[str, Any]],
    seed: int,
    bounds: Mapping[str, SimilarityBounds] | None = None,
) -> dict[str, Summary]:
    """Summaries of all measures in the rows.

    Error rates are those of the whole corpus; WER also comes as the mean over utterances, which
    is what seed-tts-eval reports.
    """
    names = list(dict.fromkeys(name for row in rows for name in row["measures"]))
    summaries: dict[str, Summary] = {}
    for name in names:
        measured = [row for row in rows if row["measures"].get(name) is not None]
        if not measured:
            continue
        values = [float(row["measures"][name]) for row in measured]
        weights = [float(row.get(weight_field(name), 1)) for row in measured]
        unit = "%" if name.partition("/")[0] in PERCENT else ""
        value = bootstrap_mean(values, weights, seed)
        if bounds is None or name not in bounds:
            summaries[name] = Summary(value, unit)
        else:
            limits = bounds[name]
            summaries[name] = Summary(
                value,
                unit,
                limits.floor(seed),
                limits.ceiling(seed),
                _gap_closed(name, limits, values, seed),
            )
        if name.startswith("wer/"):
            per_utterance = bootstrap_mean(values, seed=seed)
            summaries[f"{name}, mean of utterances"] = Summary(per_utterance, unit)
    return summaries


def _gap_closed(
    measure: str, limits: SimilarityBounds, values: Sequence[float], seed: int
) -> Interval | None:
    """None, and a warning, where the clips show no gap: the rest of the report still holds."""
    try:
        return limits.gap_closed(values, seed)
    except InputError as error:
        logging.getLogger(__name__).warning(f"{measure}: {error}")
        return None


def _row(item: TestItem, file: Path) -> dict[str, Any]:
    samples, rate = io.read(file)
    expected = (
        io.duration(item.target) if item.target else expected_seconds(item.text, item.language)
    )
    length = check_length(samples, rate, expected)
    return {
        "id": item.id,
        "text": item.text,
        "language": item.language,
        "speaker": item.speaker,
        "audio": str(file),
        "seconds": round(length.seconds, 3),
        "expected_seconds": round(length.expected, 3),
        "flag": length.flag,
        "transcripts": {},
        "measures": {"length ratio": round(length.ratio, 3)},
    }


def _add_errors(rows: list[dict[str, Any]], recogniser: SpeechRecogniser, workers: int) -> None:
    files = [Path(row["audio"]) for row in rows]
    languages = [row["language"] for row in rows]
    transcripts = recogniser.transcribe_files(files, languages, workers)
    shown = show_progress(transcripts, len(rows), f"hearing ({recogniser.name})")
    for row, transcript in zip(rows, shown, strict=True):
        counts = count_errors(row["text"], transcript, row["language"], recogniser.form)
        row["words"], row["characters"] = counts.words, counts.characters
        row["transcripts"][recogniser.name] = transcript
        row["measures"][f"wer/{recogniser.name}"] = counts.wer
        row["measures"][f"cer/{recogniser.name}"] = counts.cer


class _Vectors:
    """A verifier's vectors of files, each computed once."""

    def __init__(self, verifier: SpeakerVerifier) -> None:
        self.verifier = verifier
        self._known: dict[Path, Samples] = {}

    def of(self, files: Sequence[Path]) -> list[Samples]:
        new = [file for file in dict.fromkeys(files) if file not in self._known]
        vectors = self.verifier.embed_files(new)
        shown = show_progress(vectors, len(new), f"comparing ({self.verifier.name})")
        self._known.update(zip(new, shown, strict=True))
        return [self._known[file] for file in files]


def _add_similarity(
    measure: str, rows: list[dict[str, Any]], items: Sequence[TestItem], vectors: _Vectors
) -> None:
    """Cosine of each recording to the voice it should have; none where no real clip shows it."""
    compared = []
    for row, item in zip(rows, items, strict=True):
        anchor = item.reference or item.target
        if anchor is not None and anchor != Path(row["audio"]):
            compared.append((row, anchor))
    spoken = vectors.of([Path(row["audio"]) for row, _ in compared])
    wanted = vectors.of([anchor for _, anchor in compared])
    for (row, _), ours, theirs in zip(compared, spoken, wanted, strict=True):
        row["measures"][measure] = cosine(ours, theirs)


def _bounds(
    speaker_clips: Mapping[str, Sequence[Path]], vectors: _Vectors
) -> SimilarityBounds | None:
    """Floor and ceiling, or None where the clips do not suffice for them."""
    if len(speaker_clips) < 2 or all(len(clips) < 2 for clips in speaker_clips.values()):
        return None
    embedded = vectors.of([clip for clips in speaker_clips.values() for clip in clips])
    # Silent clips have no vector to compare.
    rest = iter(embedded)
    by_speaker = {
        speaker: [vector for vector in (next(rest) for _ in clips) if vector.any()]
        for speaker, clips in speaker_clips.items()
    }
    return similarity_bounds({name: clips for name, clips in by_speaker.items() if clips})
