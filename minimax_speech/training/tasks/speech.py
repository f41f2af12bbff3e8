"""What the stages ``speech-lm`` and ``flow-matching`` share: examples of a voice speaking."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from minimax_speech.data.corpus import SAMPLE_RATE
from minimax_speech.data.sampler import Draw, shared_seed
from minimax_speech.errors import InputError
from minimax_speech.models.flow_integration import FlowSettings
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import FULL_BANDWIDTH_HZ, LATENTS_PER_TOKEN
from minimax_speech.models.flow_sampling import sample
from minimax_speech.training.arithmetic import Cost, encoder_cost
from minimax_speech.training.tasks.augment import limit_bandwidth
from minimax_speech.training.tasks.base import Batch, Networks, Sample, Task
from minimax_speech.training.tasks.batching import round_up, stack_arrays, stack_audio
from speaker_encoder.features import LogMel

MEL_HOP = 240
SAMPLE_STEPS = 8
REFERENCE_STEP = 12_000  # samples
REFERENCE_GAIN_DB = (-9.0, 3.0)  # the level of a recording says nothing of the voice


class SpeechTask(Task):
    """Batches of tokens, latents and a reference of the same voice.

    The stage's settings have ``reference_seconds`` (shortest, longest), ``bandlimit_share`` and
    ``warp_share``: of the rows whose flow matching is given the tokens of a warped recording.
    Tokens keep some of the voice they were made of; flow matching must not find the timbre there.
    """

    recordable = True

    @cached_property
    def log_mel(self) -> LogMel:
        """Made once: a new one would have to be copied to the device at every step."""
        return LogMel()

    @property
    def reference_samples(self) -> int:
        """Samples that hold the longest reference."""
        return round(self.model.reference_seconds[1] * SAMPLE_RATE)

    def features(self) -> tuple[str, ...]:
        return ("tokens", "warped_tokens", "latents")

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        examples, references, tokens, latents = [], [], [], []
        # Of one length, so that none is padded.
        drawn = np.random.default_rng((shared_seed(draws), 3))
        seconds = drawn.uniform(*self.model.reference_seconds)
        for index, draw in draws:
            rng = np.random.default_rng(draw)
            example = corpus.example(index, seconds, rng)
            gain = 1.0 if valid else 10 ** (rng.uniform(*REFERENCE_GAIN_DB) / 20)
            references.append(example.reference * np.float32(gain))
            examples.append(example)
            name = example.utterance.id
            heard = corpus.features["tokens"][name][example.start : example.stop]
            if not valid and "warped_tokens" in corpus.features:
                warped = corpus.features["warped_tokens"][name][example.start : example.stop]
                if rng.random() < self.model.warp_share:
                    heard = two_warps(warped, rng)
            tokens.append(heard)
            if "latents" in corpus.features:
                frames = slice(example.start * LATENTS_PER_TOKEN, example.stop * LATENTS_PER_TOKEN)
                latents.append(corpus.features["latents"][name][frames])
        size = self.padded_tokens(corpus, draws)
        bandwidths = [
            min(e.utterance.bandwidth or FULL_BANDWIDTH_HZ, FULL_BANDWIDTH_HZ) for e in examples
        ]
        batch = {
            "tokens": stack_arrays(tokens, size, torch.long),
            "lengths": torch.tensor([len(row) for row in tokens]),
            "bandwidth": torch.tensor(bandwidths),
            "reference": stack_audio(references, self._reference_size(references)),
            "reference_lengths": torch.tensor(
                [max(1, len(e.reference) // MEL_HOP) for e in examples]
            ),
        }
        if latents:
            batch["latents"] = stack_arrays(latents, LATENTS_PER_TOKEN * size, torch.float16)
        return batch

    def _reference_size(self, references: Sequence[NDArray[np.float32]]) -> int:
        """Samples that references are padded to: always the same, unless code takes any size."""
        if not self.run.train.compile:
            return self.reference_samples
        return round_up(max(map(len, references)), REFERENCE_STEP)

    @cached_property
    def encoder_cost(self) -> Cost:
        """Of the speaker encoder."""
        return encoder_cost(self.model.speaker_encoder)

    def timbre(self, networks: Networks, batch: Batch, augment: bool) -> Tensor:
        """Timbre vectors (batch, timbre_dim) of the references."""
        mel = self.log_mel.to(batch["reference"].device)(batch["reference"])
        if augment:
            mel = limit_bandwidth(mel, self.model.bandlimit_share)
        return networks["speaker_encoder"](mel, batch["reference_lengths"])

    def flow_loss(self, networks: Networks, batch: Batch, timbre: Tensor) -> Tensor:
        """Flow-matching loss of a batch."""
        return networks["flow_matching"](
            batch["latents"], batch["tokens"], batch["lengths"], timbre, batch["bandwidth"]
        )

    def sample(self, networks: Networks, batch: Batch) -> Sample:
        """Latents that flow matching makes of the tokens, beside the true ones."""
        flow = self.flow_matching(networks)
        if flow is None:
            return Sample()
        timbre = self.timbre(networks, batch, augment=False)
        true = batch["latents"].float()
        settings = FlowSettings(SAMPLE_STEPS, guidance=1.0)
        noise = torch.randn_like(true)
        made = sample(flow, batch["tokens"], batch["lengths"], timbre, noise, settings)
        frames = LATENTS_PER_TOKEN * int(batch["lengths"][0])
        images = {"latents/generated": made, "latents/target": true}
        return Sample(
            images={
                name: flow.normalise(image)[0, :frames].T.cpu().numpy()
                for name, image in images.items()
            }
        )

    def flow_matching(self, networks: Networks) -> FlowMatching | None:
        """The flow matching that is trained, where there is one."""
        flow = networks.get("flow_matching")
        assert flow is None or isinstance(flow, FlowMatching)
        return flow

    def check_tokens(self, vocab: int, key: str) -> None:
        """Refuse a model with fewer tokens than the data has; ``key`` is the setting to change."""
        most = int(self._some("tokens").max()) + 1
        if most > vocab:
            raise InputError(
                f"{key} is {vocab}, but the features hold {most} tokens: set it to that"
            )

    def _some(self, feature: str, utterances: int = 512) -> NDArray:
        """Frames of a feature from a random choice of the training utterances that are here."""
        corpus, here = self.data.train, self.data.here
        chosen = np.arange(len(corpus)) if here is None else np.flatnonzero(here)
        picks = np.random.default_rng(0).permutation(chosen)[:utterances].tolist()
        return np.concatenate([corpus.features[feature][corpus.utterances[i].id] for i in picks])

    def measure_latents(self, flow: FlowMatching) -> None:
        """Set the mean and deviation by which latents are normalised, from training data."""
        frames = self._some("latents").astype(np.float32)
        if frames.shape[1] != len(flow.latent_mean):
            raise InputError(
                f"the latents have {frames.shape[1]} channels, flow matching expects "
                f"{len(flow.latent_mean)}: set model.flow_matching.network.latent_dim"
            )
        flow.latent_mean.copy_(torch.from_numpy(frames.mean(0)))
        flow.latent_std.copy_(torch.from_numpy(frames.std(0)).clamp(min=1e-3))


def two_warps(warped: NDArray, rng: np.random.Generator) -> NDArray:
    """Tokens (length,) that change from one warp to another somewhere, of all (length, warps).

    With a single warp, flow matching could learn from the known beginning of an utterance how its
    tokens are warped, and take the timbre from the rest of them after all.
    """
    before, after = rng.integers(warped.shape[1], size=2)
    change = rng.integers(len(warped) + 1)
    return np.concatenate((warped[:change, before], warped[change:, after]))


def has_part(folder: Path, name: str) -> bool:
    """Whether an exported model holds a part."""
    return (folder / f"{name}.safetensors").exists()
