"""Sound in the containers that PyAV writes, to read."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from minimax_speech.audio.io import Samples

KINDS = {
    "m4a": ("mp4", "aac", {}),
    "mp4": ("mp4", "aac", {"movflags": "faststart"}),
    "mov": ("mov", "alac", {}),
    "webm": ("webm", "libopus", {}),
    "mka": ("matroska", "aac", {}),
    "aac": ("adts", "aac", {}),
    "wma": ("asf", "wmav2", {}),
    "amr": ("amr", "libopencore_amrnb", {}),
}
"""Extension -> FFmpeg's names of container and encoder, and the container's options."""


def write_container(
    path: Path,
    samples: Samples,
    rate: int,
    options: dict[str, str] | None = None,
    comment: str | None = None,
) -> Path:
    """Write (samples,) or (samples, 2) as the extension says; returns the path."""
    import av

    container, codec, usual = KINDS[path.suffix[1:]]
    layout = "mono" if samples.ndim == 1 else "stereo"
    planes = np.ascontiguousarray(np.atleast_2d(samples.T))
    with av.open(str(path), "w", format=container, options=options or usual) as file:
        if comment:
            file.metadata["comment"] = comment
        stream = cast(Any, file.add_stream(codec, rate=rate))
        stream.layout, stream.bit_rate = layout, 12_200 if rate == 8_000 else 128_000
        for start in range(0, planes.shape[1], 1 << 16):
            block = np.ascontiguousarray(planes[:, start : start + (1 << 16)])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate, start
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
