"""Activations computed anew change nothing, and leave nothing out of what is compiled."""

import torch
from torch import Tensor

from minimax_speech.models.transformer import Transformer, TransformerConfig
from minimax_speech.training.recompute import recompute_blocks, transformer_blocks


def gradients(network: Transformer, x: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(network(x).square().sum(), list(network.parameters())))


def test_compiled_blocks_are_computed_anew_in_compiled_code() -> None:
    torch.compiler.reset()
    network, x = (
        Transformer(TransformerConfig(16, 3, 2, 1, 32)),
        torch.randn(2, 6, 16).requires_grad_(),
    )
    expected, codes = gradients(network, x), []

    def note(graph: torch.fx.GraphModule, _: list[Tensor]) -> torch.fx.GraphModule:
        codes.append(graph)
        return graph

    recompute_blocks(network)
    for block in transformer_blocks(network):
        block.compile(dynamic=True, backend=note)
    torch.testing.assert_close(gradients(network, x), expected)
    assert len(codes) == 1  # all of a block, shared by all of them
