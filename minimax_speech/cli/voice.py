"""`tts voice`: make, mix, upgrade, list, look at, remove and export voices."""

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech import home
from minimax_speech.cli import completion
from minimax_speech.cli.mixing import WeightedVoices, mixed
from minimax_speech.cli.options import (
    Consent,
    Device,
    Json,
    Model,
    given,
    language_option,
    load_model,
    model_folder,
    print_json,
)
from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    from minimax_speech.voice import Voice

app = typer.Typer(
    help="Make, mix, upgrade, list, look at, remove and export voices.",
    epilog="Example: tts voice add alice -r alice1.wav -r alice2.wav",
)

_ABOUT = ("gender", "licence", "source")
"""What a voice's metadata may say of its recordings."""

Name = Annotated[str, typer.Argument(help="Name of the voice.")]
Force = Annotated[bool, typer.Option("--force", help="Replace, or hide, a voice of this name.")]


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
    language: Annotated[
        str | None,
        language_option("That the clips are spoken in."),
    ] = None,
    gender: Annotated[
        str | None, typer.Option(metavar="f|m|TEXT", help="Of the one who speaks.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Whence the clips come, such as a URL.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help="On what terms, such as CC0-1.0.")
    ] = None,
    consent: Consent = None,
    keep_recordings: Annotated[
        bool,
        typer.Option(
            "--keep-recordings", help="Keep the clips in the voice's file, for tts voice upgrade."
        ),
    ] = False,
    force: Force = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Save the voice of one or more clips under a name, with what is known about it."""
    from minimax_speech.text import languages

    path = home.voice_file(name)
    code = languages.get(language).code if language is not None else None
    if not force:
        check_free(name, path, model)
    tts = load_model(model, device)
    with working("listening"):
        voice = tts.voice(
            [str(clip) for clip in reference], reference_text, keep_recordings=keep_recordings
        )
    about = given(gender=gender, source=source, licence=licence, consent=consent)
    metadata = voice.metadata | about
    save(
        dataclasses.replace(voice, name=name, language=code or voice.language, metadata=metadata),
        path,
        json,
    )


@app.command("upgrade", epilog="Example: tts voice upgrade alice -m my_model")
def upgrade(
    name: Annotated[
        str, typer.Argument(autocompletion=completion.saved_voices, help="Name of the voice.")
    ],
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Make a saved voice again for another model, from the recordings it carries.

    It carries them where it was added with --keep-recordings.
    """
    from minimax_speech.voice import Voice

    path = _saved(name)
    voice = Voice.load(path)
    tts = load_model(model, device)
    with working("listening"):
        voice = tts.upgrade(voice)
    save(voice, path, json)


@app.command("mix", epilog="Example: tts voice mix carol -v alice:0.7 -v bob:0.3")
def mix(
    name: Name,
    voice: WeightedVoices = None,
    force: Force = False,
    model: Model = None,
    json: Json = False,
) -> None:
    """Save a mixture of voices under a name."""
    from minimax_speech.voice import Voice

    path = home.voice_file(name)
    if len(voice or []) < 2:
        raise InputError("give two voices or more to mix, as in -v alice:0.7 -v bob:0.3")
    if not force:
        check_free(name, path, model)
    mixture = mixed(voice or [], lambda part: Voice.load(_find(part, model)))
    save(dataclasses.replace(mixture, name=name), path, json)


def save(voice: "Voice", path: Path, json: bool = False) -> None:
    """Save a voice among the user's own, and print where; as JSON, with what it holds."""
    home.make_voices_folder()
    voice.save(path)
    if json:
        print_json(_facts(voice, path))
    else:
        print(path)


def check_free(name: str, path: Path, model: str | None) -> None:
    """Refuse a name that is taken."""
    if path.exists():
        raise InputError(f"voice {name!r} exists already: choose another name or pass --force")
    if (model_folder(model) / "voices" / path.name).exists():
        raise InputError(
            f"the model has a voice {name!r}, which would be hidden: choose another name or pass "
            "--force"
        )


@app.command("list", epilog="Example: tts voice list --json")
def list_(model: Model = None, json: Json = False) -> None:
    """List the saved voices and those of the model, which a saved one of the same name hides.

    Columns: name, origin, language, gender, licence, source.
    """
    saved = sorted(home.voices_folder().glob("*.safetensors"))
    names = {path.stem for path in saved}
    voices = [_listed(path, "saved") for path in saved]
    for path in sorted(model_folder(model).glob("voices/*.safetensors")):
        voices.append(_listed(path, "hidden" if path.stem in names else "model"))
    if json:
        print_json(voices)
        return
    for facts in voices:
        shown = (facts.get(key) or "-" for key in ("name", "origin", "language", *_ABOUT))
        print("\t".join(map(str, shown)))


def _listed(path: Path, origin: str) -> dict[str, Any]:
    """What a list shows of a voice; of a damaged one its name, and a line on stderr."""
    from minimax_speech.voice import Voice

    facts: dict[str, Any] = {"name": path.stem, "origin": origin, "path": str(path)}
    try:
        voice = Voice.load(path)
    except InputError as error:
        print(f"{error}", file=sys.stderr)
        return facts
    return facts | {"language": voice.language} | {key: voice.metadata.get(key) for key in _ABOUT}


@app.command("show", epilog="Example: tts voice show alice")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE", autocompletion=completion.voices, help="Name or file of the voice."
        ),
    ],
    model: Model = None,
    json: Json = False,
) -> None:
    """Show what a voice holds."""
    from minimax_speech.voice import Voice

    path = _find(name, model)
    facts = _facts(Voice.load(path), path)
    if json:
        print_json(facts)
        return
    for key, value in facts.items():
        if value not in (None, []):
            print(f"{key}: {', '.join(value) if isinstance(value, list) else value}")


def _facts(voice: "Voice", path: Path) -> dict[str, Any]:
    """What a voice holds, apart from its numbers."""
    from minimax_speech.inference.durations import TOKENS_PER_SECOND

    return {
        "name": voice.name,
        "path": str(path),
        "model": voice.fingerprint,
        "language": voice.language,
        "prompt_seconds": len(voice.prompt.tokens) / TOKENS_PER_SECOND if voice.prompt else None,
        "prompt_text": voice.prompt.text if voice.prompt else None,
        "recordings_seconds": _seconds(voice),
        **voice.metadata,
    }


def _seconds(voice: "Voice") -> float | None:
    """Of the recordings that it carries."""
    kept = voice.recordings
    return round(sum(map(len, kept.clips)) / kept.rate, 2) if kept else None


@app.command("remove", epilog="Example: tts voice remove alice")
def remove(
    name: Annotated[
        str, typer.Argument(autocompletion=completion.saved_voices, help="Name of the voice.")
    ],
) -> None:
    """Remove a saved voice."""
    _saved(name).unlink()


@app.command("export", epilog="Example: tts voice export alice alice.safetensors")
def export(
    name: Annotated[
        str, typer.Argument(autocompletion=completion.voices, help="Name of the voice.")
    ],
    file: Annotated[Path, typer.Argument(help="Where to write it: a .safetensors file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    model: Model = None,
    json: Json = False,
) -> None:
    """Copy a voice to a file that -v and other machines can use."""
    from minimax_speech.voice import Voice, check_voice_path

    source = _find(name, model)
    if file.is_dir():
        file = file / source.name
    check_voice_path(file)
    if file.exists() and not force:
        raise InputError(f"{file} exists already: choose another place or pass --force")
    voice = Voice.load(source)
    voice.save(file)
    if json:
        print_json(_facts(voice, file))
    else:
        print(file)


def _saved(name: str) -> Path:
    """The file of the user's own voice of this name."""
    path = home.voice_file(name)
    if not path.is_file():
        raise InputError(f"no saved voice is called {name!r}: see tts voice list")
    return path


def _find(name: str, model: str | None) -> Path:
    """The file of a voice given by name or file; saved voices come before the model's."""
    if Path(name).name == name and Path(name).suffix != ".safetensors":
        for path in (home.voice_file(name), model_folder(model) / f"voices/{name}.safetensors"):
            if path.is_file():
                return path
    if Path(name).is_file():
        return Path(name)
    raise InputError(f"no voice is called {name!r}, nor is it a file: see tts voice list")
