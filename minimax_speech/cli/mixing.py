"""Voices given with weights, one or several to be mixed."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.cli import completion
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    from minimax_speech.voice import Voice

WeightedVoices = Annotated[
    list[str] | None,
    typer.Option(
        "-v",
        "--voice",
        metavar="NAME|FILE[:WEIGHT]",
        autocompletion=completion.voices,
        help="Saved or bundled voice; several are mixed by weight: -v alice:0.7 -v bob:0.3.",
    ),
]


def parse_weighted(spec: str) -> tuple[str, float]:
    """Split `NAME|FILE[:WEIGHT]` into the voice and its weight, 1 unless given.

    Raises:
        InputError: the weight is not above zero, the name is empty, or there are several.
    """
    if re.search(r":[\d.]+,", spec):
        each = " ".join(f"-v {one.strip()}" for one in spec.split(","))
        raise InputError(f"voice {spec!r} names several: give the option to each, as in {each}")
    name, colon, tail = spec.rpartition(":")
    try:
        weight = float(tail) if colon else None
    except ValueError:  # a colon in a path
        weight = None
    if weight is None:
        name, weight = spec, 1.0
    if not name or not 0 < weight < float("inf"):
        raise InputError(f"voice {spec!r}: write NAME or NAME:WEIGHT with a weight above 0")
    return name, weight


def mixed(specs: Sequence[str], load: Callable[[str], "Voice"]) -> "Voice":
    """The voice that one or more `NAME|FILE[:WEIGHT]` ask for; ``load`` knows the names.

    One voice alone stays whole, whatever its weight.

    Raises:
        InputError: as for `parse_weighted` and `Voice.mix`, or from ``load``.
    """
    from minimax_speech.voice import Voice

    parts = [parse_weighted(spec) for spec in specs]
    voices = [load(name) for name, _ in parts]
    return voices[0] if len(voices) == 1 else Voice.mix(voices, [weight for _, weight in parts])
