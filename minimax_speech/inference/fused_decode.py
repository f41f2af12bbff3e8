"""One decoding step of few rows in five kernels a block: for CUDA, where launches cost most.

It computes what `StaticDecoder` computes, from the same weights, and leaves more rows to it.
Imported only where Triton is.
"""

from dataclasses import dataclass

import torch
import triton
from torch import Tensor

from minimax_speech.inference import fused_kernels as kernels
from minimax_speech.inference.fused_sampling import FusedSampler
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.static_decode import StaticDecoder

FEW_ROWS = 16
"""Up to here: the height of a tensor core's tile, of which fewer rows leave the rest empty."""


WIDEST_OF_SEVERAL = 256


@dataclass(frozen=True)
class Tile:
    """Rows of a matrix that a program multiplies, and its warps."""

    block: int
    warps: int


@dataclass(frozen=True)
class Tiles:
    """How each kernel is cut up."""

    qkv: Tile
    out: Tile
    gate_up: Tile
    down: Tile
    head: Tile
    attention: Tile
    """Positions instead of rows."""


ONE_ROW = Tiles(Tile(16, 4), Tile(8, 4), Tile(16, 4), Tile(4, 1), Tile(16, 4), Tile(64, 2))
SEVERAL_ROWS = Tiles(Tile(16, 4), Tile(16, 4), Tile(16, 4), Tile(16, 8), Tile(16, 4), Tile(64, 2))
"""As measured on an H200 with the recipe `base`."""


class FusedDecoder:
    """The decoding step; rows are a power of two, or more than `FEW_ROWS`."""

    sampler = FusedSampler

    def __init__(self, static: StaticDecoder, tiles: Tiles | None = None) -> None:
        self._static, self._tiles = static, tiles
        self._launch = kernels.launch_options(static.embedding.device)

    def probe(self) -> None:
        """Run the smallest kernel. Raises whatever Triton does where it cannot build any."""
        table = self._static.embedding
        ids, x = torch.zeros(1, dtype=torch.long, device=table.device), torch.empty_like(table[:1])
        self._embed(ids, x)

    def step(self, ids: Tensor, positions: Tensor, extent: int, cache: KVCache) -> Tensor:
        """As `FastDecoder.step`; ``extent`` may be larger than it need be."""
        rows, static = len(ids), self._static
        if rows > FEW_ROWS:
            return static.step(ids, positions, extent, cache)
        tiles = self._tiles or (ONE_ROW if rows == 1 else SEVERAL_ROWS)
        config, new = static.config, static.embedding.new_empty
        stretches = -(-extent // tiles.attention.block)
        x, qkv = new(rows, config.dim), new(rows, len(static.blocks[0]["qkv"]))
        seen, gated = new(stretches, rows, config.dim), new(rows, config.ffn)
        sizes = new(stretches, rows, config.heads, dtype=torch.float32)
        logits = new(rows, len(static.head), dtype=torch.float32)
        self._embed(ids, x)
        for layer, weights in zip(cache.store, static.blocks, strict=True):
            self._project(x, weights["qkv"], qkv, tiles.qkv, normalised=True)
            self._attend(qkv, weights["heads"], positions, layer, seen, sizes, tiles.attention)
            self._project(seen, weights["out"], x, tiles.out, form="add", sizes=sizes)
            self._project(x, weights["gate_up"], gated, tiles.gate_up, "gate", normalised=True)
            self._project(gated, weights["down"], x, tiles.down, "add")
        self._project(x, static.head, logits, tiles.head, normalised=True)
        return logits

    def _embed(self, ids: Tensor, x: Tensor) -> None:
        rows, width = x.shape
        block = triton.next_power_of_2(width)
        kernels.embed[rows,](ids.contiguous(), self._static.embedding, x, WIDTH=width, BLOCK=block)

    def _project(
        self,
        x: Tensor,
        matrix: Tensor,
        y: Tensor,
        tile: Tile,
        form: str = "store",
        normalised: bool = False,
        sizes: Tensor | None = None,
    ) -> None:
        rows, outputs = y.shape
        inputs = matrix.shape[1]
        # A thread asks for 16 bytes of each row of the matrix at a time; of several rows of x, there
        # is no room for more than so many columns.
        most = 16 // matrix.element_size() * 32 * tile.warps if rows == 1 else WIDEST_OF_SEVERAL
        chunk = min(most, triton.next_power_of_2(inputs))
        kernels.project[triton.cdiv(len(matrix), tile.block),](
            x,
            sizes,
            matrix,
            y,
            ROWS=rows,
            INPUTS=inputs,
            OUTPUTS=outputs,
            FORM=form,
            NORMALISED=normalised,
            STRETCHES=1 if sizes is None else len(sizes),
            HEAD_DIM=self._static.config.dim // self._static.config.heads,
            HEIGHT=1 if rows == 1 else FEW_ROWS,
            BLOCK=tile.block,
            CHUNK=chunk,
            num_warps=tile.warps,
            **self._launch,
        )

    def _attend(
        self,
        qkv: Tensor,
        norms: Tensor,
        positions: Tensor,
        layer: Tensor,
        seen: Tensor,
        sizes: Tensor,
        tile: Tile,
    ) -> None:
        stretches, rows, heads = sizes.shape
        keys, values = layer
        kernels.attend[rows, heads, stretches](
            qkv,
            norms,
            self._static.inverse,
            positions,
            keys,
            values,
            seen,
            sizes,
            keys.shape[2],
            HEADS=heads,
            KV_HEADS=keys.shape[1],
            HEAD_DIM=keys.shape[3],
            STRETCH=tile.block,
            num_warps=tile.warps,
            **self._launch,
        )
