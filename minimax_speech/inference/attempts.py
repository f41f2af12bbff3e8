"""Lines said, judged, and said again where they went wrong."""

from collections.abc import Callable, Iterator, Sequence

import torch

from minimax_speech.audio.io import Samples
from minimax_speech.inference.acoustics import Acoustics
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.check import check
from minimax_speech.inference.engine import MOST_ROWS, ROWS_OF_A_TEXT, Engine
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.takes import Take
from minimax_speech.inference.utterance import Utterance

ATTEMPTS = 3
TOKENS_AT_ONCE = {"cpu": 600, "cuda": 10_000, "mps": 4_000}
"""Made audible at once, padding included: more take more memory and, out of caches, more time."""

Progress = Callable[[int, int], None]
"""Called with the number of lines done and of all lines."""


class Attempts:
    """At lines, by one model."""

    def __init__(self, bundle: Bundle, engine: Engine, acoustics: Acoustics) -> None:
        self._bundle, self._engine, self._acoustics = bundle, engine, acoustics
        self._device = torch.device(bundle.device)

    def windows(self, script: Sequence[Utterance]) -> list[Sequence[Utterance]]:
        """The lines of one text, as many at a time as memory should hold."""
        size = MOST_ROWS[self._device.type]
        return [script[start : start + size] for start in range(0, len(script), size)]

    def say_text(
        self, script: Sequence[Utterance], settings: Settings, progress: Progress
    ) -> Iterator[Sequence[Utterance]]:
        """Fill in the takes of one text; yields its windows as they are done."""
        before = 0
        for window in self.windows(script):

            def tell(done: int, _: int, before: int = before) -> None:
                progress(before + done, len(script))

            self.say(window, settings, tell, ROWS_OF_A_TEXT[self._device.type])
            before += len(window)
            yield window

    def say(
        self,
        utterances: Sequence[Utterance],
        settings: Settings,
        progress: Progress,
        rows: int | None = None,
    ) -> None:
        """Fill in the takes, with so many ``rows`` in order, or with what is fastest.

        A line that went wrong is tried again with another seed, a few times; where every attempt
        goes wrong, the best one stays. Without randomness one attempt is like the other.
        """
        last = ATTEMPTS - 1 if settings.temperature else 0
        todo, done = list(utterances), 0
        for attempt in range(last + 1):
            failed = []
            for utterance in self._attempt(todo, settings, attempt, rows):
                wrong = utterance.take is not None and utterance.take.fault is not None
                if wrong:
                    failed.append(utterance)
                if not wrong or attempt == last:
                    done += 1
                    progress(done, len(utterances))
            todo = failed
            if not todo:
                break

    def _attempt(
        self,
        utterances: Sequence[Utterance],
        settings: Settings,
        attempt: int,
        rows: int | None,
    ) -> Iterator[Utterance]:
        """Say each utterance once more; yield it when it has its best take so far."""
        # Those of like length side by side, lest rows wait for others or are padded much.
        order = utterances if rows else sorted(utterances, key=lambda u: len(u.line.text))
        requests = [utterance.request(settings, attempt) for utterance in order]
        batch: list[Utterance] = []
        for number, result in self._engine.as_finished(requests, rows):
            utterance = order[number]
            utterance.tokens, utterance.ended = result.tokens, result.ended
            padded = (len(batch) + 1) * max(len(u.tokens) for u in (*batch, utterance))
            if batch and padded > TOKENS_AT_ONCE[self._device.type]:
                yield from self._audible(batch, settings)
                batch = []
            batch.append(utterance)
        yield from self._audible(batch, settings)

    def _audible(self, batch: Sequence[Utterance], settings: Settings) -> Iterator[Utterance]:
        """Make the tokens audible, and yield each utterance when its best take is chosen."""
        lines = [utterance.token_line for utterance in batch]
        waves = self._acoustics.decode(lines, self._acoustics.latents(lines, settings))
        for utterance, samples in zip(batch, waves, strict=True):
            take = self.take(utterance, samples, settings)
            if utterance.take is None or take.beats(utterance.take):
                utterance.take = take
            yield utterance

    def take(self, utterance: Utterance, samples: Samples, settings: Settings) -> Take:
        """Of the latest attempt, which sounds like this (samples,)."""
        text, tokens = utterance.line.text, utterance.tokens
        found = None
        if settings.check:
            found = check(self._bundle.audio_tokenizer, tokens, text, utterance.language)
        rate = self._bundle.config.sample_rate
        return Take(text, tokens, utterance.ended, samples, rate, found)
