"""`tts design`: a voice from a description."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech import home
from minimax_speech.cli.options import Device, Json, Model, language_option, load_model, print_json
from minimax_speech.cli.progress import working
from minimax_speech.cli.voice import Force, check_free
from minimax_speech.errors import InputError

EXAMPLE = 'Example: tts design "a young woman with a warm, low voice" -o voice.safetensors'


def design(
    description: Annotated[
        str, typer.Argument(help="In English, such as: an old man with a deep, rough voice.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A .safetensors file of the voice."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Save the voice under this name, for -v NAME.")
    ] = None,
    gender: Annotated[str | None, typer.Option(metavar="female|male")] = None,
    age: Annotated[str | None, typer.Option(metavar="child|young|adult|old")] = None,
    pitch: Annotated[str | None, typer.Option(metavar="very-low|low|medium|high|very-high")] = None,
    expression: Annotated[str | None, typer.Option(metavar="flat|lively")] = None,
    tone: Annotated[str | None, typer.Option(metavar="dark|bright")] = None,
    texture: Annotated[str | None, typer.Option(metavar="clear|breathy")] = None,
    rate: Annotated[str | None, typer.Option(metavar="slow|normal|fast")] = None,
    volume: Annotated[str | None, typer.Option(metavar="quiet|normal|loud")] = None,
    language: Annotated[
        str | None,
        language_option("That it is made for."),
    ] = None,
    accent: Annotated[
        str | None, typer.Option(metavar="CODE", help="Understood, but left out: see below.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Another seed gives another voice that fits.")
    ] = 0,
    force: Force = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Make a new voice from a description, from attributes, or from both.

    What was understood is shown; attributes given as options come before what the description says.
    Rate and volume become those at which the voice speaks where --speed and --volume do not say
    otherwise. Young and old are what ageing does to the sound of a voice; expression shows but
    weakly. A timbre has no accent: that is left out, with a warning.
    """
    from minimax_speech.audio.io import check_writable
    from minimax_speech.text.voice_attributes import check_attributes
    from minimax_speech.voice import check_voice_path

    given = check_attributes(
        {"gender": gender, "age": age, "pitch": pitch, "expression": expression, "tone": tone,
         "texture": texture, "rate": rate, "volume": volume, "language": language,
         "accent": accent}
    )  # fmt: skip
    if (output is None) == (name is None):
        raise InputError("give -o FILE.safetensors or --name NAME, to keep the voice in")
    if name is not None:
        path = home.voice_file(name)
        if not force:
            check_free(name, path, model)
    else:
        assert output is not None
        path = check_voice_path(output)
        check_writable(path)
    tts = load_model(model, device)
    start = time.perf_counter()
    with working("designing"):
        voice = tts.design_voice(description, seed=seed, name=name or path.stem, **given)
    elapsed = time.perf_counter() - start
    facts = voice.metadata["attributes"]
    understood = ", ".join(f"{key} {value}" for key, value in facts.items())
    heard = voice.metadata.get("pitch_hz")
    print(
        f"understood: {understood}; speaks at {heard or 'no clear'} Hz; {elapsed:.1f} s",
        file=sys.stderr,
    )
    if name is not None:
        home.make_voices_folder()
    voice.save(path)
    if json:
        print_json({"path": str(path), "name": voice.name, **voice.metadata})
    else:
        print(path)
