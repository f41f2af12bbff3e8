"""Convolutions over time as sums and matrix products, for networks that are compiled.

A library of convolutions makes a plan for each shape that it meets, and its depthwise gradients are
slow. Written out, a depthwise convolution becomes part of the elementwise kernels around it, and a
dense one is a matrix product like all others.

Shapes: B batch, T time, C channels in, O channels out, K taps.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def write_out_convolutions(network: nn.Module) -> None:
    """Let the convolutions of a network compute the same by sums and matrix products.

    Those with a stride, or with groups of several channels, stay as they are.
    """
    for conv in network.modules():
        if not isinstance(conv, nn.Conv1d) or conv.stride != (1,):
            continue
        # In place of a module of another kind, which would be saved and shared out differently.
        if conv.groups == 1:
            conv.forward = partial(_dense, conv)  # type: ignore[method-assign]
        elif conv.groups == conv.in_channels == conv.out_channels:
            conv.forward = partial(_depthwise, conv)  # type: ignore[method-assign]


def _depthwise(conv: nn.Conv1d, x: Tensor) -> Tensor:
    """(B, C, T) -> (B, C, T), in the precision of the input."""
    y = torch.zeros_like(x[0, :, 0]) if conv.bias is None else conv.bias.to(x.dtype)
    for weight, tap in zip(conv.weight.to(x.dtype).unbind(2), _taps(conv, x), strict=True):
        y = y + weight[:, 0] * tap
    return y.transpose(1, 2)


def _dense(conv: nn.Conv1d, x: Tensor) -> Tensor:
    """(B, C, T) -> (B, O, T)."""
    windows = torch.cat(_taps(conv, x), dim=-1)
    weight = conv.weight.transpose(1, 2).flatten(1)  # (O, K * C), as the windows have it
    return F.linear(windows, weight, conv.bias).transpose(1, 2)


def _taps(conv: nn.Conv1d, x: Tensor) -> list[Tensor]:
    """What each tap meets: K times (B, T, C)."""
    (size,), (step,), (side,) = conv.kernel_size, conv.dilation, conv.padding
    padded = F.pad(x.transpose(1, 2), (0, 0, side, side))
    length = padded.shape[1] - step * (size - 1)
    return [padded[:, step * tap : step * tap + length] for tap in range(size)]
