"""A player of speech that is still being made, and then of the finished file."""

import base64
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import gradio as gr
import numpy as np
from PIL import Image

from demo.assets import asset
from minimax_speech import Audio
from minimax_speech.studio import Spoken

_PIECES_KEPT = 24
"""Of the latest pieces, for pages that skip updates."""

Value = dict[str, Any]


def player(elem_id: str) -> gr.HTML:
    """An empty player; its values come from `live`, or from `finished`."""
    return gr.HTML(
        elem_id=elem_id,
        html_template=asset("player.html"),
        js_on_load=asset("player.js"),
        apply_default_css=False,
    )


def live(speech: Iterable[Audio | Spoken]) -> Iterator[Value]:
    """Values of a player while speech is made, and of the whole in the end."""
    value: Value = {"id": uuid4().hex, "rate": 0, "pieces": [], "done": None}
    pieces: deque[tuple[int, str]] = deque(maxlen=_PIECES_KEPT)
    for number, part in enumerate(speech):
        if isinstance(part, Spoken):
            yield value | {"done": _files(part)}
        else:
            pieces.append((number, _base64(part)))
            value = value | {"rate": part.sample_rate, "pieces": list(pieces)}
            yield value


def finished(spoken: Spoken) -> Value:
    """The value of a player of speech that was not heard while it was made."""
    return {"id": uuid4().hex, "rate": 0, "pieces": [], "done": _files(spoken)}


def _files(spoken: Spoken) -> Value:
    picture = None
    if spoken.picture is not None:
        picture = spoken.audio.with_suffix(".png")
        Image.fromarray(spoken.picture).save(picture)
    return {
        "audio": _file(spoken.audio),
        "subtitles": _file(spoken.subtitles),
        "picture": picture and _file(picture),
        "words": [list(word) for word in spoken.words],
        "seconds": spoken.seconds,
    }


def _file(path: Path) -> Value:
    """A file as Gradio passes it on: copied to its cache, which is emptied in time."""
    return gr.FileData(path=str(path), orig_name=path.name).model_dump()


def _base64(audio: Audio) -> str:
    samples = (np.clip(audio.samples, -1, 1) * 32767).round().astype("<i2")
    return base64.b64encode(samples.tobytes()).decode()
