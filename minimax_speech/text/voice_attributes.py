"""What a description can say of a voice: attributes, their values, and a description's words."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypedDict

from minimax_speech.errors import InputError
from minimax_speech.text.languages import LANGUAGES

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "gender": ("female", "male"),
    "age": ("child", "young", "adult", "old"),
    "pitch": ("very low", "low", "medium", "high", "very high"),
    "expression": ("flat", "lively"),
    "tone": ("dark", "bright"),
    "texture": ("clear", "breathy"),
    "rate": ("slow", "normal", "fast"),
    "volume": ("quiet", "normal", "loud"),
    "language": tuple(LANGUAGES),
    "accent": tuple(LANGUAGES),
}
"""Attribute → its values, of which a description says one or none."""


class Attributes(TypedDict, total=False):
    """What can be chosen of a voice; None, like what is not there, leaves it open."""

    gender: str | None
    age: str | None
    pitch: str | None
    expression: str | None
    tone: str | None
    texture: str | None
    rate: str | None
    volume: str | None
    language: str | None
    accent: str | None


MOST_WORDS = 64
"""Words of a description that are read."""


def words_of(description: str) -> list[str]:
    """The words of a description in small letters, `MOST_WORDS` at most.

    Commas and the like are words too: they part what belongs to different things.
    """
    plain = unicodedata.normalize("NFKC", description).lower().replace("’", "'")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*|[,.;:!?]", plain)[:MOST_WORDS]


def check_attributes(given: Mapping[str, Any]) -> dict[str, str]:
    """The attributes that are given, their values spelled as in `ATTRIBUTES`.

    Raises:
        InputError: there is no such attribute or value.
    """
    known: dict[str, str] = {}
    for name, value in given.items():
        if name not in ATTRIBUTES:
            raise InputError(f"unknown attribute {name!r}: use {', '.join(ATTRIBUTES)}")
        if value is None:
            continue
        if not isinstance(value, str):
            raise InputError(f"{name} is {value!r}: use {', '.join(ATTRIBUTES[name])}")
        spelled = value.strip().lower().replace("-", " ").replace("_", " ")
        if name in ("language", "accent"):
            named = {language.name.lower(): code for code, language in LANGUAGES.items()}
            spelled = named.get(spelled, spelled)
        if spelled not in ATTRIBUTES[name]:
            raise InputError(f"{name} is {value!r}: use {', '.join(ATTRIBUTES[name])}")
        known[name] = spelled
    return known
