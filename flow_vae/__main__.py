"""`python -m flow_vae encode in.wav out.safetensors` and `decode in.safetensors out.wav`.

A latents file is safetensors with one tensor `latents` (frames, latent_dim): the posterior's mean.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import soundfile
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torchaudio.functional import resample

from flow_vae.decoder import KIND as DECODER_KIND
from flow_vae.encoder import KIND as ENCODER_KIND
from flow_vae.model import load

CHUNK_FRAMES = 500


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two verbs; 0, or 2 after one line about bad input."""
    options = _parser().parse_args(arguments)
    run = encode if options.verb == "encode" else decode
    try:
        with torch.no_grad():
            run(options.input, options.output, options.weights)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def encode(recording: Path, output: Path, weights: Path | None) -> None:
    """Audio file to latents file."""
    model = load(encoder_path=weights or bundled_weights(ENCODER_KIND, "--encoder"))
    audio = read_audio(recording, model.config.sample_rate)
    save_latents(model.encode(audio.unsqueeze(0)).mean[0], output)


def decode(latents_file: Path, output: Path, weights: Path | None) -> None:
    """Latents file to 16-bit audio file."""
    model = load(decoder_path=weights or bundled_weights(DECODER_KIND, "--decoder"))
    latents = read_latents(latents_file, model.config.latent_dim)
    audio = torch.cat(list(model.decode_chunks(latents.unsqueeze(0), CHUNK_FRAMES)), dim=1)
    try:
        soundfile.write(output, audio[0].clamp(-1, 1).numpy(), model.config.sample_rate)
    except (soundfile.LibsndfileError, TypeError):
        raise ValueError(f"cannot write audio to {output}: give a path ending in .wav") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flow_vae", description="Turn audio into latents and latents into audio."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, source, target in (
        ("encode", "audio file", "latents, .safetensors"),
        ("decode", "latents, .safetensors", "audio file to write, .wav"),
    ):
        command = verbs.add_parser(verb, help=f"{source} to {target}")
        command.add_argument("input", type=Path, help=source)
        command.add_argument("output", type=Path, help=target)
        command.add_argument(
            f"--{verb}r",
            dest="weights",
            type=Path,
            metavar="FILE",
            help=f"the {verb}r's .safetensors (default: the bundled model)",
        )
    return parser


def bundled_weights(kind: str, option: str) -> Path:
    """The weights inside an installed minimax_speech, which is located but not imported."""
    spec = find_spec("minimax_speech")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / "bundled" / "small" / f"{kind}.safetensors").is_file():
            return path
    raise FileNotFoundError(f"no bundled weights are installed: give {option} FILE")


def read_audio(path: Path, sample_rate: int) -> Tensor:
    """The channels' mean of an audio file (samples,), resampled to `sample_rate`."""
    if not path.is_file():
        raise FileNotFoundError(f"no audio file {path}: give the path of an existing recording")
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        raise ValueError(f"{path} is not readable audio: give a wav, flac, ogg or mp3") from None
    if len(samples) == 0:
        raise ValueError(f"{path} holds no samples: give a recording that is not empty")
    return resample(torch.from_numpy(samples.mean(axis=1)), rate, sample_rate)


def read_latents(path: Path, latent_dim: int) -> Tensor:
    """The tensor `latents` (frames, latent_dim) of a latents file, in fp32."""
    if not path.is_file():
        raise FileNotFoundError(f"no latents file {path}: make one with `encode`")
    try:
        latents = load_file(path).get("latents")
    except SafetensorError:
        raise ValueError(f"{path} is not a safetensors file: make one with `encode`") from None
    if latents is None:
        raise ValueError(f"{path} has no tensor named latents: make one with `encode`")
    if latents.ndim != 2 or latents.shape[0] == 0 or latents.shape[1] != latent_dim:
        shape = tuple(latents.shape)
        raise ValueError(f"{path} holds latents of shape {shape}: give (frames, {latent_dim})")
    return latents.float()


def save_latents(latents: Tensor, path: Path) -> None:
    """Write latents (frames, latent_dim)."""
    try:
        save_file({"latents": latents.contiguous()}, path)
    except SafetensorError:
        raise ValueError(f"cannot write {path}: give a path in an existing folder") from None


if __name__ == "__main__":
    sys.exit(main())
