"""`tts finetune pvc`: professional voice cloning."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech import home
from minimax_speech.cli.options import (
    Consent,
    Device,
    Json,
    Model,
    given,
    language_option,
    load_model,
)
from minimax_speech.cli.voice import check_free, save
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from minimax_speech.finetuning import Tell, TuningProgress

EXAMPLE = "Example: tts finetune pvc --name alice --data alice_clips --language en"


def pvc(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Recordings of one speaker: a folder, an uncompressed .tar or a JSONL manifest.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="Of the voice; default: that of the output file.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A .safetensors file; default: among yours."
        ),
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="JSONL manifest of a folder or tar: texts, languages.")
    ] = None,
    language: Annotated[
        str | None,
        language_option("Where no manifest gives it."),
    ] = None,
    consent: Consent = None,
    recogniser: Annotated[
        str | None,
        typer.Option(
            "--recogniser",
            metavar="NAME[=WEIGHTS]",
            help="Writes down recordings that come without their text: ctc (default: the "
            "model's own), pocketsphinx, whisper-large-v3 or paraformer.",
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="At most; it stops when nothing improves.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--lr", min=0, help="Of Adam, for a vector of variance 1.")
    ] = None,
    lm_weight: Annotated[
        float | None,
        typer.Option(
            "--lm-weight", min=0, help="Of the language model's loss beside flow matching's."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same voice.")] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Replace, or hide, a voice of this name.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Keep what an interrupted run finished.")
    ] = True,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Processes; default: all cores.")
    ] = None,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Tune a voice on minutes of one speaker's recordings, and save it.

    Only its timbre vector is learned; the voice is a file like all others, and speaks as fast.
    Texts are those beside the recordings (clip.txt, metadata.csv, a manifest), or are written down.
    """
    name, target = _place(name, output, force, model)
    tts = load_model(model, device)
    work = home.work_folder("pvc", name)
    with _bars() as tell:
        voice = tts.finetune_voice(
            name,
            data,
            language,
            manifest=manifest,
            recogniser=recogniser,
            work=work,
            jobs=jobs,
            resume=resume,
            tell=tell,
            **given(steps=steps, lr=learning_rate, lm_weight=lm_weight, seed=seed),
        )
    save(replace(voice, metadata=voice.metadata | given(consent=consent)), target, json)
    shutil.rmtree(work)


def _place(
    name: str | None, output: Path | None, force: bool, model: str | None
) -> tuple[str, Path]:
    """What the voice is called, and the file that it becomes; refuses what is taken."""
    if output is None:
        if name is None:
            raise InputError("the voice has no name: give --name, or a file with -o")
        path = home.voice_file(name)
        if not force:
            check_free(name, path, model)
        return name, path
    from minimax_speech.files import check_folder
    from minimax_speech.voice import check_voice_path

    check_voice_path(output)
    check_folder(output.parent)
    if output.exists() and not force:
        raise InputError(f"{output} exists already: choose another place or pass --force")
    name = output.stem if name is None else name
    home.voice_file(name)  # refuses what could not be saved under it
    return name, output


@contextmanager
def _bars() -> "Iterator[Tell]":
    """A bar for each stage on stderr, if that is a terminal; gives what tells them."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(news: "TuningProgress") -> None:
            if news.stage not in tasks:
                tasks[news.stage] = bars.add_task(news.stage, total=news.total)
            bars.update(tasks[news.stage], completed=news.done)

        yield tell
