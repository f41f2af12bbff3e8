"""`tts align`: when a recording says the words of a text."""

from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli import completion
from minimax_speech.cli.options import Device, Json, Model, load_model, print_json
from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts align talk.wav 'Hello there.' -o talk.srt"


def align(
    recording: Annotated[
        Path, typer.Argument(metavar="AUDIO", help="Recording, of seconds or of hours.")
    ],
    text: Annotated[
        str | None, typer.Argument(help="Exactly what it says; - reads it from stdin.")
    ] = None,
    text_file: Annotated[
        Path | None, typer.Option("--text-file", metavar="FILE", help="What it says, in a file.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Subtitles: .srt, .vtt or .json."),
    ] = None,
    language: Annotated[
        str,
        typer.Option(
            "-l",
            "--language",
            metavar="CODE|auto",
            autocompletion=completion.languages_or_auto,
            help="Language of the text.",
        ),
    ] = "auto",
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Say when a recording says each word of a text.

    One word a line with its start and end in seconds; or subtitles in a file.
    """
    from minimax_speech.audio import subtitles
    from minimax_speech.cli.synthesize import read_text

    if output is not None:
        if json:
            raise InputError("--json prints the words, and -o writes them to a file: give one")
        subtitles.check_place(output)
    words_said = read_text(text, text_file)
    tts = load_model(model, device)
    with working("listening"):
        words = tts.align(recording, words_said, language)
    if output is not None:
        subtitles.write(output, words)
        print(output)
    elif json:
        print_json(subtitles.as_objects(words))
    else:
        for word in words:
            print(f"{word.start:.3f}\t{word.end:.3f}\t{word.text}")
