"""Which languages have a table of spoken forms."""

from minimax_speech.text.english import ENGLISH
from minimax_speech.text.spoken_forms import SpokenForms

_TABLES = {"en": ENGLISH}


def spoken_forms(code: str) -> SpokenForms | None:
    """The table of a language, or None if it has none yet."""
    return _TABLES.get(code)
