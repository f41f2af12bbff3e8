"""Classical speech engines installed on the user's machine, called in-process through ctypes.

They speak the synthetic corpus; none of them is needed to use a trained model.
"""

from pathlib import Path

from minimax_speech.data.engines.base import (
    Engine,
    EngineError,
    EngineMissing,
    EnginePlaces,
    EngineVoice,
)
from minimax_speech.data.engines.espeak import Espeak
from minimax_speech.data.engines.flite import Flite
from minimax_speech.data.engines.openjtalk import OpenJTalk
from minimax_speech.data.engines.pico import Pico
from minimax_speech.data.engines.rhvoice import RHVoice

__all__ = [
    "ENGINES",
    "Engine",
    "EngineError",
    "EngineMissing",
    "EnginePlaces",
    "EngineVoice",
    "Espeak",
    "Flite",
    "OpenJTalk",
    "Pico",
    "RHVoice",
    "available",
]

ENGINES: dict[str, type[Engine]] = {
    engine.name: engine for engine in (RHVoice, Flite, Pico, OpenJTalk, Espeak)
}
"""Every engine by name; register another by adding it here."""


def available(root: Path | None = None, espeak: Path | None = None) -> dict[str, Engine | str]:
    """Load each known engine.

    Args:
        root: an optional folder of unpacked packages (see ``EnginePlaces``).
        espeak: an optional folder with libespeak-ng.so and espeak-ng-data.

    Returns:
        Name → the engine, or one line that says what is missing and how to install it.
    """
    found: dict[str, Engine | str] = {}
    for name, engine in ENGINES.items():
        try:
            found[name] = engine(EnginePlaces(root=root, espeak=espeak))
        except EngineMissing as error:
            found[name] = f"{error}; to install it: {engine.install}"
    return found
