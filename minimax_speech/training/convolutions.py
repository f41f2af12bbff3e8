"""Convolutions over time as sums and matrix products, for networks that are compiled.

A library of convolutions makes a plan for each shape that it meets, and its depthwise gradients are
slow. Written out, a depthwise convolution becomes part of the elementwise kernels around it, and a
dense one is a matrix product like all others.

Shapes: B batch, T time, C channels in, O channels out, K taps.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DepthwiseSum(nn.Conv1d):
    """A depthwise convolution as a sum over its taps, in the precision of its input."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T) -> (B, C, T)."""
        y = torch.zeros_like(x[0, :, 0]) if self.bias is None else self.bias.to(x.dtype)
        for weight, tap in zip(self.weight.to(x.dtype).unbind(2), _taps(self, x), strict=True):
            y = y + weight[:, 0] * tap
        return y.transpose(1, 2)


class DenseProduct(nn.Conv1d):
    """A convolution as a product of the stretches that its taps cover with all of its weights."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T) -> (B, O, T)."""
        stretches = torch.cat(_taps(self, x), dim=-1)
        weight = self.weight.transpose(1, 2).flatten(1)  # (O, K * C), as the stretches have it
        return F.linear(stretches, weight, self.bias).transpose(1, 2)


def write_out_convolutions(network: nn.Module) -> None:
    """Let the convolutions of a network compute the same by sums and matrix products.

    Those with a stride, with groups of several channels, or padded with anything but so many zeros
    stay as they are.
    """
    for conv in network.modules():
        if type(conv) is not nn.Conv1d or conv.stride != (1,):
            continue
        if isinstance(conv.padding, str) or conv.padding_mode != "zeros":
            continue
        # Another class keeps the parameters and their names, and layers alike share their code.
        if conv.groups == 1:
            conv.__class__ = DenseProduct
        elif conv.groups == conv.in_channels == conv.out_channels:
            conv.__class__ = DepthwiseSum


def _taps(conv: nn.Conv1d, x: Tensor) -> list[Tensor]:
    """What each tap meets: K times (B, T, C)."""
    (size,), (step,), side = conv.kernel_size, conv.dilation, int(conv.padding[0])
    padded = F.pad(x.transpose(1, 2), (0, 0, side, side))
    length = padded.shape[1] - step * (size - 1)
    return [padded[:, step * tap : step * tap + length] for tap in range(size)]
