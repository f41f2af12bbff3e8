"""The whole path from texts and voices to waveforms, for many requests at once.

    text -> lines -> audio tokens (25 Hz) -> latents (50 Hz) -> waveform (24 kHz) -> joined lines

Each line of a request has random numbers of its own, made of the request's seed and the line's
number, so that a request sounds the same alone and in any batch.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from minimax_speech.audio.io import Samples
from minimax_speech.audio.prosody import AS_IT_IS, Prosody
from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.check import check, heard
from minimax_speech.inference.durations import (
    TOKENS_PER_SECOND,
    expected_tokens,
    token_limits,
)
from minimax_speech.inference.engine import Engine, Request
from minimax_speech.inference.joining import join, piece_starts, render
from minimax_speech.inference.script import Line, write_script
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.takes import Take
from minimax_speech.inference.word_times import SpokenLine
from minimax_speech.models.flow_matching import frame_noise
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.voice import Voice

ATTEMPTS = 3
MIN_LINE_SECONDS = 5.0
ROWS_PER_BATCH = {"cpu": 16, "cuda": 128, "mps": 32}
TOKENS_PER_BATCH = {"cpu": 4_000, "cuda": 40_000, "mps": 4_000}

Progress = Callable[[int, int], None]
"""Called with the number of lines done and of all lines."""


@dataclass(frozen=True)
class SpeechRequest:
    """Something to say, and by whom.

    Attributes:
        text: as written.
        voice: of this model.
        language: code of a language of this model.
        seed: the same seed gives the same waveform.
    """

    text: str
    voice: Voice
    language: str
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Speech:
    """What was said of one request.

    Attributes:
        samples: (samples,) at the model's rate.
        lines: what lies where in them.
        heard: share of the text's characters that are heard, where that was asked.
    """

    samples: Samples
    lines: list[SpokenLine]
    heard: float | None = None


@dataclass
class _Utterance:
    """One line of one request on its way."""

    line: Line
    text_ids: list[int]
    voice: Voice
    seeds: tuple[int, int]  # request, line
    tokens: list[int] = field(default_factory=list)  # of the latest attempt
    ended: bool = False
    take: Take | None = None  # the best so far

    @property
    def prompt_tokens(self) -> list[int]:
        """What flow matching goes on from."""
        return self.voice.prompt.tokens.tolist() if self.voice.prompt else []

    @property
    def spoken_prompt_tokens(self) -> list[int]:
        """What the language model goes on from: it must know the words."""
        prompt = self.voice.prompt
        return prompt.tokens.tolist() if prompt and prompt.text is not None else []

    def seed(self, attempt: int, purpose: int) -> int:
        """A seed for one attempt at the tokens (purpose 0) or for the latents (1)."""
        sequence = np.random.SeedSequence((*self.seeds, attempt, purpose))
        return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))


class Pipeline:
    """Speaks with one model."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._device = torch.device(bundle.device)
        # All that speaking needs, now: a damaged part is to be refused before the work, not after.
        self._engine = Engine(bundle.speech_lm)
        self._flow, self._decoder = bundle.flow_matching, bundle.decoder

    def speak(
        self,
        requests: Sequence[SpeechRequest],
        settings: Settings,
        progress: Progress | None = None,
        prosody: Prosody = AS_IT_IS,
    ) -> list[Speech]:
        """The speech of each request.

        Raises:
            InputError: a text with nothing to say, a voice of another model, or a model that
                cannot check.
        """
        if settings.check and not self.bundle.audio_tokenizer.config.alphabet:
            raise InputError(
                f"model {self.bundle.config.name!r} cannot hear words: leave out the check"
            )
        scripts = [self._script(request) for request in requests]
        self._say([utterance for script in scripts for utterance in script], settings, progress)
        return [self._joined(script, prosody) for script in scripts]

    def _joined(self, script: Sequence[_Utterance], prosody: Prosody) -> Speech:
        rate = self.bundle.config.sample_rate
        pauses = [u.line.pause / prosody.speed for u in script]
        pieces = [render(u.take.samples, u.line, rate, prosody) for u in script if u.take]
        takes = [u.take for u in script if u.take]
        samples = [piece.samples for piece in pieces]
        starts = piece_starts(samples, pauses, rate)
        lines = [
            SpokenLine(take.text, take.tokens, start / rate + piece.offset, prosody.speed)
            for take, start, piece in zip(takes, starts, pieces, strict=True)
        ]
        return Speech(join(samples, pauses, rate), lines, heard([take.check for take in takes]))

    def _say(
        self, utterances: Sequence[_Utterance], settings: Settings, progress: Progress | None
    ) -> None:
        """Fill in the takes.

        A line that went wrong is tried again with another seed, a few times; where every attempt
        goes wrong, the best one stays. Without randomness one attempt is like the other.
        """
        last = ATTEMPTS - 1 if settings.temperature else 0
        todo, done = list(utterances), 0
        for attempt in range(last + 1):
            failed = []
            for utterance in self._attempt(todo, settings, attempt):
                wrong = utterance.take is not None and utterance.take.fault is not None
                if wrong:
                    failed.append(utterance)
                if not wrong or attempt == last:
                    done += 1
                    if progress:
                        progress(done, len(utterances))
            todo = failed
        if todo:
            _warn(todo, len(utterances))

    def _script(self, request: SpeechRequest) -> list[_Utterance]:
        config, tokenizer = self.bundle.config, self.bundle.text_tokenizer
        voice = request.voice
        self.check_voice(voice)
        language = tokenizer.language_id(request.language)
        before, room = [language], config.max_seconds
        if voice.prompt:
            if voice.prompt.text is not None:
                before += tokenizer.encode(voice.prompt.text)
            room = max(MIN_LINE_SECONDS, room - len(voice.prompt.tokens) / TOKENS_PER_SECOND)
        return [
            _Utterance(line, before + tokenizer.encode(line.text), voice, (request.seed, number))
            for number, line in enumerate(write_script(request.text, request.language, room))
        ]

    def check_voice(self, voice: Voice) -> None:
        """Refuse a voice that this model cannot speak with, with an InputError."""
        config, lm = self.bundle.config, self.bundle.speech_lm.config
        voice.check_model(config.fingerprint, f"model {config.name!r}")
        fits = len(voice.timbre) == lm.timbre_dim
        if voice.prompt:
            latent_dim = self.bundle.flow_matching.config.network.latent_dim
            fits &= voice.prompt.latents.shape[1] == latent_dim
            fits &= voice.prompt.tokens.max(initial=0) < lm.audio_vocab
        if not fits:
            raise InputError(
                f"voice {voice.name!r} does not fit model {config.name!r}: make it again from its "
                "recordings"
            )

    def _attempt(
        self, utterances: Sequence[_Utterance], settings: Settings, attempt: int
    ) -> Iterator[_Utterance]:
        """Say each utterance once more; yield it when it has its best take so far."""
        for batch in self._batches(utterances, lambda u: round(expected_tokens(u.line.text))):
            requests = [self._request(utterance, settings, attempt) for utterance in batch]
            for utterance, result in zip(batch, self._engine.generate(requests), strict=True):
                utterance.tokens, utterance.ended = result.tokens, result.ended
            yield from self._takes(batch, settings)

    def _request(self, utterance: _Utterance, settings: Settings, attempt: int) -> Request:
        fewest, most = token_limits(utterance.line.text)
        return Request(
            utterance.text_ids,
            torch.from_numpy(utterance.voice.timbre),
            utterance.seed(attempt, purpose=0),
            most,
            fewest,
            utterance.spoken_prompt_tokens,
            settings,
        )

    def _takes(self, utterances: Sequence[_Utterance], settings: Settings) -> Iterator[_Utterance]:
        """Make the tokens audible, and yield each utterance when its best take is chosen."""
        rate = self.bundle.config.sample_rate
        for batch in self._batches(utterances, lambda u: len(u.prompt_tokens + u.tokens)):
            for utterance, latents in zip(batch, self._latents(batch, settings), strict=True):
                samples = self._decode(utterance, latents)
                text, tokens = utterance.line.text, utterance.tokens
                found = check(self.bundle.audio_tokenizer, tokens, text) if settings.check else None
                take = Take(text, tokens, utterance.ended, samples, rate, found)
                if utterance.take is None or take.beats(utterance.take):
                    utterance.take = take
                yield utterance

    @torch.inference_mode()
    def _latents(self, batch: Sequence[_Utterance], settings: Settings) -> Tensor:
        """Latents (batch, frames, latent_dim) of whole utterances, their prompts in front."""
        flow = self.bundle.flow_matching
        rows = [u.prompt_tokens + u.tokens for u in batch]
        lengths = torch.tensor([len(row) for row in rows])
        longest, dim = int(lengths.max()), flow.config.network.latent_dim
        tokens = torch.zeros(len(rows), longest, dtype=torch.long)
        for target, row in zip(tokens, rows, strict=True):
            target[: len(row)] = torch.tensor(row)
        noise = frame_noise([u.seed(0, purpose=1) for u in batch], LATENTS_PER_TOKEN * longest, dim)
        prompts = [len(u.prompt_tokens) for u in batch]
        known = torch.zeros(len(rows), LATENTS_PER_TOKEN * max(prompts), dim)
        for target, utterance in zip(known, batch, strict=True):
            if utterance.voice.prompt:
                latents = torch.from_numpy(utterance.voice.prompt.latents)
                target[: len(latents)] = latents
        return flow.sample(
            tokens.to(self._device),
            lengths.to(self._device),
            torch.from_numpy(np.stack([u.voice.timbre for u in batch])).to(self._device),
            noise.to(self._device),
            settings.steps,
            settings.cfg_scale,
            known.to(self._device),
            torch.tensor(prompts, device=self._device),
            settings.solver,
        )

    @torch.inference_mode()
    def _decode(self, utterance: _Utterance, latents: Tensor) -> Samples:
        """Waveform (samples,) of an utterance from latents (frames, latent_dim), prompt cut off.

        Decoded alone: padding would leak through the decoder's convolutions. What the decoder sees
        of the prompt is kept until after decoding, so that the speech begins in its own context.
        """
        decoder = self.bundle.decoder
        prompt = LATENTS_PER_TOKEN * len(utterance.prompt_tokens)
        stop = prompt + LATENTS_PER_TOKEN * len(utterance.tokens)
        first = max(0, prompt - decoder.decoder.context_frames)
        audio = decoder.decode(latents[None, first:stop])[0]
        return audio[(prompt - first) * decoder.config.hop :].float().cpu().numpy()

    def _batches(
        self, utterances: Sequence[_Utterance], tokens: Callable[[_Utterance], int]
    ) -> Iterator[list[_Utterance]]:
        """Utterances of like length together, bounded in rows and in padded tokens."""
        most_rows = ROWS_PER_BATCH[self._device.type]
        most_tokens = TOKENS_PER_BATCH[self._device.type]
        batch: list[_Utterance] = []
        for utterance in sorted(utterances, key=tokens):
            padded = (len(batch) + 1) * tokens(utterance)
            if batch and (len(batch) == most_rows or padded > most_tokens):
                yield batch
                batch = []
            batch.append(utterance)
        if batch:
            yield batch


def _warn(failed: Sequence[_Utterance], count: int) -> None:
    """Say once that lines went wrong in every attempt."""
    first = min(failed, key=lambda utterance: utterance.seeds)
    shown, fault = excerpt(first.line.text), first.take and first.take.fault
    prompt = first.voice.prompt
    what = shown if count == 1 else f"{len(failed)} of {count} pieces, such as {shown},"
    mend = " or leave out the reference text" if prompt and prompt.text else ""
    logging.getLogger(__name__).warning(
        "%s came out wrong (%s): try another seed%s", what, fault, mend
    )
