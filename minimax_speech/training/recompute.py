"""Activations of Transformer blocks computed a second time instead of being kept."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from minimax_speech.models.transformer import Block


def transformer_blocks(network: nn.Module) -> list[Block]:
    """The Transformer blocks of a network, in its own order."""
    return [module for module in network.modules() if isinstance(module, Block)]


def recompute_blocks(network: nn.Module) -> None:
    """Let blocks keep nothing but their input (Chen et al. 2016, arXiv 1604.06174).

    What they compute from it is computed anew when it is needed.
    """
    for block in transformer_blocks(network):
        # In place of a wrapper, which would rename the parameters.
        block.forward = _recomputed(block.forward)  # type: ignore[method-assign]


def _recomputed(forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function and not a ``partial``, which would silently be left out of what is compiled."""

    def recomputed(*inputs: object) -> Tensor:
        return checkpoint(forward, *inputs, use_reentrant=False)

    return recomputed
