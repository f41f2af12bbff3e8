"""Audio tokens (25 Hz) to latents (50 Hz) to a waveform (24 kHz): whole lines.

A voice's prompt stands before every line: flow matching remembers it, and the decoder has it for
context. What is remembered depends on the voice alone, and is kept for the next line.

A line is made block by block also where all of its tokens are there, so that it sounds the same
when it is streamed.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from flow_vae.streaming import DecoderStream
from minimax_speech.audio.io import Samples
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.compiled_flow import CompiledSampler
from minimax_speech.inference.products import inference
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_integration import FlowIntegrator, FlowPart, FlowSettings
from minimax_speech.models.flow_matching import frame_noise
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.models.flow_sampling import FlowSampler, block_schedule, block_stop
from minimax_speech.voice import Voice

FRAMES_AT_ONCE = {"cpu": 1, "cuda": 16_000, "mps": 2_000}
"""Latent frames that are decoded at once, padding included, but no less than one line: a frame of a
large decoder takes some 100 kB. A CPU is fastest line by line, which its caches hold."""

_VOICES_KEPT = 16
_NOTHING = np.zeros(0, np.float32)

Thing = TypeVar("Thing")


class _Kept(Generic[Thing]):
    """What was made for the latest few voices, for any thread."""

    def __init__(self) -> None:
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What was made under this key, made now if there is nothing."""
        with self._lock:
            if key not in self._things:
                self._things[key] = make()
            self._things.move_to_end(key)
            while len(self._things) > _VOICES_KEPT:
                self._things.popitem(last=False)
            return self._things[key]


@dataclass(frozen=True)
class TokenLine:
    """What is to be made audible.

    Attributes:
        voice: of this model.
        tokens: of the line.
        seed: of its noise.
    """

    voice: Voice
    tokens: Sequence[int]
    seed: int


class Acoustics:
    """Makes the audio tokens of one model audible."""

    def __init__(self, bundle: Bundle) -> None:
        # Loaded now: a damaged part is to be refused before the work, not after.
        self.flow, self.decoder = bundle.flow_matching, bundle.decoder
        self.device = torch.device(bundle.device)
        self._compiled = bundle.compiled_flow
        self._histories: _Kept[Any] = _Kept()
        self._decoders: _Kept[tuple[DecoderStream, int]] = _Kept()

    def inference(self) -> AbstractContextManager[None]:
        """What is to be entered where the flow or the decoder computes."""
        return inference(self.flow.config.network.transformer.dim)

    def sampler(self, settings: Settings) -> FlowIntegrator[Any]:
        """What integrates the flow as the settings say."""
        flow = FlowSettings(settings.steps, settings.cfg_scale, settings.solver)
        if self._compiled and self._compiled.works:
            return CompiledSampler(self.flow, flow, self._compiled)
        return FlowSampler(self.flow, flow)

    def latents(self, lines: Sequence[TokenLine], settings: Settings) -> Tensor:
        """Latents (B, frames, latent_dim) of whole lines, padded to the longest."""
        with self.inference():
            sampler = self.sampler(settings)
            rows = [torch.tensor(line.tokens, dtype=torch.long) for line in lines]
            tokens = pad_sequence(rows, batch_first=True)
            count = tokens.shape[1]
            noise = frame_noise([line.seed for line in lines], LATENTS_PER_TOKEN * count, self._dim)
            history = sampler.stack(_for_each(lines, lambda voice: self.history(voice, sampler)))
            part = FlowPart(
                tokens.to(self.device),
                torch.tensor([len(row) for row in rows], device=self.device),
                torch.from_numpy(np.stack([line.voice.timbre for line in lines])).to(self.device),
                noise.to(self.device),
            )
            return sampler.finish(history, part, block_schedule(count).to(self.device))

    def decode(self, lines: Sequence[TokenLine], latents: Iterable[Tensor]) -> list[Samples]:
        """Waveform (samples,) of each whole line, given its latents (frames, latent_dim).

        These may be padded.
        """
        with self.inference():
            contexts = _for_each(lines, self.context)
            rows = [
                torch.cat((context, row[: LATENTS_PER_TOKEN * len(line.tokens)]))
                for line, context, row in zip(lines, contexts, latents, strict=True)
            ]
            hop, heard = self.decoder.config.hop, [_NOTHING] * len(lines)
            for group in _groups(list(map(len, rows)), FRAMES_AT_ONCE[self.device.type]):
                audio = self._decode_together([rows[number] for number in group])
                parts = [
                    row[hop * len(contexts[number]) : hop * len(rows[number])]
                    for number, row in zip(group, audio, strict=True)
                ]
                ends = np.cumsum([len(part) for part in parts])
                samples = torch.cat(parts).float().cpu().numpy()
                for number, part in zip(group, np.split(samples, ends[:-1]), strict=True):
                    heard[number] = part
            return heard

    def _decode_together(self, rows: list[Tensor]) -> Tensor:
        """Audio (B, samples), padded, of rows of latents (frames, latent_dim)."""
        if len(rows) == 1:
            return self.decoder.decode(rows[0][None])
        lengths = torch.tensor(list(map(len, rows)), device=self.device)
        return self.decoder.decode(pad_sequence(rows, batch_first=True), lengths)

    def context(self, voice: Voice) -> Tensor:
        """What the decoder sees of the voice's prompt: latents (frames, latent_dim)."""
        if voice.prompt is None:
            return self.nothing
        reach = self.decoder.decoder.context_frames
        return torch.from_numpy(voice.prompt.latents[-reach:]).to(self.device)

    def history(self, voice: Voice, sampler: FlowIntegrator[Any]) -> Any:
        """What flow matching remembers before a line: the voice's prompt."""
        prompt = voice.prompt
        if prompt is None or not len(prompt.tokens):
            return sampler.begin(1)
        return self._histories.get(
            (_content(voice), sampler.settings),
            lambda: sampler.prime(
                torch.from_numpy(prompt.tokens).long().to(self.device),
                torch.from_numpy(prompt.latents).to(self.device),
                torch.from_numpy(voice.timbre).to(self.device),
            ),
        )

    def tokens_for_more(self, count: int) -> int:
        """How many tokens a line must have until more of it can be heard than of ``count``."""
        ahead = self.flow.network.look_ahead
        return block_stop(max(0, count - ahead)) + ahead

    def decoder_stream(self, voice: Voice) -> tuple[DecoderStream, int]:
        """The decoder once it has seen the voice's prompt.

        Also how many of the samples that will come out still belong to the prompt.
        """

        def begin() -> tuple[DecoderStream, int]:
            context, stream = self.context(voice), self.decoder.decode_stream()
            audio = stream.push(context[None])
            return stream, len(context) * self.decoder.config.hop - audio.shape[1]

        stream, left = self._decoders.get(_content(voice), begin)
        return stream.fork(), left

    @property
    def nothing(self) -> Tensor:
        """No latents, (0, latent_dim)."""
        return torch.zeros(0, self._dim, device=self.device)

    @property
    def _dim(self) -> int:
        return self.flow.config.network.latent_dim


def _for_each(lines: Sequence[TokenLine], make: Callable[[Voice], Thing]) -> list[Thing]:
    """What is made of each line's voice; lines of the same voice share it."""
    made = {id(line.voice): line.voice for line in lines}
    things = {key: make(voice) for key, voice in made.items()}
    return [things[id(line.voice)] for line in lines]


def _groups(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Numbers of rows of like length, which take no more than ``most`` when padded, or one row."""
    groups: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda number: lengths[number]):
        if not groups or (len(groups[-1]) + 1) * lengths[number] > most:
            groups.append([])
        groups[-1].append(number)
    return groups


def _content(voice: Voice) -> bytes:
    """What tells a voice's timbre and prompt from those of others."""
    prompt = voice.prompt
    parts = (prompt.tokens, prompt.latents) if prompt else ()
    return hashlib.sha256(b"".join(part.tobytes() for part in (voice.timbre, *parts))).digest()
