"""`python -m speaker_encoder a.wav b.wav`: how alike two recordings' voices are."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import soundfile
import torch
from torch import Tensor
from torch.nn import functional as F

from speaker_encoder.model import load

WEIGHTS = "bundled/small/speaker_encoder.safetensors"


def main(arguments: list[str] | None = None) -> int:
    """Print the cosine of two recordings; return 0, or 2 after one line about bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m speaker_encoder",
        description="Print the cosine of two recordings' timbre vectors: 1 is the same voice.",
    )
    parser.add_argument("first", type=Path, help="audio file")
    parser.add_argument("second", type=Path, help="audio file")
    parser.add_argument(
        "--weights", type=Path, help="speaker encoder's .safetensors (default: the bundled model)"
    )
    options = parser.parse_args(arguments)
    try:
        encoder = load(options.weights or bundled_weights())
        vectors = [encoder.embed(*read_audio(path)) for path in (options.first, options.second)]
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{F.cosine_similarity(vectors[0], vectors[1], dim=0).item():.4f}")
    return 0


def bundled_weights() -> Path:
    """The weights inside an installed minimax_speech, which is located but not imported."""
    spec = find_spec("minimax_speech")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / WEIGHTS).is_file():
            return path
    raise FileNotFoundError("no bundled weights are installed: give --weights FILE")


def read_audio(path: Path) -> tuple[list[Tensor], int]:
    """The channels' mean of an audio file as one clip (samples,), and its sample rate."""
    if not path.is_file():
        raise FileNotFoundError(f"no audio file {path}: give the path of an existing recording")
    try:
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        raise ValueError(f"{path} is not readable audio: give a wav, flac, ogg or mp3") from None
    return [torch.from_numpy(samples.mean(axis=1))], sample_rate


if __name__ == "__main__":
    sys.exit(main())
