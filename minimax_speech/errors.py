"""The one error a user is meant to read."""

_EXCERPT_CHARACTERS = 40


class InputError(ValueError):
    """What the user gave cannot be used.

    The message is one line that says what is wrong, names the value, and says how to mend it.
    The command line prints it without a traceback and exits with code 2.
    """


def excerpt(text: str) -> str:
    """The beginning of a text in quotes: what a message names of it."""
    cut = len(text) > _EXCERPT_CHARACTERS
    return repr(text[:_EXCERPT_CHARACTERS] + "…" if cut else text)
