"""`tts finetune emotion`: an emotion for all voices of a model."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech import home
from minimax_speech.cli import failures
from minimax_speech.cli.options import Device, Json, Model, model_folder, print_json
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts finetune emotion --name happy --data corpus/manifest.jsonl"


def emotion(
    name: Annotated[
        str, typer.Option("--name", help="Of the emotion, as the manifest's lines have it.")
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="MANIFEST",
            help="JSONL of clips with the emotion and of neutral ones, of the same speakers.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A .safetensors file; default: among yours."
        ),
    ] = None,
    work: Annotated[
        Path,
        typer.Option(metavar="DIR", help="For what is heard, checkpoints and logs; may be shared."),
    ] = Path("runs/emotions"),
    steps: Annotated[int, typer.Option(min=1, help="Of the optimizer.")] = 150,
    batch_seconds: Annotated[
        float, typer.Option("--batch-seconds", min=1, help="Speech in a step, in seconds.")
    ] = 60.0,
    lr: Annotated[float, typer.Option("--lr", min=0, help="Learning rate.")] = 2e-3,
    rank: Annotated[int, typer.Option(min=1, max=256, help="Of the adapter.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="The same seed learns the same.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on where an earlier run stopped.")
    ] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an emotion of this name.")
    ] = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Learn an emotion from recordings, as an adapter that any voice can speak with.

    A manifest's line is {"audio", "text", "speaker", "language", "emotion"}. Of each speaker there
    must be neutral clips, too: their lines say "neutral", or no emotion. The model's own files stay
    as they are, and no other model can use what is learnt.
    """
    own = home.adapter_file(name)  # refuses what cannot name a file
    path = own if output is None else output
    if path.suffix != ".safetensors":
        raise InputError(f"emotion file {path} must end in .safetensors: name it so")
    if path.exists() and not force:
        raise InputError(f"emotion {path} exists already: choose another name or pass --force")

    from minimax_speech.api import find_device
    from minimax_speech.emotion import Emotion
    from minimax_speech.inference.bundle import Bundle
    from minimax_speech.training.emotion.run import Training, learn_emotion

    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing that is needed lies elsewhere
    bundle = Bundle.load(model_folder(model), find_device(device))
    how = Training(steps, batch_seconds, lr, rank, seed)
    learnt = learn_emotion(bundle, name, data, work, how, resume)
    if learnt is None:
        print("stopped: the same command goes on from here", file=sys.stderr)
        raise typer.Exit(failures.INTERRUPTED)
    emotion = Emotion.load(learnt)
    emotion.save(path)
    if json:
        sound = {"pitch": emotion.pitch, "tilt": emotion.tilt, "breath": emotion.breath}
        print_json({"name": name, "path": str(path), "model": emotion.fingerprint, **sound})
    else:
        print(path)
