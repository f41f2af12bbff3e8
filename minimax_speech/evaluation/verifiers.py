"""Speaker verifiers that judge similarity, under one interface.

`resemblyzer` and `own` work offline. `wavlm-large` is the judge of seed-tts-eval.
"""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.bundled import bundled_file
from minimax_speech.evaluation.recognisers import JUDGE_RATE, cannot_load
from minimax_speech.evaluation.registry import Backend, Registry, require

SILENCE_PEAK = 1e-3
"""A clip whose peak is below -60 dB of full scale has no speaker."""


class SpeakerVerifier(ABC):
    """Maps a clip to a vector that is near to those of the same speaker's other clips.

    Attributes:
        name: in reports.
    """

    name: str

    def embed(self, samples: Samples, sample_rate: int) -> Samples:
        """Unit vector (dim,) of a mono clip (samples,); the zero vector where nobody speaks.

        The zero vector makes a silent output count as unlike everybody.
        """
        if len(samples) == 0 or np.abs(samples).max() < SILENCE_PEAK:
            return np.zeros(1, np.float32)
        vector = self._embed(samples, sample_rate)
        return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)

    def embed_files(self, files: Sequence[Path]) -> Iterator[Samples]:
        """The vectors of audio files, in order."""
        for file in files:
            yield self.embed(*io.read(file))

    @abstractmethod
    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        """Vector (dim,) of a clip that is not silent, of any length of vector."""


class Resemblyzer(SpeakerVerifier):
    """GE2E (Wan et al. 2018, arXiv 1710.10467); the weights come inside the package."""

    name = "resemblyzer"

    def __init__(self, device: str = "cpu") -> None:
        with warnings.catch_warnings():
            # The package imports a scipy name that is deprecated, and pkg_resources.
            warnings.simplefilter("ignore")
            package = require("resemblyzer", self.name, "'resemblyzer' 'setuptools<82' 'scipy<2'")
        self._preprocess = package.preprocess_wav
        self._encoder = package.VoiceEncoder(device, verbose=False)

    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        # Its own preparation, so that the numbers are those of everybody who uses the package:
        # levelled, and without long pauses.
        speech = self._preprocess(io.resample(samples, sample_rate, JUDGE_RATE))
        if len(speech) == 0:
            return np.zeros(1, np.float32)
        return self._encoder.embed_utterance(speech)


class WavLMLarge(SpeakerVerifier):
    """WavLM-large with an ECAPA-TDNN head, fine-tuned on VoxCeleb: the judge of seed-tts-eval."""

    name = "wavlm-large"

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        require("transformers", self.name, "transformers")
        if weights is None:
            raise InputError(
                "wavlm-large needs its checkpoint: download wavlm_large_finetune.pth, which "
                "seed-tts-eval links to, and give it as wavlm-large=PATH"
            )
        from minimax_speech.evaluation.wavlm import load

        self._model = load(weights, device)

    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        import torch

        heard = torch.from_numpy(io.resample(samples, sample_rate, JUDGE_RATE))
        with torch.inference_mode():
            device = self._model.linear.weight.device
            return self._model(heard.to(device).unsqueeze(0))[0].cpu().numpy()


class WavLMXVector(SpeakerVerifier):
    """WavLM with an x-vector head, in transformers' own format."""

    name = "wavlm-xvector"

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        transformers = require("transformers", self.name, "transformers")
        source = weights or "microsoft/wavlm-base-plus-sv"
        try:
            self._features = transformers.AutoFeatureExtractor.from_pretrained(source)
            model = transformers.WavLMForXVector.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise cannot_load(self.name, source, error) from error
        self._model = model.to(device).eval()

    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        import torch

        heard = io.resample(samples, sample_rate, JUDGE_RATE)
        inputs = self._features(heard, sampling_rate=JUDGE_RATE, return_tensors="pt")
        with torch.inference_mode():
            return self._model(**inputs.to(self._model.device)).embeddings[0].cpu().numpy()


class OwnEncoder(SpeakerVerifier):
    """The speaker encoder of the system itself: useful for its debugging, no impartial judge."""

    name = "own"

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        import speaker_encoder

        path = Path(weights) if weights else bundled_file("speaker_encoder.safetensors", self.name)
        try:
            self._encoder = speaker_encoder.load(path, device)
        except (ValueError, FileNotFoundError) as error:
            raise InputError(str(error)) from error

    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        import torch

        # It refuses clips under a second; a truncated output must be scored, not stop the run.
        repeats = -(-sample_rate // len(samples))
        return (
            self._encoder.embed([torch.from_numpy(np.tile(samples, repeats))], sample_rate)
            .cpu()
            .numpy()
        )


VERIFIERS: Registry[SpeakerVerifier] = Registry(
    "verifier",
    {
        "resemblyzer": Backend(lambda _, device: Resemblyzer(device), False, "offline"),
        "wavlm-large": Backend(WavLMLarge, True, "the standard judge; wavlm-large=CHECKPOINT"),
        "wavlm-xvector": Backend(WavLMXVector, True, "transformers' WavLM; downloads its weights"),
        "own": Backend(OwnEncoder, True, "the system's own speaker encoder; offline"),
    },
)
