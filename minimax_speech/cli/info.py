"""`tts info`: facts about a model."""

import json as json_
from dataclasses import asdict
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
    """Show a model's parts, sizes, voices and settings."""
    facts = model_facts(model_folder(model))
    if json:
        print_json(facts)
        return
    print(f"{facts['name']}: {facts['path']}")
    for part in facts["parts"]:
        print(f"{part['kind']:<20} {part['parameters']:>12,} parameters  {part['mib']:>7.2f} MiB")
    print(f"{'all':<20} {facts['parameters']:>12,} parameters  {facts['mib']:>7.2f} MiB")
    print(f"languages: {', '.join(facts['languages'])}")
    voices = (f"{v} (default)" if v == facts["default_voice"] else v for v in facts["voices"])
    print(f"voices: {', '.join(voices) or 'none'}")
    print(f"sample rate: {facts['sample_rate']} Hz")
    print(f"settings: {', '.join(f'{name} {value}' for name, value in facts['settings'].items())}")


def model_facts(folder: Path) -> dict[str, Any]:
    """What the files of a model's folder say of themselves; no weights are loaded.

    Raises:
        InputError: the config cannot be used, or a file is damaged.
    """
    from minimax_speech.inference.bundle import Bundle

    bundle = Bundle(folder)
    parts = [_part_facts(path) for path in sorted(folder.glob("*.safetensors"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "name": bundle.config.name,
        "path": str(folder),
        "parts": parts,
        "parameters": sum(part["parameters"] for part in parts),
        "mib": round(sum(path.stat().st_size for path in files) / _MIB, 2),
        "languages": bundle.config.languages,
        "voices": [path.stem for path in bundle.voice_files()],
        "default_voice": bundle.config.default_voice,
        "sample_rate": bundle.config.sample_rate,
        "settings": asdict(bundle.config.generation),
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
