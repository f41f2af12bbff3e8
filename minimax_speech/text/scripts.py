"""Letters that a model has never read: refused, or left out where they are few."""

import logging
import re
import unicodedata
from collections.abc import Container, Sequence

from minimax_speech.errors import InputError
from minimax_speech.text import languages, phonetics
from minimax_speech.text.tables import spoken_forms

MOST_FOREIGN = 0.25
"""Share of a text's letters that may be left out without it becoming another text."""

_SHOWN = 12


def admit(text: str, among: Sequence[str], what: str = "text") -> str:
    """The text without letters of scripts in which none of some languages is written.

    What is left out is said once on the log.

    Args:
        text: as written.
        among: codes of the languages that the model speaks.
        what: the text is, as the user knows it.

    Raises:
        InputError: so many letters are foreign that the rest would be another text.
    """
    known = [languages.get(code) for code in among]
    places = _foreign(text, known)
    if not places:
        return text
    letters = sum(map(str.isalpha, text))
    distinct = list(dict.fromkeys(text[place] for place in places))
    shown = " ".join(distinct[:_SHOWN]) + (" …" if len(distinct) > _SHOWN else "")
    scripts = dict.fromkeys(languages.script_name(languages.script(letter)) for letter in distinct)
    spoken = ", ".join(f"{language.name} ({language.code})" for language in known)
    problem = f"{len(places)} of the {what}'s {letters} letters are {', '.join(scripts)} ({shown})"
    if len(places) > MOST_FOREIGN * letters:
        raise InputError(
            f"{problem}, but this model speaks only {spoken}: write it in the letters of that "
            "language, or use a model that speaks its own"
        )
    logging.getLogger(__name__).warning(
        f"{problem} and are left out: this model speaks only {spoken}"
    )
    unread = set(places)
    return "".join(" " if place in unread else letter for place, letter in enumerate(text))


def _foreign(text: str, known: Sequence[languages.Language]) -> list[int]:
    """Where the letters stand that belong to no script of the languages, and have no name there."""
    read = {""}.union(*(language.scripts for language in known))
    if text.isascii() and "LATIN" in read:
        return []
    plain = "".join(unicodedata.normalize("NFKC", letter)[0] for letter in text)
    for language in known:
        spelt = phonetics.parts(plain, language.code)
        spelt[1::2] = [" " * len(syllables) for syllables in spelt[1::2]]
        plain = "".join(spelt)
    places = _unread(plain, read)
    for language in known:
        if not places:  # as good as always: the tables of a language take a moment to load
            break
        forms = spoken_forms(language.code)
        plain = re.sub(forms.named_letter, " ", plain)
        places = _unread(plain, read)
    return places


def _unread(text: str, scripts: Container[str]) -> list[int]:
    """Where letters stand that belong to none of the scripts."""
    return [
        place
        for place, letter in enumerate(text)
        if letter.isalpha() and languages.script(letter) not in scripts
    ]
