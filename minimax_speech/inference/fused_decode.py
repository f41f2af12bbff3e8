"""A decoding step in few kernels: for CUDA, where launches cost most.

It computes what `StaticDecoder` computes, from the same weights, but all that is not weights in
single precision: rounded to bf16, a row would differ from itself among others at every step, since
products are summed in another order there, and soon draw another token.

A single row takes five kernels a block. The products of more rows, or of adapted ones, are left to
a matrix library, which has none of floats and bf16: each float is made three bf16 numbers. Imported
only where Triton is.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
import triton
from torch import Tensor

from minimax_speech.inference import fused_kernels as kernels
from minimax_speech.inference.fused_sampling import FusedSampler
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.row_adapters import LowRank
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.models.lora import Adapter

NOT_CHAINED = {"CHAINED": False, "launch_pdl": False}
"""Launch options of kernels behind those of a matrix library."""


@dataclass(frozen=True)
class Tile:
    """Rows of a matrix that a program multiplies, and its warps."""

    block: int
    warps: int


@dataclass(frozen=True)
class Tiles:
    """How each kernel is cut up, as measured on an H200 with the recipe `base`."""

    qkv: Tile = Tile(8, 4)
    out: Tile = Tile(8, 4)
    gate_up: Tile = Tile(16, 2)
    down: Tile = Tile(2, 1)
    head: Tile = Tile(8, 2)
    attention: Tile = Tile(64, 2)
    """Positions instead of rows."""


@dataclass(frozen=True)
class Products:
    """Multiplies rows by the matrices of a block, with what adapters add."""

    weights: dict[str, Tensor]
    layer: int
    low_rank: LowRank | None

    def __call__(self, name: str, parts: Tensor) -> Tensor:
        """Rows as a sum (P, N, inputs) -> floats as a sum (P, N, outputs)."""
        matrix, (count, rows, _) = self.weights[name].t(), parts.shape
        if parts.dtype == torch.float32:
            product = parts @ matrix
        elif parts.is_cuda:
            flat = torch.mm(parts.flatten(0, 1), matrix, out_dtype=torch.float32)
            product = flat.view(count, rows, -1)
        else:
            product = parts.float() @ matrix.float()
        if self.low_rank is not None:
            pair = self.low_rank.pairs.layers[self.layer][name]
            product[0] += pair.added(parts.float().sum(0), self.low_rank.gates)
        return product


class FusedDecoder:
    """The decoding step."""

    sampler = FusedSampler

    def __init__(self, static: StaticDecoder, tiles: Tiles | None = None) -> None:
        self._static, self._tiles = static, tiles or Tiles()
        self._launch = kernels.launch_options(static.embedding.device)

    @property
    def step_type(self) -> torch.dtype:
        """As `Decoder.step_type`."""
        return torch.float32

    @property
    def weight_bytes(self) -> int:
        """As `Decoder.weight_bytes`."""
        return self._static.weight_bytes

    def probe(self) -> None:
        """Run the smallest kernel. Raises whatever Triton does where it cannot build any."""
        table = self._static.embedding
        ids, x = torch.zeros(1, dtype=torch.long, device=table.device), torch.empty_like(table[:1])
        self._embed(ids, x)

    def adapt(self, adapter: Adapter) -> Adapter:
        """As `Decoder.adapt`."""
        layers = self._static.adapt(adapter).layers
        return Adapter(
            [{name: pair.to(self._static.head) for name, pair in layer.items()} for layer in layers]
        )

    def step(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None = None,
    ) -> Tensor:
        """As `FastDecoder.step`; ``extent`` may be larger than it need be."""
        if len(ids) > 1 or low_rank is not None:
            return self._step_of_rows(ids, positions, extent, cache, low_rank)
        static, tiles = self._static, self._tiles
        config, new = static.config, static.head.new_empty
        stretches = -(-extent // tiles.attention.block)
        x, qkv = new(1, config.dim), new(1, len(static.blocks[0]["attention.qkv"]))
        seen, gated = new(1, stretches, config.dim), new(1, config.ffn)
        sizes, logits = new(1, stretches, config.heads), new(1, len(static.head))
        self._embed(ids, x)
        for layer, weights in zip(cache.store, static.blocks, strict=True):
            self._project(x, weights["attention.qkv"], qkv, tiles.qkv, normalised=True)
            self._attend(qkv, weights["heads"], positions, layer, seen, sizes)
            self._project(seen, weights["attention.out"], x, tiles.out, form="add", sizes=sizes)
            self._project(x, weights["ffn.gate_up"], gated, tiles.gate_up, "gate", normalised=True)
            self._project(gated, weights["ffn.down"], x, tiles.down, "add")
        self._project(x, static.head, logits, tiles.head, normalised=True)
        return logits

    def _step_of_rows(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None,
    ) -> Tensor:
        static, rows = self._static, len(ids)
        config, table = static.config, static.embedding
        shape = (rows, -(-extent // self._tiles.attention.block))
        x, qkv, gated = (
            table.new_empty(rows, width, dtype=torch.float32)
            for width in (config.dim, len(static.blocks[0]["attention.qkv"]), config.ffn)
        )
        seen = table.new_empty(*shape, config.dim, dtype=torch.float32)
        sizes = table.new_empty(*shape, config.heads, dtype=torch.float32)
        # What is multiplied: three bf16 numbers have the digits of a float.
        count = 1 if table.dtype == torch.float32 else 3
        narrow, wide = (table.new_empty(count, rows, n) for n in (config.dim, config.ffn))
        logits = table.new_empty(rows, len(static.head), dtype=torch.float32)
        self._finish(x, F.embedding(ids, table)[None], x, narrow)
        for number, (layer, weights) in enumerate(zip(cache.store, static.blocks, strict=True)):
            product = Products(weights, number, low_rank)
            self._finish(x, product("attention.qkv", narrow), qkv, normalised=True)
            self._attend(qkv, weights["heads"], positions, layer, seen, sizes, chained=False)
            self._merge(seen, sizes, narrow)
            self._finish(x, product("attention.out", narrow), x, narrow, "add")
            gates = product("ffn.gate_up", narrow)
            self._finish(x, gates, gated, wide, "gate", normalised=True)
            self._finish(x, product("ffn.down", wide), x, narrow, "add")
        self._finish(x, F.linear(x, static.head)[None], logits, normalised=True)
        return logits

    def _finish(
        self,
        x: Tensor,
        product: Tensor,
        y: Tensor,
        parts: Tensor | None = None,
        form: str = "store",
        normalised: bool = False,
    ) -> None:
        (rows, inputs), outputs = x.shape, y.shape[1]
        block = min(1024, triton.next_power_of_2(outputs))
        kernels.finish[rows, triton.cdiv(outputs, block)](
            x,
            product,
            y,
            parts,
            INPUTS=inputs,
            OUTPUTS=outputs,
            FORM=form,
            NORMALISED=normalised,
            SUMMANDS=len(product),
            PARTS=0 if parts is None else len(parts),
            CHUNK=min(1024, triton.next_power_of_2(inputs)),
            BLOCK=block,
        )

    def _merge(self, seen: Tensor, sizes: Tensor, parts: Tensor) -> None:
        rows, stretches, width = seen.shape
        block = min(512, triton.next_power_of_2(width))
        kernels.merge[rows, triton.cdiv(width, block)](
            seen,
            sizes,
            parts,
            WIDTH=width,
            STRETCHES=stretches,
            HEAD_DIM=width // sizes.shape[2],
            PARTS=len(parts),
            BLOCK=block,
        )

    def _embed(self, ids: Tensor, x: Tensor) -> None:
        width = x.shape[1]
        block = triton.next_power_of_2(width)
        kernels.embed[1,](ids, self._static.embedding, x, WIDTH=width, BLOCK=block)

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
        inputs = matrix.shape[1]
        # A thread asks for 16 bytes of each row of the matrix at a time.
        chunk = min(16 // matrix.element_size() * 32 * tile.warps, triton.next_power_of_2(inputs))
        kernels.project[triton.cdiv(len(matrix), tile.block),](
            x,
            sizes,
            matrix,
            y,
            INPUTS=inputs,
            OUTPUTS=y.shape[1],
            FORM=form,
            NORMALISED=normalised,
            STRETCHES=1 if sizes is None else sizes.shape[1],
            HEAD_DIM=self._static.config.dim // self._static.config.heads,
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
        chained: bool = True,
    ) -> None:
        rows, stretches, heads = sizes.shape
        (keys, values), tile = layer, self._tiles.attention
        kernels.attend[heads, stretches, rows](
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
            **(self._launch if chained else NOT_CHAINED),
        )
