"""`tts info`: facts about a model or a recipe."""

import json as json_
from pathlib import Path
from typing import Any

from minimax_speech.cli.options import Json, Model, model_folder, print_json
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts info --json"

_MIB = 1 << 20


def info(
    model: Model = None,
    json: Json = False,
) -> None:
    """Show a model's parts, sizes and voices."""
    facts = model_facts(model_folder(model))
    if json:
        print_json(facts)
        return
    print(f"{facts['path']}")
    for part in facts["parts"]:
        print(f"{part['kind']:<20} {part['parameters']:>12,} parameters  {part['mib']:>7.2f} MiB")
    print(f"{'all':<20} {facts['parameters']:>12,} parameters  {facts['mib']:>7.2f} MiB")
    print(f"languages: {', '.join(facts['languages'])}")
    print(f"voices: {', '.join(facts['voices'])}")


def model_facts(folder: Path) -> dict[str, Any]:
    """What the files of a model's folder say of themselves; no weights are loaded."""
    from minimax_speech.config import load_yaml

    parts = [_part_facts(path) for path in sorted(folder.glob("*.safetensors"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "path": str(folder),
        "parts": parts,
        "parameters": sum(part["parameters"] for part in parts),
        "mib": round(sum(path.stat().st_size for path in files) / _MIB, 2),
        "languages": load_yaml(folder / "config.yaml").get("languages", []),
        "voices": sorted(path.stem for path in folder.glob("voices/*.safetensors")),
    }


def _part_facts(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            parameters = sum(
                _size(file.get_slice(key).get_shape())
                for key in file.keys()  # noqa: SIM118  (not a mapping)
                if not key.endswith("::scale")
            )
    except SafetensorError as error:
        raise InputError(f"{path} is not a whole safetensors file: {error}") from None
    return {
        "kind": metadata.get("kind", path.stem),
        "file": path.name,
        "parameters": parameters,
        "mib": round(path.stat().st_size / _MIB, 2),
        "config": json_.loads(metadata.get("config", "{}")),
    }


def _size(shape: list[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
