"""Every shipped recipe loads, and its networks can be built."""

import re
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import flow_vae
from minimax_speech import config as configs
from minimax_speech.cli.info import time_span
from minimax_speech.models.audio_tokenizer import AudioTokenizer, MelDecoder
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.recogniser import Recogniser
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.voice_designer import VoiceDesigner
from minimax_speech.training.planning import Hardware, plan
from minimax_speech.training.run import STAGES, load_recipe
from speaker_encoder.model import SpeakerEncoder

FOLDER = Path(__file__).parents[2] / "recipes"
RECIPES = sorted(FOLDER.glob("*/*.yaml"))
SIZES = ("toy", "small", "base", "large")
PLUGINS = ("voice-designer",)
"""Stages over a finished model: their networks are as small, whatever the model's size."""
FINETUNED = ("speech-lm", "flow-distillation")
"""Stages that go on from a finished model; its parts say their sizes."""

PARTS: dict[str, dict[str, type[nn.Module]]] = {
    "tokenizer": {"tokenizer": AudioTokenizer, "timbre": SpeakerEncoder},
    "flow-vae": {"vae": flow_vae.FlowVAE, "discriminators": flow_vae.Discriminators},
    "speech-lm": {
        "speech_lm": SpeechLM,
        "speaker_encoder": SpeakerEncoder,
        "flow_matching": FlowMatching,
    },
    "flow-matching": {"flow_matching": FlowMatching, "speaker_encoder": SpeakerEncoder},
    "flow-distillation": {"flow_matching": FlowMatching, "speaker_encoder": SpeakerEncoder},
    "recogniser": {"recogniser": Recogniser},
    "voice-designer": {"designer": VoiceDesigner},
}


def stage_config(path: Path) -> Any:
    run = load_recipe(path.stem, path)
    return configs.build(STAGES[path.stem].model_config, run.model)


def build(path: Path) -> dict[str, nn.Module]:
    """The networks of a recipe, without memory."""
    model = stage_config(path)
    with torch.device("meta"):
        settings = {name: getattr(model, name) for name in PARTS[path.stem]}
        networks = {n: PARTS[path.stem][n](s) for n, s in settings.items() if s is not None}
        if path.stem == "tokenizer":
            networks["mel_decoder"] = MelDecoder(model.tokenizer)
    return networks


def parameters(networks: dict[str, nn.Module]) -> int:
    return sum(p.numel() for network in networks.values() for p in network.parameters())


def test_there_is_a_recipe_for_every_stage_and_size() -> None:
    named = [
        FOLDER / size / f"{stage}.yaml"
        for stage in STAGES
        for size in (SIZES[:2] if stage in PLUGINS else SIZES)
    ]
    named += [FOLDER / "finetune" / f"{stage}.yaml" for stage in FINETUNED]
    assert sorted(named) == RECIPES


@pytest.mark.parametrize("stage", FINETUNED)
def test_fine_tuning_leaves_sizes_to_the_model(stage: str) -> None:
    run = load_recipe(stage, FOLDER / "finetune" / f"{stage}.yaml")
    assert run.init_from
    assert not any(
        run.model.get(part) for part in ("speech_lm", "speaker_encoder", "flow_matching")
    )


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recipe(path: Path) -> None:
    networks = build(path)
    assert parameters(networks) > 0
    assert all(p.is_meta for network in networks.values() for p in network.parameters())
    run = load_recipe(path.stem, path)
    assert run.data.sources
    assert run.out == f"runs/{path.parent.name}/{path.stem}"
    assert path.read_text(encoding="utf-8").startswith("#")  # says what it is for


@pytest.mark.parametrize("size", SIZES)
def test_stages_of_a_size_fit_together(size: str) -> None:
    tokenizer, lm_stage, flow_stage = (
        stage_config(FOLDER / size / f"{stage}.yaml")
        for stage in ("tokenizer", "speech-lm", "flow-matching")
    )
    vae = stage_config(FOLDER / size / "flow-vae.yaml").vae
    codes = int(torch.tensor(tokenizer.tokenizer.levels).prod())
    network = lm_stage.flow_matching.network
    assert codes == lm_stage.speech_lm.audio_vocab == network.audio_vocab
    assert network.latent_dim == vae.latent_dim
    assert flow_stage.flow_matching.network == network
    assert flow_stage.speaker_encoder == lm_stage.speaker_encoder
    assert (
        lm_stage.speaker_encoder.timbre_dim == network.timbre_dim == lm_stage.speech_lm.timbre_dim
    )


@pytest.mark.parametrize(("size", "count"), [("base", 0.55e9), ("large", 2.1e9)])
def test_sizes_are_what_they_are_said_to_be(size: str, count: float) -> None:
    networks = build(FOLDER / size / "speech-lm.yaml")
    assert parameters(networks) == pytest.approx(count, rel=0.05)


PROMISE = re.compile(
    r"On (\d+) (\w+): ([\d.]+) GiB(?: each)?, ([\d.]+ \w+) at (\d+) % of (?:its|their) peak\.$"
)


def promise(path: Path) -> re.Match[str]:
    """What the first lines of a recipe say that it takes."""
    lines = takewhile(lambda line: line.startswith("#"), path.read_text("utf-8").splitlines())
    found = PROMISE.search(" ".join(line.removeprefix("#").strip() for line in lines))
    assert found, f"{path} does not say what it takes"
    return found


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in RECIPES
        if path.parent.name in ("small", "base", "large") and path.stem not in PLUGINS
    ],
    ids=lambda path: str(path)[-30:],
)
def test_recipes_say_what_they_take(path: Path) -> None:
    assert promise(path)


@pytest.mark.parametrize(
    "name", ["small/tokenizer", "base/flow-vae", "base/speech-lm", "large/speech-lm"]
)
def test_they_take_what_they_say(name: str) -> None:
    """`recipes/README.md` says how to ask for it."""
    path = FOLDER / f"{name}.yaml"
    gpus, card, gib, span, utilisation = promise(path).groups()
    facts = plan(path, Hardware(int(gpus), card, int(utilisation) / 100))
    assert sum(facts["gib_per_gpu"].values()) == pytest.approx(float(gib), rel=0.05)
    assert time_span(facts["days"]) == span
