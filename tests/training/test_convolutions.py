"""Convolutions written out give what convolutions give, and so do networks that hold them."""

import pytest
import torch
from torch import Tensor, nn

from minimax_speech.models.layers import ConvNeXtStack
from minimax_speech.training.convolutions import write_out_convolutions
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig


def outcome(network: nn.Module, *inputs: Tensor) -> list[Tensor]:
    """What a network gives, and the gradients of its parameters and its first input."""
    first, *others = inputs
    first = first.clone().requires_grad_()
    out = network(first, *others)
    out.square().sum().backward()
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    for parameter in network.parameters():
        parameter.grad = None
    assert first.grad is not None
    return [out.detach(), first.grad, *gradients]


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv1d(6, 6, 7, padding=3, groups=6),
        nn.Conv1d(6, 6, 3, padding=4, dilation=4, groups=6, bias=False),
        nn.Conv1d(6, 10, 5, padding=2),
        nn.Conv1d(6, 4, 3, dilation=2),
        nn.Conv1d(6, 4, 4, stride=2, padding=1),
        nn.Conv1d(6, 4, 3, padding=1, groups=2),
        nn.Conv1d(6, 4, 3, padding="same"),
        nn.Conv1d(6, 6, 3, padding=1, groups=6, padding_mode="reflect"),
    ],
)
def test_convolutions_written_out_change_nothing(conv: nn.Conv1d) -> None:
    x = torch.randn(2, 6, 20)
    expected = outcome(conv, x)
    names = list(conv.state_dict())
    write_out_convolutions(conv)
    for ours, theirs in zip(outcome(conv, x), expected, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    assert list(conv.state_dict()) == names
    plain = conv.stride == (1,) and conv.groups != 2 and conv.padding != "same"
    assert (type(conv) is not nn.Conv1d) == (plain and conv.padding_mode == "zeros")


def test_layers_with_convolutions_written_out_share_their_code() -> None:
    torch.compiler.reset()
    stack, codes = ConvNeXtStack(8, 10), []

    def note(graph: torch.fx.GraphModule, _: list[Tensor]) -> torch.fx.GraphModule:
        codes.append(graph)
        return graph

    write_out_convolutions(stack)
    for block in stack.blocks:
        compiled = torch.compile(block, backend=note, dynamic=True)
        compiled(torch.randn(2, 24, 8))
    assert len(codes) == 1


def test_networks_with_convolutions_written_out_are_the_same() -> None:
    config = SpeakerEncoderConfig(channels=16, layers=2, attention_channels=8, timbre_dim=8)
    mask = torch.arange(24)[None] < torch.tensor([24, 17])[:, None]
    for network, inputs in (
        (SpeakerEncoder(config), (torch.randn(2, 40, 80), torch.tensor([40, 25]))),
        (ConvNeXtStack(8, 2), (torch.randn(2, 24, 8), mask)),
    ):
        expected = outcome(network, *inputs)
        write_out_convolutions(network)
        for ours, theirs in zip(outcome(network, *inputs), expected, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)
