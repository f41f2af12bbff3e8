"""From a manifest to an emotion."""

from dataclasses import dataclass
from pathlib import Path

import torch

from minimax_speech.files import check_folder
from minimax_speech.inference.bundle import Bundle
from minimax_speech.training.emotion.examples import find_triplets, hear_triplets
from minimax_speech.training.emotion.task import EmotionTask
from minimax_speech.training.loop import Loop
from minimax_speech.training.run_config import DataConfig, OptimConfig, RunConfig, TrainConfig


@dataclass(frozen=True)
class Training:
    """How an emotion is learnt.

    Attributes:
        steps: of the optimizer.
        batch_seconds: speech in each, s.
        lr: peak learning rate.
        rank: of the adapter.
        seed: of its weights, the order of the data and the held-out texts.
    """

    steps: int = 150
    batch_seconds: float = 60.0
    lr: float = 2e-3
    rank: int = 8
    seed: int = 0


def learn_emotion(
    bundle: Bundle, name: str, manifest: Path, out: Path, how: Training, resume: bool = True
) -> Path | None:
    """Learn an emotion; returns its file, or None where it was told to stop before the end.

    Args:
        bundle: the model, of which nothing changes.
        name: of the emotion, as the manifest's ``emotion`` has it.
        manifest: of recordings with the emotion, and neutral ones of the same speakers.
        out: folder for what is heard, which other emotions may share, and of the emotion in there
            for checkpoints and logs.
        how: settings.
        resume: go on from the newest checkpoint in the folder.

    Raises:
        InputError: the manifest has too little of the emotion, or a recording cannot be used.
    """
    check_folder(out)
    targets, neutral = find_triplets(manifest, name, bundle.config.languages)
    triplets = hear_triplets(bundle, targets, neutral, out)
    run = RunConfig(
        "emotion",
        str(out / name),
        how.seed,
        model={"rank": how.rank, "alpha": 2.0 * how.rank},
        data=DataConfig(batch_seconds=how.batch_seconds, workers=0),
        optim=OptimConfig(lr=how.lr, weight_decay=0.0, warmup=0.05, decay_from=0.5),
        train=TrainConfig(
            max_steps=how.steps,
            precision="fp32" if bundle.device == "cpu" else "bf16",
            ema=0.9,
            log_steps=10,
            valid_steps=max(1, how.steps // 3),
            save_minutes=1.0,
            keep=1,
            cuda_graph=False,
        ),
    )
    torch.manual_seed(how.seed)
    loop = Loop(EmotionTask(run, name, triplets, bundle), resume=resume)
    loop.train()
    return out / name / "export" / f"{name}.safetensors" if loop.share >= 1 else None
