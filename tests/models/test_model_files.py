"""Each model loads from its own file alone, and says in one line what is wrong with another."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from minimax_speech import config as configs
from minimax_speech.errors import InputError
from minimax_speech.models import audio_tokenizer, flow_matching, recogniser, speech_lm
from minimax_speech.models.flow_network import FlowNetworkConfig
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.models.weights import load_model, restore_model, save_model

TINY = TransformerConfig(dim=16, layers=1, heads=2, kv_heads=1, ffn=24)
MODELS: dict[str, tuple[type[nn.Module], Any]] = {
    audio_tokenizer.KIND: (
        audio_tokenizer.AudioTokenizer,
        audio_tokenizer.AudioTokenizerConfig(
            channels=8, layers=[1, 1, 1], ctc_layers=1, levels=[4, 3], alphabet="ab"
        ),
    ),
    speech_lm.KIND: (
        speech_lm.SpeechLM,
        speech_lm.SpeechLMConfig(20, 12, 8, TINY),
    ),
    flow_matching.KIND: (
        flow_matching.FlowMatching,
        flow_matching.FlowMatchingConfig(FlowNetworkConfig(4, 12, 8, 1, TINY)),
    ),
    recogniser.KIND: (
        recogniser.Recogniser,
        recogniser.RecogniserConfig(80, 1, TINY, "ab"),
    ),
}
KIND = speech_lm.KIND


def saved(folder: Path, kind: str, quantise: bool = False) -> tuple[nn.Module, Path]:
    model_type, config = MODELS[kind]
    model = model_type(config)
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer.add_(0.25)
    path = folder / f"{kind}.safetensors"
    save_model(path, model, config, kind, quantise)
    return model, path


@pytest.mark.parametrize("kind", MODELS)
def test_round_trip(tmp_path: Path, kind: str) -> None:
    model, path = saved(tmp_path, kind)
    loaded = MODELS[kind][0].load(path)
    assert loaded.config == model.config
    assert not loaded.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, loaded.state_dict()[name]), name
    other = MODELS[kind][0](MODELS[kind][1])
    restore_model(other, path, kind)
    assert all(torch.equal(t, other.state_dict()[n]) for n, t in model.state_dict().items())


@pytest.mark.parametrize("kind", MODELS)
def test_quantised_weights_are_near(tmp_path: Path, kind: str) -> None:
    model, path = saved(tmp_path, kind, quantise=True)
    loaded = MODELS[kind][0].load(path).state_dict()
    for name, tensor in model.state_dict().items():
        assert (tensor - loaded[name]).abs().max() <= 0.01 * tensor.abs().max() + 1e-6, name


def missing(path: Path) -> None:
    path.unlink()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def text(path: Path) -> None:
    path.write_text("not weights")


def of_another_kind(path: Path) -> None:
    saved(path.parent, recogniser.KIND)[1].rename(path)


def lacking(path: Path) -> None:
    change(path, lambda tensors, _: tensors.pop("head.weight"))


def with_another_shape(path: Path) -> None:
    change(path, lambda tensors, _: tensors.update({"head.weight": torch.zeros(3, 3)}))


def with_an_extra(path: Path) -> None:
    change(path, lambda tensors, _: tensors.update(extra=torch.zeros(3)))


def with_an_unknown_key(path: Path) -> None:
    change(path, lambda _, config: config.update(colour="red"))


def with_impossible_sizes(path: Path) -> None:
    change(path, lambda _, config: config["transformer"].update(heads=3))


def change(path: Path, edit: Callable[[dict[str, torch.Tensor], dict[str, Any]], object]) -> None:
    tensors, config = load_file(path), configs.to_dict(MODELS[KIND][1])
    edit(tensors, config)
    save_file(tensors, path, {"kind": KIND, "config": json.dumps(config)})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (missing, "no weights file"),
        (truncated, "damaged or not a safetensors file"),
        (text, "damaged or not a safetensors file"),
        (of_another_kind, "holds a recogniser, expected a speech_lm"),
        (lacking, r"lacks head\.weight"),
        (with_another_shape, r"mis-shaped head\.weight"),
        (with_an_extra, "unexpected extra"),
        (with_an_unknown_key, "unknown key 'colour'"),
        (with_impossible_sizes, "heads 3"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_line(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    _, path = saved(tmp_path, KIND)
    spoil(path)
    with pytest.raises(InputError, match=says) as caught:
        load_model(path, speech_lm.SpeechLM, speech_lm.SpeechLMConfig, KIND)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
