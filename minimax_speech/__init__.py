"""MiniMax-Speech: text to speech that speaks in the voice of a short clip.

    from minimax_speech import MiniMaxSpeech
    tts = MiniMaxSpeech.from_pretrained()
    tts.synthesize("Hello there.", tts.voice("reference.wav")).save("hello.wav")

Importing this package is cheap: torch is loaded when `MiniMaxSpeech` or `Voice` is first used.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.audio.io import Audio
    from minimax_speech.voice import Voice

# Before torch is loaded, which reads it once. Waiting threads that spin take the cores from those
# of other processes: two of them at once would be ten times as slow.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"
__all__ = ["Audio", "MiniMaxSpeech", "Voice", "__version__"]

_HOMES = {
    "MiniMaxSpeech": "minimax_speech.api",
    "Voice": "minimax_speech.voice",
    "Audio": "minimax_speech.audio.io",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
