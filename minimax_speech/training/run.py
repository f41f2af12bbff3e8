"""From a recipe to a trained model."""

from collections.abc import Sequence
from pathlib import Path

import torch

from minimax_speech import config as configs
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder
from minimax_speech.training.loop import Loop
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.start import find_start, with_sizes
from minimax_speech.training.tasks.base import Task
from minimax_speech.training.tasks.flow_distillation import FlowDistillationTask
from minimax_speech.training.tasks.flow_matching import FlowMatchingTask
from minimax_speech.training.tasks.flow_vae import FlowVAETask
from minimax_speech.training.tasks.recogniser import RecogniserTask
from minimax_speech.training.tasks.speech_lm import SpeechLMTask
from minimax_speech.training.tasks.tokenizer import TokenizerTask
from minimax_speech.training.tasks.voice_designer import VoiceDesignerTask

STAGES: dict[str, type[Task]] = {
    "tokenizer": TokenizerTask,
    "flow-vae": FlowVAETask,
    "speech-lm": SpeechLMTask,
    "flow-matching": FlowMatchingTask,
    "flow-distillation": FlowDistillationTask,
    "recogniser": RecogniserTask,
    "voice-designer": VoiceDesignerTask,
}


def load_recipe(stage: str | None, recipe: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read a recipe and check all of it, the stage's model section included.

    Without a stage it may be of any.

    Raises:
        InputError: an unknown stage, key or value, or a recipe of another stage.
    """
    if stage is not None:
        _check_stage(stage)
    data = configs.apply_overrides(configs.load_yaml(recipe), overrides)
    run = configs.build(RunConfig, data)
    stage = stage or run.stage
    _check_stage(run.stage)
    if run.stage != stage:
        raise InputError(f"{recipe} is a recipe for {run.stage}, not for {stage}")
    configs.build(STAGES[stage].model_config, run.model)
    if run.train.parallel == "fsdp" and not STAGES[stage].shardable:
        raise InputError(
            f"train.parallel is fsdp, but the networks of {stage} cannot be shared out: set it to "
            "ddp"
        )
    return run


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise InputError(f"unknown stage {stage!r}: use one of {', '.join(STAGES)}")


def train(stage: str, recipe: Path, overrides: Sequence[str] = (), resume: bool = True) -> Path:
    """Train one stage; returns the folder of the exported parts.

    Args:
        stage: tokenizer, flow-vae, speech-lm, flow-matching, flow-distillation,
            recogniser or voice-designer.
        recipe: YAML file, see :class:`RunConfig`.
        overrides: ``key.sub=value`` settings that replace the recipe's.
        resume: go on from the newest checkpoint in the run's folder.

    Raises:
        InputError: whatever is wrong with the recipe or the data, in one line.
    """
    run = load_recipe(stage, recipe, overrides)
    check_folder(run.out)
    torch.manual_seed(run.seed)
    start = find_start(run.init_from) if run.init_from else None
    if start is not None:
        run.model = with_sizes(run.model, STAGES[stage].parts, start)
    task = STAGES[stage](run)
    if start is not None:
        task.restore(start)
    Loop(task, resume=resume).train()
    return Path(run.out) / "export"
