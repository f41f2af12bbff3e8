"""Stage ``flow-vae``: waveform autoencoder with spectral, adversarial and KL losses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import flow_vae
from flow_vae import decoder as decoders
from flow_vae import encoder as encoders
from minimax_speech.data.corpus import SAMPLES_PER_TOKEN
from minimax_speech.data.sampler import Draw
from minimax_speech.models.weights import restore_model, save_model
from minimax_speech.training.arithmetic import Cost, Load
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    Sample,
    StepLoss,
    Task,
    Work,
)

SAMPLE_RATE = 24_000
DISCRIMINATORS_KIND = "flow_vae_discriminators"


@dataclass
class LossWeights:
    """Weights of the generator's losses."""

    mel: float = 15.0
    loudness: float = 15.0
    stft: float = 0.0
    kl: float = 0.0015
    adversarial: float = 1.0
    feature_matching: float = 2.0


@dataclass
class FlowVAEStage:
    """Settings of the stage.

    Attributes:
        vae: encoder, flow and decoder.
        discriminators: period and resolution discriminators.
        segment_seconds: length of the random stretches of speech in a batch.
        batch: stretches in a global batch.
        adversarial_batch: how many of them the discriminators see; they are the costly part, and
            spectral losses gain more from a large batch than they do.
        weights: of the losses; the KL is per latent frame, summed over the channels.
        adversarial_from: share of the run after which the discriminators join in.
        freeze_encoder: keep encoder and flow as they are, so that the latents stay valid for a
            flow-matching model that already learns them, and train the decoder on.
    """

    vae: flow_vae.FlowVAEConfig = field(default_factory=flow_vae.FlowVAEConfig)
    discriminators: flow_vae.DiscriminatorConfig = field(
        default_factory=flow_vae.DiscriminatorConfig
    )
    segment_seconds: float = 0.6
    batch: int = 32
    adversarial_batch: int = 16
    weights: LossWeights = field(default_factory=LossWeights)
    adversarial_from: float = 0.0
    freeze_encoder: bool = False


class FlowVAETask(Task):
    """Reconstruct random stretches of speech from a sample of the posterior."""

    model_config = FlowVAEStage
    parts: ClassVar[Parts] = {
        "vae": ("flow_vae_encoder", encoders.KIND),
        "discriminators": ("discriminators", DISCRIMINATORS_KIND),
    }
    optimizers: ClassVar[Optimizers] = {
        "discriminators": ("discriminators",),
        "generator": ("generator",),
    }
    averaged = ("generator",)
    length_step = 1
    fixed_shapes = True
    recordable = True
    shardable = False

    def build(self) -> None:
        self.generator = flow_vae.FlowVAE(self.model.vae)
        discriminators = flow_vae.Discriminators(self.model.discriminators)
        # The layout that 2-D convolutions compute in; the stubs of `to` know no such argument.
        discriminators.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.networks = {"generator": self.generator, "discriminators": discriminators}
        if self.model.freeze_encoder:
            self.generator.encoder.requires_grad_(False)
        self.mel_distance = flow_vae.MultiResolutionMel(SAMPLE_RATE)
        hop = self.model.vae.hop
        self.samples = round(self.model.segment_seconds * SAMPLE_RATE / hop) * hop
        self.generator_cost, self.judges_cost = self._costs()

    def lengths(self) -> NDArray:
        return np.ones(len(self.data.train))

    def batch_budget(self) -> float:
        return self.model.batch

    def phase(self, share: float) -> int:
        return int(share >= self.model.adversarial_from)

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        size = 4 * SAMPLE_RATE if valid else self.samples
        clips = []
        for index, draw in draws:
            rng = np.random.default_rng(draw)
            clip = corpus.crop(index, size, rng)
            if not valid:  # references come at any level and polarity
                clip = clip * rng.choice((-1, 1)) * 10 ** (rng.uniform(-9, 3) / 20)
            clips.append(np.clip(clip, -1, 1).astype(np.float32))
        return {"audio": torch.from_numpy(np.stack(clips))}

    def losses(self, networks: Networks, batch: Batch, share: float) -> Iterator[StepLoss]:
        audio, rows = batch["audio"], float(len(batch["audio"]))
        out = networks["generator"](audio)
        loss, metrics = self._spectral(out, audio)
        if not self.phase(share):
            yield StepLoss("generator", loss, rows, metrics)
            return
        judged_rows = self.model.adversarial_batch
        generated = out.audio[:judged_rows]
        both = torch.cat((audio[:judged_rows], generated.detach()))
        real, fake = flow_vae.split(networks["discriminators"](both))
        judged = flow_vae.discriminator_loss(real, fake)
        yield StepLoss("discriminators", judged, rows, {"discriminators": judged.detach()})

        judges = self.networks["discriminators"]  # unwrapped: no gradient of theirs is exchanged
        judges.requires_grad_(False)
        fooled = judges(generated)
        adversarial = flow_vae.adversarial_loss(fooled)
        features = flow_vae.feature_matching_loss(real, fooled)
        weights = self.model.weights
        loss = loss + weights.adversarial * adversarial + weights.feature_matching * features
        metrics |= {"adversarial": adversarial.detach(), "features": features.detach()}
        yield StepLoss("generator", loss, rows, metrics)
        judges.requires_grad_(True)

    def _spectral(
        self, out: flow_vae.FlowVAEOutput, audio: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        weights = self.model.weights
        mel = self.mel_distance.to(audio.device)(out.audio, audio)
        kl = out.kl.mean()
        loss = weights.mel * mel.level + weights.loudness * mel.loudness + weights.kl * kl
        metrics = {
            "mel": mel.level.detach(),
            "loudness": mel.loudness.detach(),
            "kl": kl.detach(),
        }
        if weights.stft:
            stft = flow_vae.ms_stft_distance(out.audio, audio)
            loss = loss + weights.stft * stft
            metrics["stft"] = stft.detach()
        return loss, metrics

    def work(self, batch: Batch) -> Work:
        rows = torch.ones(len(batch["audio"]))
        judged = rows[: self.model.adversarial_batch]
        loads = [
            Load(self.generator_cost, rows),
            Load(self.judges_cost, torch.cat((judged, judged))),  # real and generated
            Load(self.judges_cost, judged, backward=0.5),  # generated ones, for the generator
        ]
        return Work(len(rows) * self.samples / SAMPLES_PER_TOKEN, loads)

    def _costs(self) -> tuple[Cost, Cost]:
        """Of the generator and the discriminators; a position is a stretch of speech."""
        vae, judges = self.model.vae, self.model.discriminators

        def run(network: torch.nn.Module, rows: int) -> None:
            network(torch.zeros(rows, self.samples))

        return (
            Cost(lambda: flow_vae.FlowVAE(vae), run, positions=1),
            Cost(lambda: flow_vae.Discriminators(judges), run, positions=1),
        )

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        out = networks["generator"](batch["audio"])
        loss, metrics = self._spectral(out, batch["audio"])
        stft = flow_vae.ms_stft_distance(out.audio, batch["audio"])
        return {"loss": loss, **metrics, "stft": stft}

    def sample(self, networks: Networks, batch: Batch) -> Sample:
        out = networks["generator"](batch["audio"])
        pairs = {"audio/resynthesis": out.audio[0], "audio/original": batch["audio"][0]}
        return Sample(audio={name: clip.float().cpu().numpy() for name, clip in pairs.items()})

    def _parts(self, networks: Networks) -> dict[str, tuple[torch.nn.Module, object, str]]:
        vae, judges = networks["generator"], networks["discriminators"]
        assert isinstance(vae, flow_vae.FlowVAE)
        return {
            "flow_vae_encoder": (vae.encoder, self.model.vae, encoders.KIND),
            "flow_vae_decoder": (vae.decoder, self.model.vae, decoders.KIND),
            "discriminators": (judges, self.model.discriminators, DISCRIMINATORS_KIND),
        }

    def export(self, networks: Networks, folder: Path) -> None:
        for name, (part, config, kind) in self._parts(networks).items():
            save_model(folder / f"{name}.safetensors", part, config, kind)

    def restore(self, folder: Path) -> None:
        for name, (part, _, kind) in self._parts(self.networks).items():
            if name != "discriminators" or (folder / f"{name}.safetensors").exists():
                restore_model(part, folder / f"{name}.safetensors", kind)
