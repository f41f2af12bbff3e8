"""Separate weights files, and the command line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file, save_file

from flow_vae import FlowVAE, load, save_decoder, save_encoder

Make = Callable[..., FlowVAE]
ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flow_vae", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tiny: Make, tmp_path: Path) -> Path:
    model = tiny()
    save_encoder(tmp_path / "encoder.safetensors", model.encoder)
    save_decoder(tmp_path / "decoder.safetensors", model.decoder)
    noise = np.random.default_rng(0).normal(0, 0.1, (8000, 2))
    soundfile.write(tmp_path / "in.wav", noise, 16_000)
    (tmp_path / "text.wav").write_text("not audio")
    return tmp_path


def test_both_parts_survive_their_files(tiny: Make, folder: Path) -> None:
    model, audio = tiny(), torch.randn(1, 4800)
    loaded = load(folder / "encoder.safetensors", folder / "decoder.safetensors")
    assert loaded.config == model.config
    assert not loaded.training
    posterior = model.encode(audio)
    assert torch.equal(loaded.encode(audio).mean, posterior.mean)
    assert torch.equal(loaded.decode(posterior.mean), model.decode(posterior.mean))
    assert torch.equal(loaded.flow(posterior.mean)[0], model.flow(posterior.mean)[0])


def test_a_part_loads_alone_and_names_the_other(folder: Path) -> None:
    decoder = load(decoder_path=folder / "decoder.safetensors")
    assert decoder.decode(torch.randn(1, 4, 6)).shape == (1, 1920)
    with pytest.raises(ValueError, match="without its encoder: pass encoder_path"):
        decoder.encode(torch.randn(1, 480))
    encoder = load(encoder_path=folder / "encoder.safetensors")
    assert encoder.encode(torch.randn(1, 480)).mean.shape == (1, 1, 6)
    with pytest.raises(ValueError, match="without its decoder: pass decoder_path"):
        encoder.decode_chunks(torch.randn(1, 4, 6), 2)


def test_exchanged_files_are_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="holds a flow_vae_decoder, expected a flow_vae_encoder"):
        load(encoder_path=folder / "decoder.safetensors")
    with pytest.raises(ValueError, match="nothing to load"):
        load()


def test_parts_may_differ_in_width_but_not_in_latents(tiny: Make, folder: Path) -> None:
    save_decoder(folder / "wide.safetensors", tiny(decoder_channels=20).decoder)
    save_decoder(folder / "other.safetensors", tiny(latent_dim=8).decoder)
    model = load(folder / "encoder.safetensors", folder / "wide.safetensors")
    assert model(torch.randn(1, 480)).audio.shape == (1, 480)
    with pytest.raises(ValueError, match=r"differ in latent_dim \(6, 8\)"):
        load(folder / "encoder.safetensors", folder / "other.safetensors")


def test_encode_then_decode(folder: Path) -> None:
    latents = folder / "out.safetensors"
    done = run("encode", folder / "in.wav", latents, "--encoder", folder / "encoder.safetensors")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert load_file(latents)["latents"].shape == (25, 6)
    done = run("decode", latents, folder / "out.wav", "--decoder", folder / "decoder.safetensors")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    samples, rate = soundfile.read(folder / "out.wav")
    assert (samples.shape, rate) == ((12_000,), 24_000)


@pytest.mark.parametrize(
    ("verb", "source", "target", "message"),
    [
        ("encode", "absent.wav", "out.safetensors", "no audio file"),
        ("encode", "text.wav", "out.safetensors", "not readable audio"),
        ("encode", "in.wav", "absent/out.safetensors", "existing folder"),
        ("decode", "absent.safetensors", "out.wav", "no latents file"),
        ("decode", "text.wav", "out.wav", "not a safetensors file"),
        ("decode", "decoder.safetensors", "out.wav", "no tensor named latents"),
        ("decode", "narrow.safetensors", "out.wav", "shape (3, 5): give (frames, 6)"),
        ("decode", "good.safetensors", "absent/out.wav", "cannot write audio"),
        ("decode", "good.safetensors", "out", "cannot write audio"),
    ],
)
def test_bad_input_is_one_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    verb: str,
    source: str,
    target: str,
    message: str,
) -> None:
    from flow_vae.__main__ import main

    save_file({"latents": torch.zeros(3, 5)}, folder / "narrow.safetensors")
    save_file({"latents": torch.zeros(3, 6)}, folder / "good.safetensors")
    weights = (f"--{verb}r", str(folder / f"{verb}r.safetensors"))
    assert main([verb, str(folder / source), str(folder / target), *weights]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_bad_input_ends_the_process_with_two(folder: Path) -> None:
    done = run("encode", folder / "absent.wav", folder / "x", "--encoder", folder / "text.wav")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
