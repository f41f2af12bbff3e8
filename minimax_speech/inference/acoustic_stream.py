"""Lines made audible while their tokens come in: each by itself, or several side by side.

Shapes: B lines, N tokens, latents (frames, latent_dim), samples (samples,).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from flow_vae.streaming import DecoderStream
from minimax_speech.audio.io import Samples
from minimax_speech.inference.acoustics import Acoustics
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_integration import FlowPart
from minimax_speech.models.flow_matching import frame_noise
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.models.flow_sampling import block_stop
from minimax_speech.voice import Voice


@dataclass(frozen=True)
class _Block:
    """Tokens of a line that are made audible together.

    Attributes:
        start: the first one's place in the line.
        stop: the place after the last one.
        first: place of the first token that is looked at.
        last: whether the line ends here.
    """

    start: int
    stop: int
    first: int
    last: bool

    @property
    def kind(self) -> tuple[bool, int, int]:
        """Blocks of one kind can be made side by side; last ones may differ in length."""
        size = self.stop - self.start
        return self.last, self.start - self.first, min(size, 1) if self.last else size


class AcousticStream:
    """One line made audible while its tokens come in; all in all, what `Acoustics` makes of it."""

    def __init__(self, acoustics: Acoustics, voice: Voice, seed: int, settings: Settings) -> None:
        self.acoustics = acoustics
        self.sampler = acoustics.sampler(settings)
        with acoustics.inference():
            self.history = acoustics.history(voice, self.sampler)
            self.decoder, self._drop = acoustics.decoder_stream(voice)
        self._timbre = torch.from_numpy(voice.timbre)
        self._seed = seed
        self._tokens: list[int] = []
        self._made = 0  # of the tokens
        self._ended = self._over = False

    def push(self, tokens: Sequence[int]) -> Samples:
        """Take more tokens in; what can be heard for certain comes out, (samples,)."""
        self.take(tokens)
        return make_audible([self])[0]

    def finish(self) -> Samples:
        """The rest of the line, (samples,)."""
        self.take([], ended=True)
        return make_audible([self])[0]

    def take(self, tokens: Sequence[int], ended: bool = False) -> None:
        """Take more tokens in, for `make_audible`; when it has ``ended``, there are no more."""
        self._tokens += tokens
        self._ended |= ended

    def next_block(self) -> _Block | None:
        """What can be made next."""
        ahead, there = self._ahead, len(self._tokens)
        stop = block_stop(self._made)
        if self._over or not (self._ended or stop + ahead <= there):
            return None
        last = self._ended and stop >= there
        return _Block(self._made, min(stop, there), max(0, self._made - ahead), last)

    def part(self, block: _Block) -> FlowPart:
        """A block for the flow, one row on the host."""
        tokens = torch.tensor([self._tokens[block.first : block.stop + self._ahead]])
        frames = slice(LATENTS_PER_TOKEN * block.start, LATENTS_PER_TOKEN * block.stop)
        dim = self.acoustics.flow.config.network.latent_dim
        return FlowPart(
            tokens,
            torch.tensor([tokens.shape[1]]),
            self._timbre[None],
            frame_noise([self._seed], frames.stop, dim)[:, frames],
            first=block.start - block.first,
        )

    def heard(self, block: _Block, audio: Tensor) -> Samples:
        """What is new (samples,) of a block's audio (samples,): less what belongs to the prompt."""
        self._made, self._over = block.stop, block.last
        dropped = min(self._drop, len(audio))
        self._drop -= dropped
        return audio[dropped:].numpy()

    @property
    def _ahead(self) -> int:
        return self.acoustics.flow.network.look_ahead


def make_audible(streams: Sequence[AcousticStream]) -> list[Samples]:
    """What can be heard for certain (samples,) of each line, by the tokens that it has.

    Blocks of one kind are made side by side, which takes a device hardly longer than one of them;
    all in all they are the same, up to rounding.
    """
    pieces = [[np.zeros(0, np.float32)] for _ in streams]
    while groups := _groups(streams):
        with streams[0].acoustics.inference():
            for group in groups:
                for number, block, audio in _make(streams, group):
                    pieces[number].append(streams[number].heard(block, audio))
    return [np.concatenate(parts) for parts in pieces]


_Group = list[tuple[int, _Block]]
"""Blocks of one kind, each with the number of its line."""


def _groups(streams: Sequence[AcousticStream]) -> list[_Group]:
    """The next block of each line that has one."""
    blocks = [(number, block) for number, s in enumerate(streams) if (block := s.next_block())]

    def kind(item: tuple[int, _Block]) -> tuple[object, ...]:
        number, block = item
        settings = streams[number].sampler.settings
        return *block.kind, settings.steps, settings.guidance, settings.solver

    return [list(group) for _, group in groupby(sorted(blocks, key=kind), kind)]


def _make(streams: Sequence[AcousticStream], group: _Group) -> Iterator[tuple[int, _Block, Tensor]]:
    """Audio (samples,) of each block, on the host."""
    ours, blocks = [streams[number] for number, _ in group], [block for _, block in group]
    latents = (
        _latents(ours, blocks)
        if blocks[0].stop > blocks[0].start
        else [stream.acoustics.nothing for stream in ours]
    )
    for (number, block), audio in zip(group, _decode(ours, latents, blocks[0].last), strict=True):
        yield number, block, audio


def _latents(streams: Sequence[AcousticStream], blocks: Sequence[_Block]) -> list[Tensor]:
    """Latents (frames, latent_dim) of blocks of one kind; the histories become longer."""
    sampler, device = streams[0].sampler, streams[0].acoustics.device
    parts = [stream.part(block) for stream, block in zip(streams, blocks, strict=True)]
    part = FlowPart(
        _padded(part.tokens for part in parts).to(device),
        torch.cat([part.lengths for part in parts]).to(device),
        torch.cat([part.timbre for part in parts]).to(device),
        _padded(part.noise for part in parts).to(device),
        parts[0].first,
    )
    sizes = [block.stop - block.start for block in blocks]
    together = torch.zeros(max(sizes), dtype=torch.long, device=device)
    histories = [stream.history for stream in streams]
    if len(streams) == 1:
        latents, longer = sampler.extend(histories[0], part, together)
        streams[0].history = longer
    elif blocks[0].last:
        latents = sampler.finish(sampler.stack(histories), part, together)
    else:
        latents, all_longer = sampler.extend_all(histories, part, together)
        for stream, longer in zip(streams, all_longer, strict=True):
            stream.history = longer
    return [row[: LATENTS_PER_TOKEN * size] for row, size in zip(latents, sizes, strict=True)]


def _decode(
    streams: Sequence[AcousticStream], latents: Sequence[Tensor], last: bool
) -> list[Tensor]:
    """Audio (samples,) of each line once these latents (frames, latent_dim) are there."""
    if len(streams) == 1 or last:
        audios = [
            stream.decoder.push(frames[None], last)[0]
            for stream, frames in zip(streams, latents, strict=True)
        ]
        return [audio.float().cpu() for audio in audios]
    audios = [torch.empty(0)] * len(streams)
    shapes = [stream.decoder.shape for stream in streams]
    for shape in dict.fromkeys(shapes):
        rows = [row for row, other in enumerate(shapes) if other == shape]
        decoder = DecoderStream.stack([streams[row].decoder for row in rows])
        audio = decoder.push(torch.stack([latents[row] for row in rows])).float().cpu()
        for row, one, after in zip(rows, audio, decoder.rows(), strict=True):
            audios[row], streams[row].decoder = one, after
    return audios


def _padded(rows: Iterable[Tensor]) -> Tensor:
    """Rows (1, N, ...) as (B, N, ...), as long as the longest."""
    return pad_sequence([row[0] for row in rows], batch_first=True)
