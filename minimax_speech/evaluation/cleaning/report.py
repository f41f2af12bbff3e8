"""What filtering kept and dropped, and why: as JSON and as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from minimax_speech.data.manifest import Utterance
from minimax_speech.data.shards import write_json
from minimax_speech.evaluation.cleaning.sieve import Limit, Verdict

UNITS = {
    "seconds": "s",
    "loudness": "LUFS",
    "snr": "dB",
    "clipping": "%",
    "bandwidth": "Hz",
    "silence": "%",
    "words": "words",
    "rate": "× median",
    "cer": "%",
    "similarity": "cosine",
    "halves": "cosine",
    "copies": "earlier",
}
"""Of the values of each criterion."""


@dataclass(frozen=True)
class Report:
    """The outcome of filtering.

    Attributes:
        utterances: of the manifest, but for those without any audio.
        kept: those that passed.
        verdicts: by criterion.
        dropped: utterance's id → criterion → its value there, or the reason in words.
        transcribed: how many of those kept have a transcript that a recogniser wrote.
    """

    utterances: Sequence[Utterance]
    kept: Sequence[Utterance]
    verdicts: Mapping[str, Verdict]
    dropped: Mapping[str, Mapping[str, Any]]
    transcribed: int

    def save(self, path: Path) -> None:
        """Write it as JSON; the file appears whole or not at all."""
        criteria = {
            name: {"unit": UNITS[name], **asdict(verdict), "hours": round(verdict.hours, 4)}
            for name, verdict in self.verdicts.items()
        }
        content = {
            "clips": len(self.utterances) + self._without_audio,
            "hours": round(_hours(self.utterances), 4),
            "kept_clips": len(self.kept),
            "kept_hours": round(_hours(self.kept), 4),
            "transcribed": self.transcribed,
            "unreadable": self._unreadable,
            "criteria": criteria,
            "dropped_clips": self.dropped,
        }
        write_json(content, path, indent=1)

    def table(self) -> str:
        """A line for each criterion, and the sums."""
        rows: list[tuple[str, ...]] = [("", "kept", "5 %", "median", "95 %", "dropped", "hours")]
        if self._unreadable:
            rows.append(("unreadable", "", "", "", "", str(self._unreadable), ""))
        for name, verdict in self.verdicts.items():
            seen = [f"{value:.4g}" for value in verdict.percentiles]
            rows.append(
                (
                    name,
                    f"{_range(verdict.limit)} {UNITS[name]}",
                    *seen,
                    str(verdict.dropped),
                    f"{verdict.hours:.2f}",
                )
            )
        lost = _hours(self.utterances) - _hours(self.kept)
        rows.append(("all", "", "", "", "", str(len(self.dropped)), f"{lost:.2f}"))
        clips = len(self.utterances) + self._without_audio
        written = f", {self.transcribed} of them transcribed" if self.transcribed else ""
        total = (
            f"{len(self.kept)} of {clips} clips kept, {_hours(self.kept):.2f} of "
            f"{_hours(self.utterances):.2f} h{written}"
        )
        return "\n".join([*_aligned(rows), total])

    def main_reason(self) -> str:
        """The criterion that drops most, in words."""
        reasons = Counter(name for names in self.dropped.values() for name in names)
        name, count = reasons.most_common(1)[0]
        return f"{count} of {len(self.dropped)} for {name}"

    @property
    def _unreadable(self) -> int:
        return sum("unreadable" in reasons for reasons in self.dropped.values())

    @property
    def _without_audio(self) -> int:
        """Clips of the manifest that are not even utterances, since their length is not known."""
        known = {utterance.id for utterance in self.utterances}
        return sum(id not in known for id in self.dropped)


def _hours(utterances: Sequence[Utterance]) -> float:
    return sum(utterance.duration for utterance in utterances) / 3600


def _range(limit: Limit) -> str:
    if limit.low is None:
        return f"≤ {limit.high:g}"
    return f"≥ {limit.low:g}" if limit.high is None else f"{limit.low:g} to {limit.high:g}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, kept, *numbers in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(numbers, widths[2:], strict=True)]
        yield "  ".join([f"{name:<{widths[0]}}", f"{kept:<{widths[1]}}", *cells]).rstrip()
