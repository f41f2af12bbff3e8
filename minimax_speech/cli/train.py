"""`tts train`: train one stage by a recipe."""

from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli import completion

EXAMPLE = "Example: tts train speech-lm --config recipes/small/speech-lm.yaml train.max_steps=2000"


def train(
    stage: Annotated[
        str,
        typer.Argument(
            autocompletion=completion.stages,
            help="tokenizer, flow-vae, speech-lm, flow-matching, flow-distillation, recogniser or "
            "voice-designer.",
        ),
    ],
    config: Annotated[
        Path, typer.Option("-c", "--config", metavar="RECIPE", help="A YAML file in recipes/.")
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Settings that replace the recipe's."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on from the run's last checkpoint.")
    ] = True,
) -> None:
    """Train one stage by a recipe.

    The recipe says what is trained, on what data and how long; its run folder keeps checkpoints.

    On several devices: torchrun --nproc-per-node N -m minimax_speech.cli train ...
    """
    from minimax_speech.training.run import train as run

    run(stage, config, overrides or [], resume=resume)
