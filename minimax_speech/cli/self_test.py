"""Two seconds of speech, and a verdict on how fast they were made."""

import time

from minimax_speech.cli.diagnosis import Finding

_SENTENCE = "This is a short test of the voice."
_QUIETEST = 0.001
_EXPECTED = {"cpu": 0.25, "cuda": 0.1}
"""Real-time factors that a device of a kind stays below if all is well, with the bundled model: two
quiet cores reach 0.08 for longer texts."""


def self_test(model: str | None, device: str) -> list[Finding]:
    """Load a model and let it speak: whether there is speech, and whether it came fast enough.

    Raises:
        InputError: there is no such model or device, or a part of the model cannot be used.
    """
    import numpy as np

    from minimax_speech.api import MiniMaxSpeech, find_device

    kind = find_device(device).partition(":")[0]
    start = time.perf_counter()
    tts = MiniMaxSpeech.from_pretrained(model, device=device)
    tts.load()
    loaded = time.perf_counter()
    audio = tts.synthesize(_SENTENCE)
    elapsed = time.perf_counter() - loaded
    made = f"{audio.seconds:.1f} s of speech in {elapsed:.2f} s"
    if not audio.seconds or float(np.abs(audio.samples).max()) < _QUIETEST:
        return [
            Finding("broken", "self test", f"{made}, but silent", "copy the model's files again")
        ]
    spoken = Finding("ok", "self test", f"loaded in {loaded - start:.1f} s; {made}")
    return [spoken, verdict(elapsed / audio.seconds, kind)]


def verdict(rtf: float, kind: str) -> Finding:
    """What a real-time factor means on a kind of device: cpu, cuda or mps."""
    detail = f"real-time factor {rtf:.2f} on {kind}, {1 / rtf:.1f} times as fast as it is heard"
    expected = _EXPECTED.get(kind, 1.0)
    if rtf <= expected:
        return Finding("ok", "speed", f"{detail}: good")
    if rtf < 1:
        return Finding(
            "poor",
            "speed",
            f"{detail}: enough to listen to, but {kind} should stay below {expected:g}",
            "see whether other programs keep the device busy; tts bench measures it at length",
        )
    return Finding(
        "poor",
        "speed",
        f"real-time factor {rtf:.2f} on {kind}: speech is made slower than it is heard",
        "--stream will stutter: stop what else runs, use a GPU (--device cuda), or a smaller model",
    )
