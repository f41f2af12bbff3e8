"""The decoder while latents come in: what has been computed is never computed again.

Each layer keeps the frames that its next outputs still depend on: the audio of all pieces is that
of the whole, up to rounding.

Shapes: (batch, frames, channels), at the latents' rate and from the first layer on at twice that.
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from einops import rearrange
from torch import Tensor
from torch.nn import functional as F

from flow_vae.decoder import UPSAMPLING, FlowVAEDecoder
from flow_vae.layers import ConvNeXtBlock


class DecoderStream:
    """Decodes latents that come in pieces."""

    def __init__(self, decoder: FlowVAEDecoder) -> None:
        blocks = [_Block(block) for block in decoder.blocks if isinstance(block, ConvNeXtBlock)]
        self._layers: Sequence[_Layer] = [_Upsampling(decoder), *blocks, _Head(decoder)]

    def push(self, latents: Tensor, last: bool = False) -> Tensor:
        """Take latents (batch, frames, latent_dim) in; what is certain of the audio comes out.

        With ``last`` nothing follows, and that is all of it: (batch, samples).
        """
        x: Tensor | None = latents
        for layer in self._layers:
            x = layer.run(x, last)
        return latents.new_zeros(len(latents), 0) if x is None else x

    @property
    def shape(self) -> tuple[tuple[int, int], ...]:
        """What streams must have in common to be `stack`ed."""
        return tuple(layer.shape for layer in self._layers)

    @classmethod
    def stack(cls, streams: Sequence["DecoderStream"]) -> "DecoderStream":
        """Streams of one shape as one batch, which goes on from where they are."""
        stacked = streams[0].fork()
        for number, layer in enumerate(stacked._layers):
            layer.held = _stacked([stream._layers[number].held for stream in streams])
        return stacked

    def rows(self) -> list["DecoderStream"]:
        """Each row of the batch as a stream of its own, which goes on from here."""
        batch = next(len(layer.held) for layer in self._layers if layer.held is not None)
        streams = [self.fork() for _ in range(batch)]
        for row, stream in enumerate(streams):
            for layer in stream._layers:
                if layer.held is not None:
                    layer.held = layer.held[row : row + 1]
        return streams

    def fork(self) -> "DecoderStream":
        """Another stream that goes on from here, whatever becomes of this one."""
        other = copy.copy(self)
        # What layers hold is replaced, never changed.
        other._layers = [copy.copy(layer) for layer in self._layers]
        return other


class _Layer(ABC):
    """What makes one frame, or a fixed number, of each frame and of `reach` neighbours."""

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.held: Tensor | None = None
        self._before = 0  # frames at the beginning of the held ones that are there for context

    @property
    def shape(self) -> tuple[int, int]:
        """Frames that are held, and how many of them are there for context."""
        return 0 if self.held is None else self.held.shape[1], self._before

    def run(self, x: Tensor | None, last: bool) -> Tensor | None:
        """What can be made once these frames are there; None stands for no frames."""
        parts = [part for part in (self.held, x) if part is not None]
        if not parts:
            return None
        frames = torch.cat(parts, dim=1)
        after = 0 if last else self.reach
        made = self._before + max(0, frames.shape[1] - self._before - after)
        result = None
        if made > self._before:
            result = self.apply(frames[:, : made + after], self._before, made)
        start = max(0, made - self.reach)
        self.held, self._before = frames[:, start:], made - start
        return result

    @abstractmethod
    def apply(self, frames: Tensor, start: int, stop: int) -> Tensor:
        """Outputs for the frames from ``start`` to ``stop``, given these and their neighbours."""


class _Upsampling(_Layer):
    def __init__(self, decoder: FlowVAEDecoder) -> None:
        super().__init__(1)
        self._decoder = decoder

    def apply(self, frames: Tensor, start: int, stop: int) -> Tensor:
        x = self._decoder.upsample(rearrange(frames, "b t c -> b c t"))
        x = rearrange(x, "b c t -> b t c")[:, UPSAMPLING * start : UPSAMPLING * stop]
        return self._decoder.norm_in(x)


class _Block(_Layer):
    def __init__(self, block: ConvNeXtBlock) -> None:
        super().__init__(block.depthwise.kernel_size[0] // 2)
        self._block = block

    def apply(self, frames: Tensor, start: int, stop: int) -> Tensor:
        conv = self._block.depthwise
        missing = (self.reach - start, self.reach - (frames.shape[1] - stop))
        x = F.pad(rearrange(frames, "b t c -> b c t"), missing)
        x = F.conv1d(x, conv.weight, conv.bias, groups=conv.groups)
        return self._block.finish(frames[:, start:stop], rearrange(x, "b c t -> b t c"))


class _Head(_Layer):
    def __init__(self, decoder: FlowVAEDecoder) -> None:
        super().__init__(decoder.head.istft.context_frames)
        self._decoder = decoder

    def apply(self, frames: Tensor, start: int, stop: int) -> Tensor:
        head = self._decoder.head
        audio = head(self._decoder.norm_out(frames))
        return audio[:, start * head.istft.hop : stop * head.istft.hop]


def _stacked(held: Sequence[Tensor | None]) -> Tensor | None:
    frames = [part for part in held if part is not None]
    return torch.cat(frames) if frames else None
