"""What the server's tests share: requests, and how long their answers sound."""

import io
from typing import Any

TEXT = "Hello there, how are you?"
RATE = 24_000


def speech(**options: Any) -> dict[str, Any]:
    """A request for speech."""
    return {"model": "tts-1", "input": TEXT, "response_format": "pcm", **options}


def seconds_of(format: str, data: bytes) -> float:
    """How long an answer sounds."""
    if format == "pcm":
        return len(data) / 2 / RATE
    import av

    with av.open(io.BytesIO(data)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
