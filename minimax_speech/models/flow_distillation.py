"""Flow matching in few steps and without a second evaluation for guidance.

A teacher, trained by flow matching, integrates the flow over an interval in several guided steps;
the student learns the average velocity in one evaluation. It is told the interval (as in shortcut
models, Frans et al. 2024, arXiv 2410.12557) and the guidance (Meng et al. 2022, arXiv 2210.03142),
so that both remain a choice at synthesis.

Where the teacher is distilled itself, the student is to be adapted to other data: what these say of
the velocity at one time without guidance, beyond what the teacher says, holds for all intervals and
guidances alike. (This is ours: a finished model need not keep its first teacher.)

Shapes: B batch, N tokens, latents (B, 2N, D).
"""

import torch
from torch import Tensor, nn

from minimax_speech.models.flow_matching import FlowCondition, FlowMatching
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN, FlowTime
from minimax_speech.models.layers import length_mask

TEACHER_STEPS = 4
STEP_COUNTS = (1, 2, 2, 2, 4, 4, 8, 0)
"""Into how many steps the flow is divided, drawn evenly; 0 is the velocity at one time."""


class FlowDistillation(nn.Module):
    """The loss that makes a student of a teacher."""

    step_counts: Tensor

    def __init__(self, student: FlowMatching, teacher: FlowMatching) -> None:
        super().__init__()
        self.student = student
        self.teacher = teacher.requires_grad_(False)
        # A buffer: a tensor made of numbers cannot enter a CUDA graph.
        self.register_buffer("step_counts", torch.tensor(STEP_COUNTS), persistent=False)

    def forward(
        self, latents: Tensor, tokens: Tensor, lengths: Tensor, timbre: Tensor, bandwidth: Tensor
    ) -> Tensor:
        """Mean squared difference of the student's velocity to the teacher's: a scalar.

        Arguments as in `FlowMatching.forward`.
        """
        rows, device = len(tokens), tokens.device
        data = self.student.normalise(latents.float())
        keep = torch.zeros(rows, dtype=torch.bool, device=device)
        condition = self.student.draw_condition(tokens, lengths, timbre, bandwidth, keep)
        time = self._draw_time(rows, device)
        known = length_mask(condition.prompts * LATENTS_PER_TOKEN, data.shape[1])
        noise = torch.randn_like(data)
        x = torch.lerp(noise, data, time.t[:, None, None])
        x = torch.where(known[..., None], data, x)
        with torch.no_grad():
            if self.teacher.config.network.distilled:
                target = self._shift(x, data - noise, time, condition)
            else:
                target = self._teach(x, known, time, condition)
        velocity = self.student.velocity(x, time, condition, keep).float()
        weight = length_mask(lengths * LATENTS_PER_TOKEN, data.shape[1]) & ~known
        return ((velocity - target).square().mean(-1) * weight).sum() / weight.sum()

    def _draw_time(self, rows: int, device: torch.device) -> FlowTime:
        count = self.step_counts[torch.randint(len(STEP_COUNTS), (rows,), device=device)]
        uniform = torch.rand(rows, device=device)
        steps = count.clamp(min=1)
        t = torch.where(count > 0, (uniform * steps).floor() / steps, uniform)
        interval = torch.where(count > 0, 1 / steps, 0.0)
        guidance = self.student.config.max_guidance * torch.rand(rows, device=device)
        return FlowTime(t, interval, guidance)

    def _teach(self, x: Tensor, known: Tensor, time: FlowTime, condition: FlowCondition) -> Tensor:
        """The average velocity (B, 2N, D) over the intervals, along the teacher's guided flow."""
        total, substep = torch.zeros_like(x), time.interval / TEACHER_STEPS
        for step in range(TEACHER_STEPS):
            velocity = self._guided(x, time.t + step * substep, time.guidance, condition)
            total += velocity
            forward = x + velocity * substep[:, None, None]
            x = torch.where(known[..., None], x, forward)
        return total / TEACHER_STEPS

    def _shift(self, x: Tensor, true: Tensor, time: FlowTime, condition: FlowCondition) -> Tensor:
        """What the teacher says, and by how much it misses the ``true`` velocity (B, 2N, D)."""
        keep = torch.zeros(len(x), dtype=torch.bool, device=x.device)
        still = torch.zeros_like(time.t)
        said = self.teacher.velocity(x, time, condition, keep).float()
        plain = self.teacher.velocity(x, FlowTime(time.t, still, still), condition, keep).float()
        return said + true - plain

    def _guided(self, x: Tensor, t: Tensor, guidance: Tensor, condition: FlowCondition) -> Tensor:
        still = torch.zeros_like(t)
        time = FlowTime(t, still, still)
        keep = torch.zeros(len(x), dtype=torch.bool, device=x.device)
        with_condition = self.teacher.velocity(x, time, condition, keep).float()
        without = self.teacher.velocity(x, time, condition, ~keep).float()
        return with_condition + guidance[:, None, None] * (with_condition - without)
