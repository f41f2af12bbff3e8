"""A piece of text with its reading."""

from typing import NamedTuple


class Unit(NamedTuple):
    """A few characters that are read together.

    Attributes:
        written: as they stand in the text.
        read: what is read of them, with the spaces that set it off; empty where it is nothing.
    """

    written: str
    read: str
