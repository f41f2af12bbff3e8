"""`tts voice`: make, list, look at, remove and export voices."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from minimax_speech import home
from minimax_speech.cli.options import (
    Device,
    Json,
    Model,
    load_model,
    model_folder,
    print_json,
    working,
)
from minimax_speech.errors import InputError

app = typer.Typer(
    help="Make, list, look at, remove and export voices.",
    epilog="Example: tts voice add alice -r alice1.wav -r alice2.wav",
)

Name = Annotated[str, typer.Argument(help="Name of the voice.")]


@app.command("add", epilog="Example: tts voice add alice -r alice1.wav -r alice2.wav")
def add(
    name: Name,
    reference: Annotated[
        list[Path],
        typer.Option(
            "-r", "--reference", metavar="FILE", help="Clip of the voice; several are pooled."
        ),
    ],
    reference_text: Annotated[
        str | None,
        typer.Option("--reference-text", help="What the one reference says: one-shot cloning."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a voice of this name.")] = False,
    model: Model = None,
    device: Device = "auto",
) -> None:
    """Save the voice of one or more clips under a name."""
    path = home.voice_file(name)
    if path.exists() and not force:
        raise InputError(f"voice {name!r} exists already: choose another name or pass --force")
    tts = load_model(model, device)
    with working("listening"):
        voice = tts.voice([str(clip) for clip in reference], reference_text=reference_text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"folder {path.parent} cannot be made ({error.strerror}): set MINIMAX_SPEECH_HOME"
        ) from None
    dataclasses.replace(voice, name=name).save(path)
    print(path)


@app.command("list", epilog="Example: tts voice list --json")
def list_(model: Model = None, json: Json = False) -> None:
    """List the saved voices and those of the model."""
    voices = [("saved", path) for path in sorted(home.voices_folder().glob("*.safetensors"))]
    voices += [("model", path) for path in sorted(model_folder(model).glob("voices/*.safetensors"))]
    if json:
        print_json([{"name": p.stem, "origin": origin, "path": str(p)} for origin, p in voices])
        return
    for origin, path in voices:
        print(f"{path.stem}\t{origin}")


@app.command("show", epilog="Example: tts voice show alice")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="Name or file of the voice.")],
    model: Model = None,
    json: Json = False,
) -> None:
    """Show what a voice holds."""
    from minimax_speech.inference.durations import TOKENS_PER_SECOND
    from minimax_speech.voice import Voice

    path = _find(name, model)
    voice = Voice.load(path)
    facts: dict[str, Any] = {
        "name": voice.name,
        "path": str(path),
        "model": voice.fingerprint,
        "language": voice.language,
        "prompt_seconds": len(voice.prompt.tokens) / TOKENS_PER_SECOND if voice.prompt else None,
        "prompt_text": voice.prompt.text if voice.prompt else None,
        **voice.metadata,
    }
    if json:
        print_json(facts)
        return
    for key, value in facts.items():
        print(f"{key}: {value}")


@app.command("remove", epilog="Example: tts voice remove alice")
def remove(name: Name) -> None:
    """Remove a saved voice."""
    path = home.voice_file(name)
    if not path.is_file():
        raise InputError(f"no saved voice is called {name!r}: see tts voice list")
    path.unlink()


@app.command("export", epilog="Example: tts voice export alice alice.safetensors")
def export(
    name: Name,
    file: Annotated[Path, typer.Argument(help="Where to write it: a .safetensors file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    model: Model = None,
) -> None:
    """Copy a voice to a file that -v and other machines can use."""
    from minimax_speech.voice import Voice

    source = _find(name, model)
    if file.is_dir():
        file = file / source.name
    if file.exists() and not force:
        raise InputError(f"{file} exists already: choose another place or pass --force")
    Voice.load(source).save(file)
    print(file)


def _find(name: str, model: str | None) -> Path:
    """The file of a voice given by file or name; saved voices come before the model's."""
    if Path(name).is_file():
        return Path(name)
    for path in (home.voice_file(name), model_folder(model) / "voices" / f"{name}.safetensors"):
        if path.is_file():
            return path
    raise InputError(f"no voice is called {name!r}, nor is it a file: see tts voice list")
