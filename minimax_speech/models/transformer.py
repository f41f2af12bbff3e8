"""The Transformer that the speech language model, flow matching and the recogniser share.

Shapes: B batch, T time, C model width.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from minimax_speech.models.attention import Attention, DecodeState, RotaryEmbedding
from minimax_speech.models.layers import RMSNorm, SwiGLU


@dataclass
class TransformerConfig:
    """Size of a Transformer.

    Attributes:
        dim: model width.
        layers: number of blocks.
        heads: query heads; ``kv_heads`` of them share keys and values in groups.
        kv_heads: key and value heads.
        ffn: hidden width of the SwiGLU layer.
        dropout: on attention weights and on each block's two outputs.
    """

    dim: int = 384
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    ffn: int = 1024
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if self.dim % (2 * self.heads) or self.heads % self.kv_heads:
            raise ValueError(
                f"heads {self.heads} and kv_heads {self.kv_heads} do not fit dim {self.dim}: dim "
                "must be a multiple of twice the heads, and heads a multiple of kv_heads"
            )


class Block(nn.Module):
    """Pre-norm attention and SwiGLU; if ``adaptive``, shifted, scaled and gated from outside.

    The adaptive form is adaLN-single (Chen et al. 2023, arXiv 2310.00426): one projection of the
    conditioning serves all blocks, each block adds a learned offset of its own.
    """

    def __init__(self, config: TransformerConfig, layer: int, adaptive: bool) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.dim, eps=1e-6, elementwise_affine=not adaptive)
        self.attention = Attention(config.dim, config.heads, config.kv_heads, config.dropout, layer)
        self.ffn_norm = RMSNorm(config.dim, eps=1e-6, elementwise_affine=not adaptive)
        self.ffn = SwiGLU(config.dim, config.ffn)
        self.dropout = config.dropout
        self.modulation = nn.Parameter(torch.zeros(6, config.dim)) if adaptive else None

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor],
        mask: Tensor | None,
        causal: bool,
        state: DecodeState | None,
        condition: Tensor | None,
    ) -> Tensor:
        """(B, T, C) -> (B, T, C); ``condition`` is (B, 6, C) for the adaptive form."""
        attend_in, ffn_in = self.attention_norm, self.ffn_norm
        if self.modulation is None or condition is None:
            x = x + self._drop(self.attention(attend_in(x), rotary, mask, causal, state))
            return x + self._drop(self.ffn(ffn_in(x)))
        parts = (condition + self.modulation).to(x.dtype)[:, :, None]
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = parts.unbind(1)
        y = torch.addcmul(shift_a, attend_in(x), 1 + scale_a)
        y = self.attention(y, rotary, mask, causal, state)
        x = torch.addcmul(x, gate_a, self._drop(y))
        y = self.ffn(torch.addcmul(shift_f, ffn_in(x), 1 + scale_f))
        return torch.addcmul(x, gate_f, self._drop(y))

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)


class Transformer(nn.Module):
    """A stack of blocks with rotary positions; causal or bidirectional, plain or adaptive."""

    def __init__(
        self, config: TransformerConfig, causal: bool = False, adaptive: bool = False
    ) -> None:
        super().__init__()
        self.causal = causal
        self.rotary = RotaryEmbedding(config.dim // config.heads)
        self.blocks = nn.ModuleList(
            Block(config, layer, adaptive) for layer in range(config.layers)
        )
        self.norm = RMSNorm(config.dim, eps=1e-6, elementwise_affine=not adaptive)
        self.init_weights()

    def init_weights(self) -> None:
        """Linear layers N(0, 0.02); output projections of blocks zero: they start as identity."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
        for block in self.blocks:
            assert isinstance(block, Block)
            nn.init.zeros_(block.attention.out.weight)
            nn.init.zeros_(block.ffn.down.weight)

    def forward(
        self,
        x: Tensor,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        state: DecodeState | None = None,
        condition: Tensor | None = None,
    ) -> Tensor:
        """(B, T, C) -> (B, T, C).

        Args:
            x: embedded inputs.
            positions: (B or 1, T) absolute positions; default 0 … T-1.
            mask: (B or 1, 1, T or 1, S), True where a key may be seen, or numbers that are added to
                attention's logits. None means all keys, or the past only when the Transformer is
                causal.
            state: decode state that holds earlier keys and values.
            condition: (B, 6, C) modulation for the adaptive form.
        """
        if positions is None:
            positions = torch.arange(x.shape[1], device=x.device)[None]
        rotary = self.rotary(positions)
        # Here and not in the blocks: where these are compiled, a size is no plain number.
        causal = self.causal and x.shape[1] > 1
        for block in self.blocks:
            x = block(x, rotary, mask, causal, state, condition)
        return self.norm(x)
