"""The evaluation report: JSON with every utterance, Markdown with one table."""

import json
import platform
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from minimax_speech import __version__
from minimax_speech.errors import InputError
from minimax_speech.evaluation.statistics import Interval, bootstrap_difference
from minimax_speech.files import read_text, write_text

VERSIONED = ("torch", "jiwer", "pocketsphinx", "resemblyzer", "pesq", "pystoi", "transformers")


@dataclass(frozen=True)
class Summary:
    """One measure over one group of utterances.

    Attributes:
        value: mean with its interval.
        unit: "%" or "".
        floor: different speakers, by the same measure; similarity only.
        ceiling: other clips of the same speaker, by the same measure; similarity only.
        gap_closed: where the value lies between floor (0) and ceiling (1); similarity only.
    """

    value: Interval
    unit: str = ""
    floor: Interval | None = None
    ceiling: Interval | None = None
    gap_closed: Interval | None = None


@dataclass(frozen=True)
class Provenance:
    """What made a report.

    Attributes:
        seed: of the bootstrap, and of the synthesis where the caller passed it on.
        settings: the caller's own: model, sampling options, ...
        versions: of this package, Python and the packages that measured.
        command: the command line.
        created: UTC, ISO 8601.
    """

    seed: int
    settings: dict[str, Any]
    versions: dict[str, str]
    command: str
    created: str

    @classmethod
    def of_this_process(cls, seed: int, settings: Mapping[str, Any]) -> Self:
        """The provenance of a report that this process makes now."""
        versions = {"minimax-speech": __version__, "python": platform.python_version()}
        for package in VERSIONED:
            try:
                versions[package] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue
        return cls(
            seed=seed,
            settings=dict(settings),
            versions=versions,
            command=shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )


@dataclass(frozen=True)
class Report:
    """What an evaluation found.

    Attributes:
        title: names the set.
        rows: one object for each utterance: "id", "measures" (name -> number or None), and more.
        summaries: group ("all", or a language) -> measure -> its summary.
        flags: "empty", "truncated", "looping" -> ids of such utterances.
        provenance: seed, settings, versions, command.
        differences: measure -> this report minus another of the same list, utterance by utterance.
    """

    title: str
    rows: list[dict[str, Any]]
    summaries: dict[str, dict[str, Summary]]
    provenance: Provenance
    flags: dict[str, list[str]] = field(default_factory=dict)
    differences: dict[str, Interval] = field(default_factory=dict)

    def save(self, folder: str | Path) -> tuple[Path, Path]:
        """Write `report.json` and `report.md` into a folder; each appears whole or not at all."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        data, table = folder / "report.json", folder / "report.md"
        write_text(data, json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n")
        write_text(table, self.markdown())
        return data, table

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a `report.json`.

        Raises:
            InputError: it cannot be read or is no report.
        """
        text = read_text(path, "evaluation report")
        try:
            data = json.loads(text)
            summaries = {
                group: {name: _summary(summary) for name, summary in measures.items()}
                for group, measures in data["summaries"].items()
            }
            provenance = Provenance(**data["provenance"])
            differences = {
                name: Interval(**interval) for name, interval in data.get("differences", {}).items()
            }
            return cls(
                data["title"], data["rows"], summaries, provenance, data["flags"], differences
            )
        except (KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise InputError(
                f"{path} is no evaluation report ({reason}): give the folder of another evaluation"
            ) from error

    def markdown(self) -> str:
        """The report as Markdown: a table for each group, then how it was made."""
        lines = [f"# {self.title}", ""]
        for group, measures in self.summaries.items():
            if len(self.summaries) > 1:
                lines += [f"## {group}", ""]
            lines += [
                "| measure | mean | 95 % interval | n | floor | ceiling | gap closed |",
                "|---|---|---|---|---|---|---|",
            ]
            lines += [_table_row(name, summary) for name, summary in measures.items()]
            lines.append("")
        if self.flags:
            lines.append(
                f"Length checked on {len(self.rows)} utterances (0.5 to 2 times expected):"
            )
            lines.append("")
            for flag, ids in self.flags.items():
                lines.append(f"- {flag}: {len(ids)}" + (f" ({', '.join(ids)})" if ids else ""))
            lines.append("")
        if self.differences:
            lines += ["| difference | mean | 95 % interval, paired | n |", "|---|---|---|---|"]
            lines += [_difference_row(name, value) for name, value in self.differences.items()]
            lines.append("")
        made = self.provenance
        lines += [
            f"- seed: {made.seed}",
            f"- created: {made.created}",
            f"- command: `{made.command}`",
        ]
        lines += [f"- {name}: {value}" for name, value in made.settings.items()]
        versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
        return "\n".join([*lines, f"- versions: {versions}", ""])


def with_differences(ours: Report, theirs: Report, seed: int = 0) -> Report:
    """`ours` with its differences from another report, in every measure that both have.

    Raises:
        InputError: they have none in common.
    """
    measures = [
        name
        for name in dict.fromkeys(name for row in ours.rows for name in row["measures"])
        if any(name in row["measures"] for row in theirs.rows)
    ]
    if not measures:
        raise InputError("the reports have no measure in common: compare evaluations of one list")
    differences = {name: compare(ours, theirs, name, seed) for name in measures}
    return replace(ours, differences=differences)


def compare(ours: Report, theirs: Report, measure: str, seed: int = 0) -> Interval:
    """Paired bootstrap of `ours - theirs` on the utterances whose ids both reports hold.

    Error rates are weighted by the length of the text, as in the reports' own corpus figures.

    Raises:
        InputError: no utterance in both has this measure.
    """
    left, right = ({row["id"]: row for row in report.rows} for report in (ours, theirs))
    ids = [
        id
        for id in left
        if id in right
        and left[id]["measures"].get(measure) is not None
        and right[id]["measures"].get(measure) is not None
    ]
    if not ids:
        raise InputError(
            f"no utterance in both reports has the measure {measure!r}: compare others"
        )
    weights = [left[id].get(weight_field(measure), 1) for id in ids]
    a, b = ([side[id]["measures"][measure] for id in ids] for side in (left, right))
    return bootstrap_difference(a, b, weights, seed)


def weight_field(measure: str) -> str:
    """The field of a row by which a measure is weighted: error rates count by the text's length."""
    return {"wer": "words", "cer": "characters"}.get(measure.partition("/")[0], "")


def _summary(data: dict[str, Any]) -> Summary:
    intervals = {
        name: Interval(**data[name]) if data[name] is not None else None
        for name in ("floor", "ceiling", "gap_closed")
    }
    return Summary(value=Interval(**data["value"]), unit=data["unit"], **intervals)


def _difference_row(name: str, difference: Interval) -> str:
    percent = bool(weight_field(name))
    digits, unit = (1, " points") if percent else (3, "")
    mean, low, high = (
        f"{value:+.{digits}f}" for value in (difference.mean, difference.low, difference.high)
    )
    return f"| {name} | {mean}{unit} | {low} to {high} | {difference.count} |"


def _table_row(name: str, summary: Summary) -> str:
    unit = f" {summary.unit}" if summary.unit else ""
    digits = 1 if summary.unit == "%" else 3

    def number(value: float) -> str:
        return f"{value:.{digits}f}"

    def bound(interval: Interval | None) -> str:
        return number(interval.mean) if interval else ""

    gap = summary.gap_closed
    cells = [
        name,
        number(summary.value.mean) + unit,
        f"{number(summary.value.low)} to {number(summary.value.high)}",
        str(summary.value.count),
        bound(summary.floor),
        bound(summary.ceiling),
        f"{100 * gap.mean:.0f} % ({100 * gap.low:.0f} to {100 * gap.high:.0f})" if gap else "",
    ]
    return f"| {' | '.join(cells)} |"
