"""Optimizer and learning-rate schedule."""

from collections.abc import Iterable, Sequence

import torch
from torch import nn

from minimax_speech.training.run_config import OptimConfig


def make_optimizer(
    modules: Iterable[nn.Module], config: OptimConfig, graphed: bool = False
) -> torch.optim.AdamW:
    """AdamW over the trainable parameters; only matrices are decayed.

    With ``graphed`` the learning rate lives on the device, where a recorded step can read it.
    It is fused, since that kind can be told by a tensor, ``found_inf``, to leave out a step.
    """
    parameters = [p for module in modules for p in module.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    lr = torch.tensor(config.lr, device=parameters[0].device) if graphed else config.lr
    optimizer = torch.optim.AdamW(groups, lr=lr, betas=config.betas, fused=True, capturable=graphed)
    _make_state(optimizer, parameters)
    return optimizer


def _make_state(optimizer: torch.optim.Optimizer, parameters: Sequence[nn.Parameter]) -> None:
    """Let the optimizer make its state at once, by a step that is left out.

    A checkpoint can then be read into it, and a step that is recorded finds it there.
    """
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    leave_out = torch.ones((), device=parameters[0].device)
    optimizer.found_inf = leave_out  # type: ignore[attr-defined]
    optimizer.step()
    del optimizer.found_inf  # type: ignore[attr-defined]
    optimizer.zero_grad(set_to_none=True)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of all groups."""
    for group in optimizer.param_groups:
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].fill_(lr)
        else:
            group["lr"] = lr


def lr_scale(share: float, config: OptimConfig) -> float:
    """Factor on the peak learning rate after a share (0…1) of the run."""
    if share < config.warmup:
        return max(share / config.warmup, 1e-3)
    if share <= config.decay_from or config.decay_from >= 1:
        return 1.0
    left = max(0.0, (1 - share) / (1 - config.decay_from))
    return config.final_lr + (1 - config.final_lr) * left
