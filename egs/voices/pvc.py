"""What pvc.sh cannot say in bash: who is measured on what, and the table of the results."""

import argparse
import json
import random
from collections import defaultdict
from itertools import chain
from pathlib import Path
from statistics import mean

from minimax_speech.audio import levels
from minimax_speech.data.clips import write_clip
from minimax_speech.data.held_out import choose_texts
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples, write_manifest
from minimax_speech.evaluation.report import Report

LEAST_SECONDS = 1.5
SHARE = 4
"""A fourth of a speaker's texts is for measuring."""


def split(manifest: Path, runs: Path, speakers: int, recordings: int, items: int) -> None:
    """Write what voices are to be learned from, and what they are measured by: no text in both.

    learned/NAME.jsonl are manifests; measured/NAME.jsonl are test items without a voice, with the
    real recordings beside them.
    """
    everyone: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in read_manifest(manifest):
        if utterance.text and utterance.duration >= LEAST_SECONDS and _audible(utterance):
            everyone[utterance.speaker].append(utterance)
    # The last ones: settings were found with the first.
    for name in sorted(everyone)[-speakers:]:
        clips = everyone[name]
        random.Random(0).shuffle(clips)
        texts = {utterance.text for utterance in clips}
        held_out = set(choose_texts(sorted(texts), max(1, min(100, len(texts) // SHARE))))
        learned = [clip for clip in clips if clip.text not in held_out][:recordings]
        measured = [clip for clip in clips if clip.text in held_out][:items]
        for folder in ("learned", "measured"):
            (runs / folder).mkdir(parents=True, exist_ok=True)
        write_manifest(learned, runs / "learned" / f"{name}.jsonl")
        lines = []
        for number, clip in enumerate(measured):
            target = runs / "measured" / name / f"{number:02d}.wav"
            write_clip(clip, target)
            lines.append(
                {
                    "id": f"{name}_{number:02d}",
                    "text": clip.text,
                    "language": clip.language,
                    "speaker": name,
                    "target": str(target.absolute()),
                }
            )
        _write(lines, runs / "measured" / f"{name}.jsonl")


def make_list(runs: Path, way: str, out: Path) -> None:
    """Write the test list of one way of making voices.

    Nobody says a text twice: who has too few says some of the others who speak the language.
    """
    everyone = {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted((runs / "measured").glob("*.jsonl"))
    }
    known: dict[str, dict[str, None]] = defaultdict(dict)
    for line in chain.from_iterable(everyone.values()):
        known[line["language"]][line["text"]] = None
    made = []
    for name, lines in everyone.items():
        own = {line["text"] for line in lines}
        others = [text for text in known[lines[0]["language"]] if text not in own]
        voice = str((runs / "voices" / way / f"{name}.safetensors").absolute())
        said: set[str] = set()
        for line in lines:
            text = others.pop(0) if line["text"] in said and others else line["text"]
            said.add(text)
            made.append({**line, "text": text, "voice": voice})
    _write(made, out)


def table(evaluation: Path) -> None:
    """Print similarity and character error rate of each speaker, both ways, in Markdown."""
    ways = ("zero_shot", "pvc")
    rows: dict[str, dict[str, list[dict]]] = {}
    for way in ways:
        rows[way] = defaultdict(list)
        for row in Report.load(evaluation / way / "report.json").rows:
            rows[way][row["speaker"]].append(row)
    print("| speaker | similarity, cloned | tuned | CER, cloned | tuned |\n|---|---|---|---|---|")
    for name in rows["pvc"]:
        columns = [
            *(f"{_similarity(rows[way][name]):.3f}" for way in ways),
            *(f"{_error_rate(rows[way][name]):.1f} %" for way in ways),
        ]
        print(f"| {name} | {' | '.join(columns)} |")


def _audible(utterance: Utterance) -> bool:
    """Whether it is loud enough to be cloned: some of RAVDESS is not."""
    return not levels.is_silent(levels.inspect(*read_samples(utterance)))


def _similarity(rows: list[dict]) -> float:
    return mean(row["measures"]["similarity/resemblyzer"] for row in rows)


def _error_rate(rows: list[dict]) -> float:
    errors = sum(row["measures"]["cer/ctc"] * row["characters"] for row in rows)
    return errors / sum(row["characters"] for row in rows)


def _write(lines: list[dict], path: Path) -> None:
    path.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    splitting = verbs.add_parser("split")
    splitting.add_argument("manifest", type=Path)
    splitting.add_argument("runs", type=Path)
    for name in ("--speakers", "--recordings", "--items"):
        splitting.add_argument(name, type=int, required=True)
    listing = verbs.add_parser("list")
    listing.add_argument("runs", type=Path)
    listing.add_argument("way")
    listing.add_argument("out", type=Path)
    verbs.add_parser("table").add_argument("evaluation", type=Path)
    chosen = vars(parser.parse_args())
    {"split": split, "list": make_list, "table": table}[chosen.pop("verb")](**chosen)


if __name__ == "__main__":
    main()
