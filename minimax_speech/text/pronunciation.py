"""How words are to be said that their letters mislead about, by respelling them.

In the text, `[Nguyen](win)`, `[重](chong2)`; for all texts a dictionary, one entry a line:

    # word       respelling
    gif          jif
    Nguyen       win
    New York<TAB>noo york

Whole words are respelled as they are written in the text: inflections need entries of their own,
but for a possessive 's. An entry with capitals is for words with the same capitals, one without for
any. How a respelling can be written depends on the language (see `phonetics`): it is read like the
rest of the text.
"""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from minimax_speech.errors import InputError
from minimax_speech.files import read_text
from minimax_speech.text import phonetics

# Not an image, and its target no address: those have stops, slashes or signs. What is between two
# slashes is phonetic if not all of it could be a path.
_PHONETIC = r"/(?=[^/()]*[^\x00-\x7f])[^/()\n]+/"
_LETTERS = "[^\\W\\d_](?:[^\\W_]|[\u0300-\u036f '’-])*"
_INLINE = rf"(?<!!)\[([^\[\]\n]+)\]\(\s*({_LETTERS}|{_PHONETIC})\s*\)"
# Left as they are: tags, entities, targets of links.
_KEPT = r"</?[a-z][^<>\n]*>|&\w+;|\]\([^()\s]*\)"


class Pronunciation:
    """Respells words."""

    def __init__(self, entries: Mapping[str, str] | None = None) -> None:
        """Of words to their respellings.

        Raises:
            InputError: an entry has no word, or no respelling that can be read.
        """
        self._entries: dict[str, str] = {}
        for word, respelling in (entries or {}).items():
            problem = _problem(word, respelling)
            if problem:
                raise InputError(f"pronunciation of {word!r}: {problem}")
            self._entries[_tidy(word)] = _tidy(respelling)
        # The longest first: "New York" before "New".
        known = sorted(self._entries, key=len, reverse=True)
        words = "|".join(r"\s+".join(map(re.escape, entry.split())) for entry in known)
        alone = rf"(?<![^\W_])(?<![^\W_]['’])({words or '(?!)'})(?![^\W_]|['’](?!s\b)[^\W_])"
        self._pattern = re.compile(rf"{_INLINE}|{_KEPT}|{alone}", re.IGNORECASE)

    @classmethod
    def load(cls, path: str | Path) -> "Pronunciation":
        """Read a dictionary.

        Raises:
            InputError: there is no such file, it is not UTF-8, or one of its lines is no entry.
        """
        entries: dict[str, str] = {}
        for number, line in enumerate(read_text(path, "pronunciation file").splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            word, respelling = _parts(line.strip())
            problem = _problem(word, respelling)
            if not problem and _tidy(word) in entries:
                problem = f"{_tidy(word)!r} has an entry already: leave one out"
            if problem:
                raise InputError(f"pronunciation file {path}, line {number}: {problem}")
            entries[_tidy(word)] = respelling
        return cls(entries)

    def apply(self, text: str, language: str) -> str:
        """The text with its words respelled, by its own markup and by the dictionary.

        Raises:
            InputError: an unknown language, or a respelling that cannot be read in it.
        """
        return self._pattern.sub(partial(self._respelled, language=language), text)

    def _respelled(self, match: re.Match[str], language: str) -> str:
        word, respelling = match[1], match[2]
        if word and not phonetics.is_meant(respelling.strip(), language):
            return match[0]
        if not word:
            if not match[3]:
                return match[0]
            word = _tidy(match[3])
            respelling = self._entries.get(word) or self._entries.get(word.lower())
            if respelling is None:
                return match[0]
        problem = phonetics.problem(respelling.strip(), language)
        if problem:
            raise InputError(f"pronunciation {respelling.strip()!r} of {word!r}: {problem}")
        return _like(word, respelling)


def _parts(line: str) -> tuple[str, str]:
    """Word and respelling of a line: parted by its tab, else by its first spaces."""
    word, *rest = line.split("\t" if "\t" in line else None, maxsplit=1)
    return word, rest[0] if rest else ""


def _problem(word: object, respelling: object) -> str | None:
    """What is wrong with an entry, and how to mend it; None where nothing is."""
    if not isinstance(word, str) or not isinstance(respelling, str):
        return f"{respelling!r} is no text: write the word as it is to be read"
    if not word.strip():
        return "the word is missing: write word and respelling"
    if not respelling.strip():
        return f"{word.strip()!r} has no respelling: write the word as it is to be read"
    if not phonetics.is_written(respelling.strip()):
        return f"respelling {respelling.strip()!r}: use letters, spaces, - and '"
    return None


def _tidy(words: str) -> str:
    return " ".join(words.split())


def _like(word: str, respelling: str) -> str:
    """The respelling, with a capital where the word has one: sentences are told apart by these.

    Its other letters are small: capitals would be read one by one. So are all of pinyin, which
    would not be known by a capital.
    """
    respelling = respelling.lower().strip()
    capital = word[:1].isupper() and not respelling[-1:].isdigit()
    return respelling[:1].upper() + respelling[1:] if capital else respelling
