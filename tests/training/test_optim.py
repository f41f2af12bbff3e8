import pytest
import torch
from torch import nn

from minimax_speech.training.optim import lr_scale, make_optimizer, set_lr
from minimax_speech.training.run_config import OptimConfig

CONFIG = OptimConfig(lr=2e-3, warmup=0.1, decay_from=0.6, final_lr=0.05)


@pytest.mark.parametrize(
    ("share", "scale"),
    [
        (0.0, 1e-3),  # never zero: the first step must move something
        (0.05, 0.5),
        (0.1, 1.0),
        (0.35, 1.0),
        (0.6, 1.0),
        (0.8, 0.525),  # half-way down to the final rate
        (1.0, 0.05),
        (1.2, 0.05),  # a run that is limited by time may end a little late
    ],
)
def test_schedule(share: float, scale: float) -> None:
    assert lr_scale(share, CONFIG) == pytest.approx(scale)


def test_schedule_without_warm_up_or_decay() -> None:
    config = OptimConfig(warmup=0.0, decay_from=1.0)
    assert [lr_scale(share, config) for share in (0.0, 0.5, 1.0)] == [1.0, 1.0, 1.0]


def test_only_matrices_are_decayed() -> None:
    module = nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3))
    module[0].weight.requires_grad_(False)
    module.append(nn.Linear(3, 2))
    decayed, plain = make_optimizer([module], OptimConfig(weight_decay=0.3)).param_groups
    assert decayed["weight_decay"] == 0.3
    assert plain["weight_decay"] == 0
    assert decayed["params"] == [module[2].weight]  # the frozen one is left out
    assert {id(p) for p in plain["params"]} == {id(p) for p in module.parameters() if p.ndim == 1}


def test_set_lr() -> None:
    module = nn.Linear(2, 2)
    optimizer = make_optimizer([module], CONFIG)
    before = module.weight.clone()
    set_lr(optimizer, 0.0)
    module(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    assert torch.equal(module.weight, before)
    set_lr(optimizer, 0.1)
    optimizer.step()
    assert not torch.equal(module.weight, before)
