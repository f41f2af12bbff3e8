"""Stage ``flow-matching``: flow matching alone, for a speaker encoder that is already trained."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from torch import Tensor

from minimax_speech.errors import InputError
from minimax_speech.models import flow_matching as flows
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.weights import restore_model, save_model
from minimax_speech.training.arithmetic import Load, flow_cost
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    StepLoss,
    Work,
)
from minimax_speech.training.tasks.speech import SpeechTask, has_part
from speaker_encoder import model as encoders
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig


@dataclass
class FlowMatchingStage:
    """Settings of the stage, and of ``flow-distillation``.

    Attributes:
        flow_matching: the model to train.
        speaker_encoder: of the exported model in ``init_from``; its weights stay as they are.
        reference_seconds: shortest and longest reference.
        bandlimit_share: share of the references cut to telephone or 16 kHz bandwidth.
        warp_share: share of the rows that are given the tokens of a warped recording.
    """

    flow_matching: FlowMatchingConfig = field(default_factory=FlowMatchingConfig)
    speaker_encoder: SpeakerEncoderConfig = field(default_factory=SpeakerEncoderConfig)
    reference_seconds: tuple[float, float] = (1.5, 4.0)
    bandlimit_share: float = 0.3
    warp_share: float = 0.75


class FlowMatchingTask(SpeechTask):
    """Flow-matching loss with a frozen speaker encoder."""

    model_config = FlowMatchingStage
    parts: ClassVar[Parts] = {
        "speaker_encoder": ("speaker_encoder", encoders.KIND),
        "flow_matching": ("flow_matching", flows.KIND),
    }
    optimizers: ClassVar[Optimizers] = {"model": ("flow_matching",)}
    averaged = ("flow_matching",)

    def build(self) -> None:
        if self.run.init_from is None:
            raise InputError(
                "init_from is missing: flow matching trains for a speaker encoder that "
                "the stage speech-lm has exported; name its folder"
            )
        encoder = SpeakerEncoder(self.model.speaker_encoder).requires_grad_(False)
        self.model.flow_matching.network.timbre_dim = self.model.speaker_encoder.timbre_dim
        flow = FlowMatching(self.model.flow_matching)
        self.check_tokens(
            flow.config.network.audio_vocab, "model.flow_matching.network.audio_vocab"
        )
        self.measure_latents(flow)
        self.networks = {"speaker_encoder": encoder, "flow_matching": flow}
        self.flow_cost = flow_cost(flow.config)

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        timbre = self.timbre(networks, batch, augment=True)
        value = self.flow_loss(networks, batch, timbre)
        yield StepLoss("model", value, batch["lengths"].sum(), {"flow": value.detach()})

    def work(self, batch: Batch) -> Work:
        timbre = Load(self.encoder_cost, batch["reference_lengths"], backward=0)
        loads = [timbre, Load(self.flow_cost, batch["lengths"])]
        return Work(float(batch["lengths"].sum()), loads)

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        timbre = self.timbre(networks, batch, augment=False)
        return {"loss": self.flow_loss(networks, batch, timbre)}

    def export(self, networks: Networks, folder: Path) -> None:
        flow, place = self.flow_matching(networks), folder / "flow_matching.safetensors"
        assert flow is not None
        save_model(place, flow, self.model.flow_matching, flows.KIND)
        encoder = networks["speaker_encoder"]
        assert isinstance(encoder, SpeakerEncoder)
        encoders.save(folder / "speaker_encoder.safetensors", encoder)

    def restore(self, folder: Path) -> None:
        restore_model(
            self.networks["speaker_encoder"], folder / "speaker_encoder.safetensors", encoders.KIND
        )
        if has_part(folder, "flow_matching"):
            restore_model(
                self.networks["flow_matching"], folder / "flow_matching.safetensors", flows.KIND
            )
