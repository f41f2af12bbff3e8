"""`tts bench-training`: how fast a recipe trains here."""

import json as json_
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import Json, print_json
from minimax_speech.files import write_text

EXAMPLE = "Example: tts bench-training recipes/base/speech-lm.yaml --gpus 32 -o speed.json"


def bench_training(
    recipe: Annotated[Path, typer.Argument(help="A YAML file in recipes/.")],
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Settings that replace the recipe's."),
    ] = None,
    steps: Annotated[
        int, typer.Option(min=1, help="Steps that count, after twice as many on the same batches.")
    ] = 20,
    gpus: Annotated[
        int,
        typer.Option(min=1, help="Each GPU has the share of the batch it has among so many."),
    ] = 1,
    kernels: Annotated[
        int, typer.Option(min=0, help="Tell where the time goes, and name so many kernels.")
    ] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.json", help="The report.")
    ] = None,
    json: Json = False,
) -> None:
    """Measure how fast a recipe trains on this machine, without data.

    Random speech, in the shapes of a corpus, goes through the loop that trains: tokens of
    speech a second, the share of the devices' peak (MFU), the wait for data, and peak memory.

    On several devices: torchrun --nproc-per-node N -m minimax_speech.cli bench-training ...
    """
    from minimax_speech.audio.io import check_writable
    from minimax_speech.training.benchmark import Plan, measure
    from minimax_speech.training.run import load_recipe

    if output is not None:
        check_writable(output)
    run = load_recipe(None, recipe, overrides or [])
    report = measure(run, Plan(steps, gpus, kernels))
    if report is None:
        return
    if output is not None:
        write_text(output, json_.dumps(report, indent=2) + "\n")
    if json:
        print_json(report)
    else:
        for name, value in report.items():
            print(f"{name:<24}{value}")
