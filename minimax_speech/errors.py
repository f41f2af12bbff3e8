"""The errors that are meant for whoever asked."""

_EXCERPT_CHARACTERS = 40


class InputError(ValueError):
    """What the user gave cannot be used.

    The message is one line that says what is wrong, names the value, and says how to mend it.
    The command line prints it without a traceback and exits with code 2.
    """


class NameTaken(InputError):
    """A voice has the name that another one is to get."""

    def __init__(self, name: str) -> None:
        super().__init__(f"voice {name!r} exists already: choose another name")


class Busy(RuntimeError):
    """As many requests wait already as may.

    Attributes:
        seconds: after which it may be worth to try again.
    """

    def __init__(self, waiting: int, seconds: int) -> None:
        super().__init__(f"{waiting} requests wait already: try again in {seconds} s")
        self.seconds = seconds


def excerpt(text: str) -> str:
    """The beginning of a text in quotes: what a message names of it."""
    cut = len(text) > _EXCERPT_CHARACTERS
    return repr(text[:_EXCERPT_CHARACTERS] + "…" if cut else text)
