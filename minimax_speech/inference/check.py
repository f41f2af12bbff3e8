"""Whether audio tokens say their text: words left out, said twice, or lost at the end.

The text is laid over the tokens (`alignment`); where words are missing or too many, the path
through the text is far less likely, for a third of a second, than what the CTC head hears.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from minimax_speech.inference.alignment import (
    FRAMES_PER_SECOND,
    LogProbs,
    best_path,
    path_labels,
    path_loss,
    spell,
)
from minimax_speech.inference.durations import expected_tokens, is_plausible
from minimax_speech.inference.listening import hear
from minimax_speech.inference.pausing import without_pause
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.text.spelling import spelled_words

_STRETCH = round(0.3 * FRAMES_PER_SECOND)  # about as long as a short word
_MOST_LOST, _MOST_LOST_WITH_EXTRA = 25.0, 15.0
"""Nats in a stretch that one misheard letter or two do not explain: clear speech stays below 20,
and a lost word of four letters is always above. A word said twice loses less, but is heard."""
_EXTRA_LETTERS = 2
_LOST_WITH_ALL_SAID = 12.0
"""Nats. Nine of ten lines that are said well lose no more; where a word is still to come, 50."""
_LOST_WITH_WORDS = 75.0
"""Nats. Where the last words are missing, not only misheard, lines lose 100 and more."""
_MANY = 1.2
"""Times as many tokens as are expected: so long a line is not worth a look."""


@dataclass(frozen=True)
class Check:
    """How tokens compare with their text.

    Attributes:
        characters: of the text, spaces included.
        heard: how many of them are heard in their place.
        lost: nats by which the text is less likely than what is heard, in its worst 0.3 s.
        extra: letters heard there that the text does not have; below 0 where letters are missing.
        ends: whether the last word is heard.
    """

    characters: int
    heard: int
    lost: float
    extra: int
    ends: bool

    @property
    def all_said(self) -> bool:
        """Whether it is certain that nothing is still to be said."""
        return self.ends and (self.lost <= _LOST_WITH_ALL_SAID or self.extra >= _EXTRA_LETTERS)

    @property
    def stops_early(self) -> bool:
        """Whether it is certain that the last words are still to be said."""
        return not self.ends and self.lost > _LOST_WITH_WORDS

    @property
    def fault(self) -> str | None:
        """What is wrong; None where nothing is."""
        if self.extra >= _EXTRA_LETTERS:
            return "it says more than the text" if self.lost > _MOST_LOST_WITH_EXTRA else None
        if self.lost <= _MOST_LOST:
            return None
        return "it leaves out words" if self.ends else "it stops before the end of the text"


def check(tokenizer: AudioTokenizer, tokens: Sequence[int], text: str, language: str) -> Check:
    """Compare what tokens say with a text in spoken form."""
    words = spelled_words(text, language, tokenizer.config.form)
    spellings = [word.spelling for word in words]
    heard = hear(tokenizer, tokens, language, spellings)
    return compare(heard, spellings, tokenizer.config.alphabet)


class LineListener:
    """Hears how much of one line has been said, while it is said."""

    def __init__(self, tokenizer: AudioTokenizer, text: str, language: str) -> None:
        """Of a text in spoken form, by a tokenizer that hears words."""
        self._tokenizer, self._text, self._language = tokenizer, text, language

    def all_said(self, tokens: Sequence[int]) -> bool:
        """Whether it is certain that these tokens say all of it."""
        plausible = is_plausible(self._text, len(without_pause(tokens)))
        return plausible and self._check(tokens).all_said

    def stops_early(self, tokens: Sequence[int]) -> bool:
        """Whether it is certain that they lack its last words."""
        few = len(tokens) < _MANY * expected_tokens(self._text)
        return few and self._check(tokens).stops_early

    def _check(self, tokens: Sequence[int]) -> Check:
        return check(self._tokenizer, tokens, self._text, self._language)


def compare(log_probs: LogProbs, words: Sequence[str], alphabet: str) -> Check:
    """Compare log-probabilities (T, 1 + characters) with what is spelled of each spoken word."""
    classes, places = spell(words, alphabet)
    spikes = best_path(log_probs, classes)
    labels, best = path_labels(len(log_probs), classes, spikes), log_probs.argmax(axis=1)
    sums = np.convolve(path_loss(log_probs, classes, spikes), np.ones(_STRETCH))
    end = int(sums.argmax()) + 1
    around = slice(max(0, end - 2 * _STRETCH), end + _STRETCH)
    in_place = [
        bool((best[spike.start : spike.end] == label).any())
        for spike, label in zip(spikes, classes, strict=True)
    ]
    space = alphabet.find(" ") + 1
    extra = _letters(best[around].tolist(), space) - _letters(labels[around].tolist(), space)
    last_word = in_place[slice(*([place for place in places if place] or [(0, 0)])[-1])]
    ends = 2 * sum(last_word) >= len(last_word)
    return Check(len(in_place), sum(in_place), float(sums.max()), extra, ends)


def heard(checks: Sequence[Check | None]) -> float | None:
    """Share of the characters of several texts that are heard; None where none was checked."""
    known = [check for check in checks if check is not None]
    characters = sum(check.characters for check in known)
    return sum(check.heard for check in known) / characters if characters else None


def _letters(labels: Sequence[int], space: int) -> int:
    """How many letters a path spells."""
    return sum(label not in (0, space) for label, _ in groupby(labels))
