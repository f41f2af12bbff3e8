"""Silence that a text asks for: `<#0.5#>` is half a second of it."""

import re

from minimax_speech.errors import InputError, excerpt

LONGEST_PAUSE = 100.0
"""Seconds."""

_PAUSE = re.compile(r"<#([^<>#\n]*)#>")
_SECONDS = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")


def split_at_pauses(text: str) -> tuple[list[str], list[float]]:
    """The parts of a text, one more than there are pauses, and the pauses between them in seconds.

    A `<#` that no `#>` closes in its line is text like any other.

    Raises:
        InputError: what stands between `<#` and `#>` is no number of seconds, or too large a one.
    """
    pieces = _PAUSE.split(text)
    return pieces[::2], [_seconds(written) for written in pieces[1::2]]


def _seconds(written: str) -> float:
    number = _SECONDS.fullmatch(written)
    if not number or float(number[1]) > LONGEST_PAUSE:
        raise InputError(
            f"pause {excerpt(f'<#{written}#>')}: write its seconds, from 0 to {LONGEST_PAUSE:g}, "
            "as in <#0.5#>"
        )
    return float(number[1])
