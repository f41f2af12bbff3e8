"""`tts prepare voices`: timbre and traits of a corpus, for the voice designer."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import Model


def voices(
    manifest: Annotated[Path, typer.Argument(help="JSONL manifest; texts are not needed.")],
    out: Annotated[Path, typer.Argument(help="Folder of features to make.")],
    model: Model = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Processes; default: all cores.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Ray cluster whose processes do it.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on where an interrupted run stopped.")
    ] = True,
) -> None:
    """Hear the voice of each utterance as a model does, and measure what it sounds like.

    Voices belong to the model that heard them: another one trains its designer on its own.
    """
    from minimax_speech.training.voice_features import extract_voices

    count = extract_voices(manifest, out, model, jobs, ray, resume)
    print(f"{count} voices heard", file=sys.stderr)
    print(out)
