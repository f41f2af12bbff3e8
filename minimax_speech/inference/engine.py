"""The engine: text ids and timbre to audio tokens. Knows tokens only: no text, no audio."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

import torch

from minimax_speech.inference.compiled_decode import CompiledDecoder, CompiledWeights
from minimax_speech.inference.fast_decode import FastDecoder, FastWeights
from minimax_speech.inference.fusion import fuse
from minimax_speech.inference.request import Generated, Request
from minimax_speech.inference.rows import Decoder, Rows
from minimax_speech.inference.session import Progress, Session
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.inference.threads import one_core
from minimax_speech.models.speech_lm import SpeechLM

__all__ = ["Engine", "Generated", "Progress", "Request", "Session"]

MOST_ROWS = {"cpu": 16, "cuda": 128, "mps": 32}
ROWS_OF_A_TEXT = {"cpu": None, "cuda": 8, "mps": 8}
"""So many lines of one text are decoded side by side where sums depend on the number of rows,
whether it is heard while it is made or not: it is to be the same speech. None: as many as suits."""
WEIGHTS = {"cuda": torch.bfloat16, "mps": torch.float32}
"""The type of those of a decoding step, which waits for them to be read."""
HEAD_START = 24
"""Tokens that the first line of a text gets alone, and sooner: its listener waits for them."""
STRIDE = {"cpu": 1, "cuda": 8, "mps": 8}
"""Steps until the host looks at tokens: it would keep a fast device waiting."""
AHEAD = {"cpu": 0, "cuda": 1, "mps": 0}
"""Such strides that the device has in hand while the host looks at the one before."""


class Engine:
    """Runs a speech language model, many requests at once."""

    def __init__(self, model: SpeechLM) -> None:
        self.model = model.eval()
        self._device = model.head.weight.device
        self._new_decoder = self._decoders()
        self._spare: list[Rows] = []  # of sessions that are over: recorded steps are worth keeping

    def step_bytes(self, rows: int, positions: float) -> float:
        """Bytes that a decoding step must read of weights, and of the caches of so many rows."""
        size = self.model.config.transformer
        width = size.kv_heads * (size.dim // size.heads)
        numbers = 2 * size.layers * width * positions * rows
        decoder = self._new_decoder()
        return decoder.weight_bytes + numbers * decoder.step_type.itemsize

    def generate(self, requests: Sequence[Request]) -> list[Generated]:
        """The tokens of each request, the same whatever else is in the batch.

        On CUDA products of other numbers of rows are summed in another order: in the last digit of
        a float, so that it is seldom another token.
        """
        results = dict(self.as_finished(requests))
        return [results[number] for number in range(len(requests))]

    def as_finished(
        self, requests: Sequence[Request], rows_of_a_text: int | None = None
    ) -> Iterator[tuple[int, Generated]]:
        """The number of each request with its tokens, as soon as it has finished.

        With ``rows_of_a_text`` they are the lines of one text, and their tokens those of `stream`.
        """
        for news in self._decoded(requests, rows_of_a_text, HEAD_START if rows_of_a_text else 0):
            for number, progress in news.items():
                if progress.result:
                    yield number, progress.result

    def stream(
        self, requests: Sequence[Request], rows_of_a_text: int = 1
    ) -> Generator[int | Generated]:
        """The tokens of each line of a text, one by one as they are drawn, and then all of them.

        Those of later lines are drawn meanwhile and wait, where there are more rows.
        """
        drawn: list[deque[int | Generated]] = [deque() for _ in requests]
        steps = self._decoded(requests, rows_of_a_text, HEAD_START)
        try:
            for own in drawn:
                item: int | Generated = 0
                while not isinstance(item, Generated):
                    while not own:
                        for number, progress in next(steps).items():
                            drawn[number] += progress.tokens
                            if progress.result:
                                drawn[number].append(progress.result)
                    item = own.popleft()
                    yield item
        finally:
            steps.close()

    def _decoded(
        self, requests: Sequence[Request], most_rows: int | None, head_start: int
    ) -> Generator[dict[int, Progress]]:
        """What each step brings, by the requests' numbers.

        The first request is alone until it has its ``head_start`` of tokens.
        """
        with self.session(most_rows) as session:
            numbers: dict[int, int] = {}
            rest, tokens = list(enumerate(requests)), 0
            while rest or session:
                entering = rest[:1] if not numbers and head_start else rest
                if not session or tokens >= head_start:
                    numbers |= {session.add(request): number for number, request in entering}
                    rest = rest[len(entering) :]
                news = {numbers[key]: progress for key, progress in session.step().items()}
                yield news
                tokens += sum(len(progress.tokens) for progress in news.values())

    @contextmanager
    def session(self, most_rows: int | None = None) -> Iterator[Session]:
        """A session to be driven by hand, with at most ``most_rows`` live rows."""
        kind = self._device.type
        try:
            rows = self._spare.pop()  # at once: other threads may want them, too
        except IndexError:
            rows = self._new_rows()
        try:
            most_rows = most_rows or MOST_ROWS[kind]
            yield Session(rows, self.model.end, most_rows, STRIDE[kind], AHEAD[kind])
        finally:
            rows.clear()
            self._spare.append(rows)

    def _new_rows(self) -> Rows:
        return Rows(self.model, self._new_decoder())

    def _decoders(self) -> Callable[[], Decoder]:
        """Makes decoders that share the weights, which is all that those for devices keep."""
        if self._device.type != "cpu":
            decoder = fuse(StaticDecoder(self.model, WEIGHTS[self._device.type]))
            return lambda: decoder
        with one_core():
            compiled = CompiledWeights.of(self.model)
        weights: list[FastWeights] = []  # made where they are needed

        def new() -> Decoder:
            if compiled and compiled.works:
                return CompiledDecoder(compiled)
            if not weights:
                with one_core():
                    weights.append(FastWeights(self.model))
            return FastDecoder(weights[0])

        return new
