"""When the words of a text are said: in what a model said, and in recordings."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.subtitles import Word
from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.alignment import FRAMES_PER_SECOND, Alignment, align
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.listening import hear, recording_tokens
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.text.normalise import normalise
from minimax_speech.text.spelling import SpelledWord, spelled_words
from minimax_speech.text.written_words import match_words

DOUBTFUL_COST, WRONG_COST = 4.0, 6.0
"""Nats a character (`Alignment.cost`) from which a text hardly is what a recording says, and from
which it is not."""


@dataclass(frozen=True)
class SpokenLine:
    """A line as it lies in the audio.

    Attributes:
        text: in spoken form.
        tokens: of the audio.
        offset: where the first token begins, in seconds from the beginning of the audio; below 0
            where its silence was cut off.
        speed: how many times faster than their own the tokens are heard.
    """

    text: str
    tokens: Sequence[int]
    offset: float
    speed: float = 1.0


def word_times(
    lines: Sequence[SpokenLine],
    text: str,
    language: str,
    bundle: Bundle,
    seconds: float,
) -> list[Word]:
    """The words of a text as written, and when they are said in audio of some seconds.

    Args:
        lines: all that is said of the text.
        text: as written.
        language: code.
        bundle: the model that the tokens belong to.
        seconds: length of the audio.
    """
    tokenizer = bundle.audio_tokenizer
    spoken: list[Word] = []
    for line in lines:
        words = spelled_words(line.text, language, tokenizer.config.form)
        spans = _aligned(tokenizer, line.tokens, words, language).spans
        spoken += _placed(words, spans, line, seconds)
    return _as_written(text, _in_order(spoken), language)


def recording_word_times(
    bundle: Bundle, read: Callable[[], Iterable[Samples]], text: str, language: str, name: str
) -> list[Word]:
    """The words of a text as written, and when a recording says them.

    Args:
        bundle: the model that listens.
        read: gives the recording, mono and at the model's rate, in blocks (samples,), of which none
            is kept; called twice.
        text: what the recording says, as written.
        language: code.
        name: of the recording, in messages.

    Raises:
        InputError: the recording is silent, the text holds no words, or is not what it says.
    """
    tokenizer = bundle.audio_tokenizer
    spoken = spelled_words(normalise(text, language), language, tokenizer.config.form)
    if not spoken:
        raise InputError(f"the text {excerpt(text)} holds no words: give what {name} says")
    spellings = "".join(word.spelling for word in spoken)
    if not set(spellings) & set(tokenizer.config.alphabet) - {" "}:
        raise InputError(
            f"model {bundle.config.name!r} cannot spell the text {excerpt(text)}: use a model of "
            "its language"
        )
    rate = bundle.config.sample_rate
    report = levels.inspect_blocks(read(), rate)
    if levels.is_silent(report):
        raise InputError(f"{name} is silent: give a recording of the text")
    gain = levels.levelling_gain(report)
    tokens = recording_tokens(bundle, (block * np.float32(gain) for block in read()))
    aligned = _aligned(tokenizer, tokens, spoken, language)
    if aligned.cost > WRONG_COST:
        raise InputError(
            f"{name} does not say the text {excerpt(text)}: give exactly what is said in it"
        )
    if aligned.cost > DOUBTFUL_COST:
        logging.getLogger(__name__).warning(
            "%s hardly says the text %s: check that it is exactly that", name, excerpt(text)
        )
    whole = SpokenLine(text, tokens, 0.0)
    words = _placed(spoken, aligned.spans, whole, report.seconds)
    return _as_written(text, words, language)


def _aligned(
    tokenizer: AudioTokenizer, tokens: Sequence[int], words: Sequence[SpelledWord], language: str
) -> Alignment:
    spellings = [word.spelling for word in words]
    heard = hear(tokenizer, tokens, language, spellings)
    return align(heard, spellings, tokenizer.config.alphabet)


def _as_written(text: str, spoken: Sequence[Word], language: str) -> list[Word]:
    return [
        Word(written.text, spoken[written.first].start, spoken[written.end - 1].end)
        for written in match_words(text, [word.text for word in spoken], language)
    ]


def _placed(
    words: Sequence[SpelledWord],
    spans: Sequence[tuple[float, float]],
    line: SpokenLine,
    seconds: float,
) -> list[Word]:
    """Words at their spans (frames) of a line, within audio of some seconds."""
    rate = FRAMES_PER_SECOND * line.speed
    return [
        Word(word.word, *(min(max(0.0, line.offset + edge / rate), seconds) for edge in span))
        for word, span in zip(words, spans, strict=True)
    ]


def _in_order(words: Sequence[Word]) -> list[Word]:
    """Words none of which ends after the next one starts: lines reach into their silence."""
    ends = [min(a.end, max(a.start, b.start)) for a, b in pairwise(words)]
    return [word._replace(end=end) for word, end in zip(words, ends, strict=False)] + list(
        words[-1:]
    )
