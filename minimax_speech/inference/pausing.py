"""Pauses in audio tokens."""

from collections.abc import Sequence

PAUSE_TOKENS = 12
"""Half a second."""
_KINDS = 4
"""Silence is a few tokens by turns; in half a second of speech there are more."""


def first_pause(tokens: Sequence[int], after: int) -> int | None:
    """The first place above ``after`` that a pause has just gone before, if there is one."""
    for end in range(max(after + 1, PAUSE_TOKENS), len(tokens) + 1):
        if len({*tokens[end - PAUSE_TOKENS : end]}) <= _KINDS:
            return end
    return None


def without_pause(tokens: Sequence[int]) -> Sequence[int]:
    """What is before a pause at the end, or all."""
    return tokens[:-PAUSE_TOKENS] if first_pause(tokens, len(tokens) - 1) else tokens
