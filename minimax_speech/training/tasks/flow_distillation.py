"""Stage ``flow-distillation``: flow matching that needs few steps, and guidance in one evaluation.

It starts from flow matching that is already trained, and has that for its teacher.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from torch import Tensor

from minimax_speech.errors import InputError
from minimax_speech.models import flow_matching as flows
from minimax_speech.models.flow_distillation import TEACHER_STEPS, FlowDistillation
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.weights import restore_model
from minimax_speech.training.arithmetic import Load, flow_cost
from minimax_speech.training.tasks.base import Batch, Networks, Optimizers, StepLoss, Work
from minimax_speech.training.tasks.flow_matching import FlowMatchingTask
from minimax_speech.training.tasks.speech import has_part
from speaker_encoder import model as encoders
from speaker_encoder.model import SpeakerEncoder


class FlowDistillationTask(FlowMatchingTask):
    """The student's velocity against the teacher's; the settings are those of the student."""

    optimizers: ClassVar[Optimizers] = {"model": ("distillation",)}
    averaged = ("distillation",)

    def build(self) -> None:
        if self.run.init_from is None:
            raise InputError(
                "init_from is missing: distillation starts from what the stage flow-matching has "
                "exported; name its folder"
            )
        config: FlowMatchingConfig = self.model.flow_matching
        config.network.timbre_dim = self.model.speaker_encoder.timbre_dim
        teacher = FlowMatching(replace(config, network=replace(config.network, distilled=False)))
        config.network.distilled = True
        student = FlowMatching(config)
        self.check_tokens(config.network.audio_vocab, "model.flow_matching.network.audio_vocab")
        self.flow_cost = flow_cost(config)
        self.networks = {
            "speaker_encoder": SpeakerEncoder(self.model.speaker_encoder).requires_grad_(False),
            "distillation": FlowDistillation(student, teacher),
        }

    def work(self, batch: Batch) -> Work:
        learnt = super().work(batch)
        # At each step the teacher is asked with and without its condition.
        taught = Load(self.flow_cost, batch["lengths"], forward=2 * TEACHER_STEPS, backward=0)
        return Work(learnt.tokens, [*learnt.loads, taught])

    def flow_matching(self, networks: Networks) -> FlowMatching:
        distillation = networks["distillation"]
        assert isinstance(distillation, FlowDistillation)
        return distillation.student

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        value = self._loss(networks, batch, augment=True)
        yield StepLoss("model", value, batch["lengths"].sum(), {"distillation": value.detach()})

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        return {"loss": self._loss(networks, batch, augment=False)}

    def _loss(self, networks: Networks, batch: Batch, augment: bool) -> Tensor:
        timbre = self.timbre(networks, batch, augment)
        return networks["distillation"](
            batch["latents"], batch["tokens"], batch["lengths"], timbre, batch["bandwidth"]
        )

    def restore(self, folder: Path) -> None:
        restore_model(
            self.networks["speaker_encoder"], folder / "speaker_encoder.safetensors", encoders.KIND
        )
        if not has_part(folder, "flow_matching"):
            raise InputError(f"{folder} holds no flow_matching.safetensors to learn from")
        distillation = self.networks["distillation"]
        assert isinstance(distillation, FlowDistillation)
        restore_model(distillation.teacher, folder / "flow_matching.safetensors", flows.KIND)
        student, taught = distillation.student, distillation.teacher.state_dict()
        student.load_state_dict({**student.state_dict(), **taught})
