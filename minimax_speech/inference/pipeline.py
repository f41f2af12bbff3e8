"""The whole path from texts and voices to waveforms, for many requests at once.

    text -> lines -> audio tokens (25 Hz) -> latents (50 Hz) -> waveform (24 kHz) -> joined lines

Each line of a request has random numbers of its own, made of the request's seed and the line's
number, so that a request sounds the same alone and in any batch.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch

from minimax_speech.audio.io import Samples
from minimax_speech.audio.prosody import AS_IT_IS, Prosody
from minimax_speech.errors import InputError
from minimax_speech.inference.acoustic_stream import AcousticStream
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.ahead import Ahead
from minimax_speech.inference.attempts import Attempts, Progress
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.check import LineListener
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.engine import (
    ROWS_OF_A_TEXT,
    Engine,
    Generated,
    Request,
    Session,
)
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.script import write_script
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.takes import Take
from minimax_speech.inference.threads import one_core
from minimax_speech.inference.utterance import Utterance, warn_of_faults
from minimax_speech.inference.word_times import SpokenLine
from minimax_speech.models.lora import Adapter
from minimax_speech.voice import Voice

MIN_LINE_SECONDS = 5.0
MOST_AHEAD = 1_000
"""Tokens that are drawn before they are heard, in streams."""


@dataclass(frozen=True)
class SpeechRequest:
    """Something to say, and by whom.

    Attributes:
        text: as it is to be said, respelled where that was asked.
        voice: of this model.
        language: code of a language of this model.
        seed: the same seed gives the same waveform.
        written: the text as written; None where it is the same.
        prosody: how fast, high, loud, bright and breathy.
        adapter: of an emotion; None is the model as it is.
        strength: of the emotion.
    """

    text: str
    voice: Voice
    language: str
    seed: int = 0
    written: str | None = None
    prosody: Prosody = AS_IT_IS
    adapter: Adapter | None = None
    strength: float = 1.0


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


class Pipeline:
    """Speaks with one model."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._device = torch.device(bundle.device)
        self._engine = Engine(bundle.speech_lm)
        self._acoustics = Acoustics(bundle)
        self._attempts = Attempts(bundle, self._engine, self._acoustics)
        self._tokenizer = bundle.audio_tokenizer  # it hears when all has been said

    def warm_up(self) -> None:
        """Say something into the void: what is done once is done, and machines have run."""
        voice = Voice(np.zeros(self.bundle.speech_lm.config.timbre_dim, np.float32), "", "")
        self._engine.generate([Request([0], torch.from_numpy(voice.timbre), 0, 1)])
        lines = [TokenLine(voice, [0], 0)]
        latents = self._acoustics.latents(lines, self.bundle.config.generation)
        self._acoustics.decode(lines, latents)

    def speak(
        self,
        requests: Sequence[SpeechRequest],
        settings: Settings,
        progress: Progress | None = None,
    ) -> list[Speech]:
        """The speech of each request.

        Raises:
            InputError: a text with nothing to say, a voice of another model, or a model that
                cannot check.
        """
        self._check_settings(settings)
        scripts = [self._script(request) for request in requests]
        everything = [utterance for script in scripts for utterance in script]
        if len(scripts) == 1:
            for _ in self._attempts.say_text(everything, settings, progress or _untold):
                pass
        else:
            self._attempts.say(everything, settings, progress or _untold)
        warn_of_faults(everything)
        return [
            self._joined(script, request.prosody)
            for script, request in zip(scripts, requests, strict=True)
        ]

    def pieces(
        self,
        request: SpeechRequest,
        settings: Settings,
        recording: Recording,
        progress: Progress | None = None,
        live: bool = False,
    ) -> Generator[Samples]:
        """The same speech as pieces (samples,), in memory that does not grow with the text.

        Args:
            request: what to say.
            settings: how.
            recording: a new one, which then knows what was said.
            progress: called when lines are done.
            live: each piece as soon as it can be heard. A line cannot be tried again then.

        Raises:
            InputError: as for `speak`, before the first piece.
        """
        script = self.script(request, settings)
        return self._pieces(script, settings, recording, progress, live)

    def script(self, request: SpeechRequest, settings: Settings) -> list[Utterance]:
        """The lines of a request.

        Raises:
            InputError: as for `speak`.
        """
        self._check_settings(settings)
        return self._script(request)

    def session(self, most_rows: int) -> AbstractContextManager[Session]:
        """A session of the engine for the tokens of lines, with so many live ones at most."""
        return self._engine.session(most_rows)

    def sound(self, utterance: Utterance, settings: Settings) -> AcousticStream:
        """What makes a line audible while its tokens come in."""
        return AcousticStream(
            self._acoustics, utterance.voice, utterance.seed(0, purpose=1), settings
        )

    def take(self, utterance: Utterance, samples: Samples, settings: Settings) -> Take:
        """As `Attempts.take`."""
        return self._attempts.take(utterance, samples, settings)

    def tokens_for_more(self, count: int) -> int:
        """As `Acoustics.tokens_for_more`."""
        return self._acoustics.tokens_for_more(count)

    def _pieces(
        self,
        script: Sequence[Utterance],
        settings: Settings,
        recording: Recording,
        progress: Progress | None,
        live: bool,
    ) -> Generator[Samples]:
        make = self._pieces_live if live else self._pieces_at_leisure
        yield from make(script, settings, recording, progress or _untold)
        warn_of_faults(script)

    def _pieces_at_leisure(
        self,
        script: Sequence[Utterance],
        settings: Settings,
        recording: Recording,
        progress: Progress,
    ) -> Generator[Samples]:
        """Line by line, some of them made together."""
        for window in self._attempts.say_text(script, settings, progress):
            for utterance in window:
                yield from _record(utterance, recording)
                utterance.forget_sound()

    def _pieces_live(
        self,
        script: Sequence[Utterance],
        settings: Settings,
        recording: Recording,
        progress: Progress,
    ) -> Generator[Samples]:
        """While tokens are drawn. On a CPU, that is on another core from the first sound on: until
        then there is nothing to do but wait for tokens, and then for the sound, which has all
        cores."""
        drawn = self._drawn(script, settings)
        tokens = Ahead(drawn, MOST_AHEAD) if self._device.type == "cpu" else drawn
        try:
            for number, utterance in enumerate(script, start=1):
                yield recording.begin(utterance.line)
                yield from self._say_live(utterance, tokens, settings, recording)
                assert utterance.take is not None
                yield recording.end(utterance.take)
                utterance.forget_sound()
                progress(number, len(script))
        finally:
            tokens.close()

    def _drawn(self, script: Sequence[Utterance], settings: Settings) -> Generator[int | Generated]:
        """The tokens of each line one by one, and after its last one all of them."""
        for window in self._attempts.windows(script):
            requests = [utterance.request(settings) for utterance in window]
            yield from self._engine.stream(requests, ROWS_OF_A_TEXT[self._device.type] or 1)

    def _say_live(
        self,
        utterance: Utterance,
        drawn: Iterator[int | Generated],
        settings: Settings,
        recording: Recording,
    ) -> Generator[Samples]:
        """The pieces (samples,) of a line, whose tokens are drawn next."""

        def cores() -> AbstractContextManager[None]:
            # The other one is taken while more is drawn.
            return one_core() if isinstance(drawn, Ahead) and drawn.running else nullcontext()

        seed = utterance.seed(0, purpose=1)
        with cores():
            stream = AcousticStream(self._acoustics, utterance.voice, seed, settings)
        sounds = []
        for token in drawn:
            if isinstance(token, Generated):
                utterance.tokens, utterance.ended = token.tokens, token.ended
                break
            with cores():
                sounds.append(stream.push([token]))
            if isinstance(drawn, Ahead) and len(sounds[-1]):
                drawn.start()
            yield recording.push(sounds[-1])
        with cores():
            sounds.append(stream.finish())
        yield recording.push(sounds[-1])
        utterance.take = self.take(utterance, np.concatenate(sounds), settings)

    def _joined(self, script: Sequence[Utterance], prosody: Prosody) -> Speech:
        recording = Recording(self.bundle.config.sample_rate, prosody)
        pieces = [piece for utterance in script for piece in _record(utterance, recording)]
        return Speech(np.concatenate(pieces), recording.lines, recording.heard)

    def _check_settings(self, settings: Settings) -> None:
        if settings.check and not self._tokenizer.config.alphabet:
            raise InputError(
                f"model {self.bundle.config.name!r} cannot hear words: leave out the check"
            )

    def _script(self, request: SpeechRequest) -> list[Utterance]:
        config, tokenizer = self.bundle.config, self.bundle.text_tokenizer
        voice, hears = request.voice, bool(self._tokenizer.config.alphabet)
        self.check_voice(voice)
        language = request.language
        before, room = [tokenizer.language_id(language)], config.max_seconds
        if voice.prompt:
            if voice.prompt.text is not None:
                before += tokenizer.encode(voice.prompt.text, voice.language or language)
            room = max(MIN_LINE_SECONDS, room - len(voice.prompt.tokens) / TOKENS_PER_SECOND)
        return [
            Utterance(
                line,
                language,
                before + tokenizer.encode(line.text, language),
                voice,
                (request.seed, number),
                (request.adapter, request.strength),
                LineListener(self._tokenizer, line.text, language) if hears else None,
            )
            for number, line in enumerate(
                write_script(request.text, language, room, config.languages)
            )
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


def _untold(_done: int, _of: int) -> None:
    """Nobody wants to know about progress."""


def _record(utterance: Utterance, recording: Recording) -> Iterator[Samples]:
    """What is heard of a line that has its take, in pieces (samples,)."""
    assert utterance.take is not None
    yield recording.begin(utterance.line)
    yield recording.push(utterance.take.samples)
    yield recording.end(utterance.take)
