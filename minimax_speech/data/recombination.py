"""Sentences recombined without any grammar, for languages that have no table of their own.

Two short sentences are said in one breath, and a sentence that has one pause goes on after it as
another one does. The words then make little sense; their sounds and the melody are as good as any.
"""

import random
import re
from collections.abc import Iterator, Sequence

from minimax_speech.text.languages import Language

_PAUSES = ",;،؛，、；"
_HALF = (2, 14)
"""Words of a half, or of a sentence that is said together with another."""
_WORD_LENGTHS = {"ja": 2.2, "th": 4.5, "yue": 1.5, "zh": 1.5}
"""Characters of an average word, where none stands between spaces."""


def word_count(text: str, language: Language) -> int:
    """The words of a text, about as many as there are where no spaces part them."""
    if language.spaced:
        return len(text.split())
    letters = sum(character.isalpha() for character in text)
    return max(min(letters, 1), round(letters / _WORD_LENGTHS[language.code]))


class Recombination:
    """Draws new sentences from those that are said in a language."""

    def __init__(self, said: Sequence[str], language: Language) -> None:
        self._space = " " if language.spaced or language.code == "th" else ""
        fewest, most = _HALF
        plain = [text for text in said if not re.search(r'["()]| - ', text)]
        self._short = [text for text in plain if fewest <= word_count(text, language) <= most]
        parted = [re.split(rf"(?<=[{_PAUSES}])", text) for text in plain]
        self._halves = [
            parts
            for parts in parted
            if len(parts) == 2
            and all(fewest <= word_count(part, language) <= most for part in parts)
        ]

    def draw(self, generator: random.Random) -> Iterator[str]:
        """Endless sentences, some of them equal; none where there is nothing to recombine."""
        ways = [
            way
            for way, material in ((self._pair, self._short), (self._exchange, self._halves))
            if len(material) > 1
        ]
        while ways:
            yield generator.choice(ways)(generator)

    def _pair(self, generator: random.Random) -> str:
        return self._space.join(generator.sample(self._short, 2))

    def _exchange(self, generator: random.Random) -> str:
        one, other = generator.sample(self._halves, 2)
        return one[0] + other[1]
