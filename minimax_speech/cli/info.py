"""`tts info`: facts about a model, or about a recipe to train one."""

import json as json_
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech.cli.options import Json, Model, model_folder, print_json
from minimax_speech.errors import InputError
from minimax_speech.files import read_text
from minimax_speech.inference.model_folder import CARD
from minimax_speech.text.languages import LANGUAGES

if TYPE_CHECKING:
    from minimax_speech.inference.bundle import Bundle

EXAMPLE = "Example: tts info --json"

_MIB = 1 << 20


def info(
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Settings that replace the recipe's."),
    ] = None,
    model: Model = None,
    recipe: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="Tell what this recipe asks of GPUs instead."),
    ] = None,
    gpus: Annotated[int, typer.Option(min=1, help="Of a recipe: how many train.")] = 1,
    card: Annotated[str, typer.Option(help="Of a recipe: which, such as A100.")] = "H100",
    utilisation: Annotated[
        float,
        typer.Option(min=0.01, max=1, help="Of a recipe: share of the card's peak that is used."),
    ] = 0.4,
    json: Json = False,
) -> None:
    """Show what a model is and can do; or what a recipe asks of GPUs.

    Of a model: its card and licence, parameters and size of each part, languages, voices, emotions
    and settings.

    Of a recipe: the parameters of each network, memory of each GPU, operations for a token of
    speech (40 ms) and for a step, and how long it trains.
    """
    if recipe is not None:
        if model is not None:
            raise InputError("give --model or --recipe, not both")
        _tell_recipe(recipe, overrides or [], gpus, card, utilisation, json)
        return
    if overrides:
        raise InputError(f"{overrides[0]!r} is a setting of a recipe: name one with --recipe")
    facts = model_facts(model_folder(model))
    if json:
        print_json(facts)
        return
    _tell_model(facts)


def _tell_model(facts: dict[str, Any]) -> None:
    print(f"{facts['name']}: {facts['path']}")
    if facts["about"]:
        print(facts["about"])
    print(f"licence: {facts['licence'] or 'not stated'}")
    print(f"model card: {facts['card'] or 'none'}")
    print(f"fingerprint: {facts['fingerprint']}")
    for part in facts["parts"]:
        print(f"{part['kind']:<20} {part['parameters']:>12,} parameters  {part['mib']:>7.2f} MiB")
    print(f"{'all':<20} {facts['parameters']:>12,} parameters  {facts['mib']:>7.2f} MiB")
    print(f"languages: {', '.join(map(_named, facts['languages']))}")
    voices = (f"{v} (default)" if v == facts["default_voice"] else v for v in facts["voices"])
    print(f"voices: {', '.join(voices) or 'none'}")
    print(f"emotions: {', '.join(facts['emotions']) or 'none'}")
    print(f"sample rate: {facts['sample_rate']} Hz")
    print(f"settings: {', '.join(f'{name} {value}' for name, value in facts['settings'].items())}")


def _named(code: str) -> str:
    return f"{LANGUAGES[code].name} ({code})" if code in LANGUAGES else code


def _tell_recipe(
    recipe: Path, overrides: list[str], gpus: int, card: str, utilisation: float, json: bool
) -> None:
    from minimax_speech.training.planning import Hardware, plan

    facts = plan(recipe, Hardware(gpus, card, utilisation), overrides)
    if json:
        print_json(facts)
        return
    print(f"{facts['stage']}: {facts['recipe']}")
    for name, count in facts["parameters"].items():
        print(f"{name:<20} {count:>14,} parameters")
    parts = facts["gib_per_gpu"]
    memory = ", ".join(f"{name} {size:.3g}" for name, size in parts.items())
    total = sum(parts.values())
    print(f"each of {gpus} GPUs ({facts['parallel']}): {total:.3g} GiB: {memory}")
    each, step = facts["flops_per_token"] / 1e9, facts["flops_per_step"] / 1e12
    print(f"a token of speech: {each:.3g} GFLOP")
    print(f"a step: {facts['tokens_per_step']:,} tokens, {step:.3g} TFLOP")
    span = time_span(facts["days"])
    print(f"{facts['steps']:,} steps: {span} on {gpus} {card} at {utilisation:.0%} of their peak")


def time_span(days: float) -> str:
    """Days in the largest unit of which there is one."""
    for unit, size in (("days", 1), ("hours", 24)):
        if days * size >= 1:
            return f"{days * size:.2g} {unit}"
    return f"{days * 24 * 60:.2g} minutes"


def model_facts(folder: Path) -> dict[str, Any]:
    """What the files of a model's folder say of themselves; no weights are loaded.

    Raises:
        InputError: the config cannot be used, or a file is damaged.
    """
    from minimax_speech.inference.bundle import Bundle

    bundle = Bundle(folder)
    card = folder / CARD if (folder / CARD).is_file() else None
    parts = [_part_facts(path) for path in sorted(folder.glob("*.safetensors"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "name": bundle.config.name,
        "path": str(folder),
        "about": _title(read_text(card, "model card")) if card else "",
        "card": str(card) if card else None,
        "licence": bundle.config.licence,
        "fingerprint": bundle.config.fingerprint,
        "parts": parts,
        "parameters": sum(part["parameters"] for part in parts),
        "mib": round(sum(path.stat().st_size for path in files) / _MIB, 2),
        "languages": bundle.config.languages,
        "voices": [path.stem for path in bundle.voice_files()],
        "emotions": _emotions(bundle),
        "default_voice": bundle.config.default_voice,
        "sample_rate": bundle.config.sample_rate,
        "settings": asdict(bundle.config.generation),
    }


def _title(card: str) -> str:
    """Its first line that says something."""
    return next((line.lstrip("# ").strip() for line in card.splitlines() if line.strip()), "")


def _emotions(bundle: "Bundle") -> list[str]:
    """Names of the user's own emotions and of the model's, less those of other models."""
    from minimax_speech import home
    from minimax_speech.emotion import Emotion

    saved = sorted(home.adapters_folder().glob("*.safetensors"))
    names = []
    for path in (*saved, *bundle.emotion_files()):
        if Emotion.load(path).fingerprint == bundle.lm_fingerprint and path.stem not in names:
            names.append(path.stem)
    return sorted(names)


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
