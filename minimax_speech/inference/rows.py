"""The rows that a model is decoding: their caches, tokens and random numbers, side by side.

The first N of them are live. What a step does depends on nothing but what lies on the device, so
that on CUDA whole strides of steps are recorded and replayed.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import torch
from torch import Tensor

from minimax_speech.inference.compiled_decode import CompiledDecoder
from minimax_speech.inference.kv_cache import KVCache, Prompt
from minimax_speech.inference.replay import Replayed
from minimax_speech.inference.request import Request
from minimax_speech.inference.row_adapters import LowRank, RowAdapters
from minimax_speech.inference.sampling import Sampler, put
from minimax_speech.inference.threads import one_core
from minimax_speech.models.lora import Adapter
from minimax_speech.models.speech_lm import SpeechLM

LENGTH_STEP = 256
"""Caches grow by so many positions, lest every longer request makes a new one."""

FEW_ROWS = 4
"""Up to here one core of a CPU is faster than several; the others are free for other work. The
compiled step never uses more than one."""

MORE_TOKENS = 8
"""At least so many come after those that a row goes on from."""


class Decoder(Protocol):
    """What computes logits for one more id in each row."""

    @property
    def sampler(self) -> type[Sampler]:
        """What draws from them."""
        ...

    @property
    def step_type(self) -> torch.dtype:
        """The type of keys, values and whatever else is no weight."""
        ...

    @property
    def weight_bytes(self) -> int:
        """Bytes of weights that a step reads; of the embeddings it reads next to nothing."""
        ...

    def adapt(self, adapter: Adapter) -> Any:
        """An adapter's pairs in the form in which `step` reads them."""
        ...

    def step(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None = None,
    ) -> Tensor:
        """Logits (N, classes) of ids (N,) at positions (N,), all below ``extent``."""
        ...


class Drawn:
    """Tokens of some steps, which the device may still be drawing."""

    def __init__(self, tokens: Tensor, leads: Tensor) -> None:
        """Of what `Sampler.latest` gives, which the device copies to the host in its own time."""
        on_cuda = tokens.is_cuda
        self._tokens = tokens.to("cpu", non_blocking=on_cuda)
        self._leads = leads.to("cpu", non_blocking=on_cuda)
        self._copied = torch.cuda.current_stream(tokens.device).record_event() if on_cuda else None

    def read(self) -> list[tuple[list[int], list[float]]]:
        """The tokens of each row, once they are there, and the leads (see `Sampler.latest`)."""
        if self._copied:
            self._copied.synchronize()
        return list(zip(self._tokens.tolist(), self._leads.tolist(), strict=True))


class Rows:
    """State of up to as many rows as there is room for; grows as rows enter."""

    def __init__(self, model: SpeechLM, decoder: Decoder) -> None:
        """For a model's rows, whose next logits ``decoder`` computes."""
        self._model, self._decoder = model, decoder
        self._device = model.head.weight.device
        self._cache = KVCache(model.config.transformer, self._device, decoder.step_type)
        self._sampler = decoder.sampler(model.end, self._device)
        self._adapters = RowAdapters(model, decoder.adapt, decoder.step_type)
        self._ids = torch.zeros(0, dtype=torch.long, device=self._device)
        self._positions = torch.zeros_like(self._ids)
        self._lengths: list[int] = []  # positions of the live rows, known to the host
        # On CUDA strides come in few shapes; elsewhere a step is as long as it must be.
        self._fixed = self._device.type == "cuda"
        self._replayed = Replayed(self._steps) if self._fixed else None
        self._compiled = decoder if isinstance(decoder, CompiledDecoder) else None

    def __len__(self) -> int:
        """How many are live."""
        return len(self._lengths)

    def enter(self, requests: Sequence[Request], spare: int) -> None:
        """Begin the requests in the places behind the live rows.

        A row may go on for ``spare`` steps beyond its limit, until the host looks.
        """
        first, model = len(self), self._model
        prompts = [model.layout(r.text, r.prompt, ended=False) for r in requests]
        longest = max(map(len, prompts))
        needed = max(len(p) + r.max_tokens for p, r in zip(prompts, requests, strict=True))
        self._grow(first + len(requests), needed + spare + 1)
        # The last id is left to the first step: every token then comes out of a step.
        ids = torch.zeros(len(prompts), longest - 1, dtype=torch.long)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt) - 1] = torch.tensor(prompt[:-1])
        timbre = torch.stack([r.timbre for r in requests])
        choices = [(r.adapter, r.strength) if r.adapter else None for r in requests]
        if self._adapters.enter(choices):
            self._forget_steps()
        with self._cores(len(prompts)):
            self._prefill(
                ids.to(self._device, non_blocking=self._fixed),
                timbre.to(model.head.weight, non_blocking=self._fixed),
                self._cache.prompt(first),
            )
        self._sampler.enter(
            first,
            [request.sampling for request in requests],
            [request.seed for request in requests],
            [request.min_tokens for request in requests],
        )
        lengths = list(map(len, prompts))
        places = slice(first, first + len(prompts))
        put(self._ids[places], torch.tensor([prompt[-1] for prompt in prompts]))
        put(self._positions[places], torch.tensor(lengths))
        self._lengths += lengths

    def advance(self, steps: int) -> Drawn:
        """So many more tokens of each live row; what follows a row's end means nothing.

        Whatever becomes of the rows until they are read.
        """
        rows, longest = len(self), max(self._lengths)
        needs = (*self._sampler.needs(rows), self._adapters.any)
        with self._cores(rows):
            if self._replayed:
                extent = -(-(longest + steps) // LENGTH_STEP) * LENGTH_STEP
                width = min(1 << (rows - 1).bit_length(), len(self._ids))
                self._replayed(steps, width, min(extent, self._cache.length), *needs)
            else:
                for step in range(1, steps + 1):
                    self._step(rows, longest + step, *needs)
        self._lengths = [length + steps for length in self._lengths]
        return Drawn(*self._sampler.latest(rows, steps))

    def _cores(self, rows: int) -> AbstractContextManager[None]:
        few = self._device.type == "cpu" and rows <= FEW_ROWS
        return one_core() if few or self._compiled else nullcontext()

    def _prefill(self, ids: Tensor, timbre: Tensor, prompt: Prompt) -> None:
        first = prompt.first_row
        if self._compiled:
            self._compiled.prefill(ids, timbre, prompt, self._adapters.entered(first))
            return
        model = self._adapters.model(first)
        narrow = self._cache.store.dtype
        with torch.autocast(self._device.type, narrow, enabled=narrow != torch.float32):
            model.prefill(ids, timbre, prompt)

    def take_back(self, place: int, steps: int, tokens: Sequence[int]) -> None:
        """Take back a row's last steps: it goes on from the ``tokens`` it keeps, to some more."""
        self._lengths[place] -= steps
        self._ids[place] = self._model.audio_offset + tokens[-1]
        self._positions[place] = self._lengths[place]
        self._sampler.take_back(place, len(tokens), len(tokens) + MORE_TOKENS)

    def leave(self, place: int) -> None:
        """Let a row go; the last one takes its place."""
        last = len(self) - 1
        if place != last:
            self._cache.move(last, place, self._lengths[last])
            self._sampler.move(last, place)
            for tensor in (self._ids, self._positions):
                tensor[place] = tensor[last]
            self._lengths[place] = self._lengths[last]
        self._adapters.leave(place)
        self._lengths.pop()

    def _step(self, rows: int, extent: int, limited: bool, penalised: bool, adapted: bool) -> None:
        ids, positions = self._ids[:rows], self._positions[:rows]
        low_rank = self._adapters.of(rows) if adapted else None
        logits = self._decoder.step(ids, positions, extent, self._cache, low_rank)
        offset = self._model.audio_offset
        self._sampler.advance(logits, limited, penalised, ids, positions, offset)

    def _steps(self, steps: int, rows: int, extent: int, *needs: bool) -> None:
        for _ in range(steps):
            self._step(rows, extent, *needs)

    def clear(self) -> None:
        """Let all rows go."""
        self._lengths.clear()
        self._adapters.clear()

    def _grow(self, rows: int, length: int) -> None:
        if rows <= self._cache.rows and length <= self._cache.length:
            return
        rows = max(self._cache.rows, 1 << (rows - 1).bit_length())
        length = max(self._cache.length, -(-length // LENGTH_STEP) * LENGTH_STEP)
        self._cache.grow(rows, length)
        self._sampler.grow(rows, length)  # no row has more tokens than positions
        self._adapters.grow(rows)
        spare = self._ids.new_zeros(rows - len(self._ids))
        self._ids, self._positions = (torch.cat((t, spare)) for t in (self._ids, self._positions))
        self._forget_steps()

    def _forget_steps(self) -> None:
        """What was recorded is of tensors that are no more."""
        if self._replayed:
            self._replayed.forget()
