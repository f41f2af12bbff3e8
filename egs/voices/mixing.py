"""The test list of mixing.sh, and the table of its results."""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from minimax_speech.evaluation.report import Report


def make_list(texts: Path, mixtures: Path, out: Path, parts: list[str]) -> None:
    """Every text in every voice: the parts by name, the mixtures by file."""
    voices = {name: name for name in parts}
    voices |= {path.stem: str(path.absolute()) for path in sorted(mixtures.glob("*.safetensors"))}
    lines = [
        {"id": f"{name}-{number:02d}", "text": text, "language": "en", "voice": voice}
        for name, voice in voices.items()
        for number, text in enumerate(texts.read_text(encoding="utf-8").splitlines())
    ]
    out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def table(report: Path) -> None:
    """Print the error rates of each voice, and of parts and mixtures as a whole, in Markdown."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in Report.load(report).rows:
        name = row["id"].rpartition("-")[0]
        rows[name].append(row)
        rows["all mixtures" if "_" in name else "all parts"].append(row)
    print("| voice | CER, ctc | WER, ctc | WER, pocketsphinx |\n|---|---|---|---|")
    for name in sorted(rows, key=lambda name: ("_" in name or name == "all mixtures", name)):
        rates = (
            _rate(rows[name], "cer/ctc", "characters"),
            _rate(rows[name], "wer/ctc", "words"),
            _rate(rows[name], "wer/pocketsphinx", "words"),
        )
        print(f"| {name.replace('_', ' ')} | {' | '.join(f'{rate:.1f} %' for rate in rates)} |")


def _rate(rows: list[dict[str, Any]], measure: str, weight: str) -> float:
    return sum(row["measures"][measure] * row[weight] for row in rows) / sum(
        row[weight] for row in rows
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list")
    for name in ("texts", "mixtures", "out"):
        listing.add_argument(name, type=Path)
    listing.add_argument("parts", nargs="+")
    verbs.add_parser("table").add_argument("report", type=Path)
    chosen = vars(parser.parse_args())
    {"list": make_list, "table": table}[chosen.pop("verb")](**chosen)


if __name__ == "__main__":
    main()
