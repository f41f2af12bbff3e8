"""Texts that training leaves out, so that they can be used to evaluate."""

import hashlib
from collections.abc import Iterable

from minimax_speech.errors import InputError
from minimax_speech.text.characters import spoken_characters


def choose_texts(texts: Iterable[str], count: int) -> list[str]:
    """``count`` of the texts, by a hash of their letters: the same whatever else there is to read.

    Texts that sound the same count once; the order is that of the hashes.

    Raises:
        InputError: there are fewer.
    """
    distinct: dict[str, str] = {}
    for text in sorted(texts):
        distinct.setdefault(spoken_characters(text), text)
    distinct.pop("", None)
    if len(distinct) < count:
        raise InputError(
            f"{count} texts are to be held out, and there are {len(distinct)} different ones: "
            "ask for fewer"
        )
    return [distinct[letters] for letters in sorted(distinct, key=_hash)[:count]]


def _hash(letters: str) -> str:
    return hashlib.blake2b(letters.encode()).hexdigest()
