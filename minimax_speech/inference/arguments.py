"""What a caller passes: refused, or made into what it stands for."""

from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from types import NoneType
from typing import Any

from minimax_speech.errors import InputError
from minimax_speech.text import languages
from minimax_speech.text.pronunciation import Pronunciation

MAX_SEED = 2**63 - 1


def check_type(what: str, value: Any, types: type | tuple[type, ...], accepted: str) -> None:
    """Refuse a value of another type with an InputError."""
    if not isinstance(value, types):
        raise InputError(f"{what} is {value!r}: use {accepted}")


def whole_number(what: str, value: int, least: int, most: int | None = None) -> int:
    """A whole number of a range; refuses others with an InputError."""
    if not (isinstance(value, Integral) and value >= least and (most is None or value <= most)):
        end = "on" if most is None else f"to {most}"
        raise InputError(f"{what} is {value!r}: use a whole number from {least} {end}")
    return int(value)


def check_seed(value: int) -> int:
    """A seed; refuses what is none with an InputError."""
    return whole_number("seed", value, 0, MAX_SEED)


def one_each(what: str, value: Any, count: int) -> list[Any]:
    """The value for each of ``count`` texts: itself again and again, or those of a list.

    Raises:
        InputError: the list has another length.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return [value] * count
    if len(value) != count:
        raise InputError(f"{count} texts and {len(value)} of {what}: give one, or one for each")
    return list(value)


def choose_language(text: str, code: str, known: Sequence[str]) -> str:
    """The language, of those that a model speaks, that a code means; of "auto", the text's.

    Raises:
        InputError: there is no such language, or the model does not speak it.
    """
    check_type("language", code, str, "a code or 'auto'")
    if code == "auto":
        return languages.detect(text, known)
    base = languages.get(code).code
    if base not in known:
        raise InputError(f"this model does not speak {code!r}: use auto or {', '.join(known)}")
    return base


def read_pronunciation(given: Mapping[str, str] | str | Path | None) -> Pronunciation:
    """A dictionary of respellings, from a mapping or a file.

    Raises:
        InputError: it is neither, or cannot be used.
    """
    if isinstance(given, (str, Path)):
        return Pronunciation.load(given)
    check_type("pronunciation", given, (Mapping, NoneType), "a mapping of words, or a path")
    return Pronunciation(given)
