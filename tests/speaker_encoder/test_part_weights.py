"""Weights files of both standalone packages: they hold the same code and must stay alike."""

import os
from pathlib import Path
from types import ModuleType

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

import flow_vae.weights
import speaker_encoder.weights
from speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig, load, save

PACKAGES = [speaker_encoder.weights, flow_vae.weights]


@pytest.fixture(params=PACKAGES, ids=lambda module: module.__name__)
def weights(request: pytest.FixtureRequest) -> ModuleType:
    return request.param


@pytest.fixture
def layer() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(80, 64)


def write(path: Path, tensors: dict[str, torch.Tensor]) -> Path:
    save_file(tensors, path, metadata={"kind": "layer", "config": "{}"})
    return path


def test_roundtrip_is_exact(weights: ModuleType, layer: nn.Linear, tmp_path: Path) -> None:
    weights.save(tmp_path / "new" / "x.safetensors", layer, {"width": 3}, "layer")
    config, tensors = weights.read(tmp_path / "new" / "x.safetensors", "layer")
    assert config == {"width": 3}
    other = nn.Linear(80, 64)
    weights.load_into(other, tensors, "x")
    assert torch.equal(other.weight, layer.weight)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["x.safetensors"]


def test_int8_error_is_at_most_half_a_step(
    weights: ModuleType, layer: nn.Linear, tmp_path: Path
) -> None:
    path = tmp_path / "x.safetensors"
    with torch.no_grad():
        layer.weight[3] *= 1000
        layer.weight[4] = 0
    weights.save(path, layer, {}, "layer", quantise=True)
    stored = load_file(path)
    assert stored["weight"].dtype == torch.int8
    assert stored["weight::scale"].shape == (64,)
    assert stored["bias"].dtype == torch.bfloat16
    tensors = weights.read(path, "layer")[1]
    assert {t.dtype for t in tensors.values()} == {torch.float32}
    step = layer.weight.abs().amax(1, keepdim=True) / 127
    assert ((tensors["weight"] - layer.weight).abs() <= 0.501 * step).all()
    torch.testing.assert_close(tensors["bias"], layer.bias.data, rtol=2**-8, atol=0)


def test_small_matrices_and_integers_are_not_made_int8(weights: ModuleType, tmp_path: Path) -> None:
    module = nn.BatchNorm1d(4)
    weights.save(tmp_path / "x", module, {}, "norm", quantise=True)
    stored = load_file(tmp_path / "x")
    assert stored["num_batches_tracked"].dtype == torch.int64
    weights.load_into(nn.BatchNorm1d(4), weights.read(tmp_path / "x", "norm")[1], "x")


def test_tied_weights_can_be_saved(weights: ModuleType, tmp_path: Path) -> None:
    module = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    module[1].weight = module[0].weight
    weights.save(tmp_path / "x", module, {}, "pair")
    assert len(weights.read(tmp_path / "x", "pair")[1]) == 4


@pytest.mark.skipif(os.name != "posix", reason="no umask here")
def test_others_may_read_it_where_the_umask_allows(
    weights: ModuleType, layer: nn.Linear, tmp_path: Path
) -> None:
    before = os.umask(0o027)
    try:
        weights.save(tmp_path / "w.safetensors", layer, {}, "layer")
    finally:
        os.umask(before)
    assert (tmp_path / "w.safetensors").stat().st_mode & 0o777 == 0o640


def test_missing_file(weights: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no weights file .*absent"):
        weights.read(tmp_path / "absent", "layer")


@pytest.mark.parametrize("kept", [0, 4, 200, -1])
def test_truncated_file(weights: ModuleType, layer: nn.Linear, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "x.safetensors"
    weights.save(path, layer, {}, "layer")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match="damaged or not a safetensors file") as caught:
        weights.read(path, "layer")
    assert "\n" not in str(caught.value)


def test_wrong_kind(weights: ModuleType, layer: nn.Linear, tmp_path: Path) -> None:
    weights.save(tmp_path / "x", layer, {}, "layer")
    with pytest.raises(ValueError, match="holds a layer, expected a decoder"):
        weights.read(tmp_path / "x", "decoder")
    save_file({"a": torch.ones(1)}, tmp_path / "y")
    with pytest.raises(ValueError, match="unknown kind"):
        weights.read(tmp_path / "y", "decoder")


def test_unreadable_config(weights: ModuleType, tmp_path: Path) -> None:
    save_file({"a": torch.ones(1)}, tmp_path / "x", metadata={"kind": "k", "config": "[1"})
    with pytest.raises(ValueError, match="no readable config"):
        weights.read(tmp_path / "x", "k")


def test_int8_without_its_scale(weights: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x", {"weight": torch.ones(4, 4, dtype=torch.int8)})
    with pytest.raises(ValueError, match="lacks the scale of int8 tensor weight"):
        weights.read(path, "layer")


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"weight": torch.ones(2, 3)}, r"x lacks bias \(1 such\)"),
        (
            {"weight": torch.ones(2, 3), "bias": torch.ones(2), "b": torch.ones(1)},
            r"x has unexpected b \(1 such\)",
        ),
        (
            {"weight": torch.ones(2, 4), "bias": torch.ones(3)},
            r"x has mis-shaped weight \(2 such\)",
        ),
    ],
)
def test_keys_must_match(
    weights: ModuleType, tensors: dict[str, torch.Tensor], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        weights.load_into(nn.Linear(3, 2), tensors, "x")
    assert "\n" not in str(caught.value)


def test_speaker_encoder_survives_its_file(tmp_path: Path) -> None:
    config = SpeakerEncoderConfig(n_mels=20, channels=16, layers=2, timbre_dim=12)
    encoder = SpeakerEncoder(config)
    save(tmp_path / "x", encoder)
    loaded = load(tmp_path / "x")
    assert loaded.config == config
    assert not loaded.training
    clip = torch.randn(24_000)
    assert torch.equal(loaded.embed([clip], 24_000), encoder.embed([clip], 24_000))


def test_unknown_config_key_names_itself(tmp_path: Path) -> None:
    encoder = SpeakerEncoder(SpeakerEncoderConfig(channels=16, layers=1))
    speaker_encoder.weights.save(tmp_path / "x", encoder, {"colour": 1}, "speaker_encoder")
    with pytest.raises(ValueError, match="unknown config key colour"):
        load(tmp_path / "x")
