"""What the parts of the page share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from demo import reports
from demo.player import Value, live
from demo.uploads import Uploads
from minimax_speech import Voice
from minimax_speech.studio import CONSENT_STATEMENT, Delivery, Studio

NO_VOICE = ("—", "")


@dataclass
class Shared:
    """The studio, and the components that several parts change.

    Attributes:
        studio: all that is done.
        uploads: which page uploaded what.
        voice: the voice that the visitor speaks with; None is the model's own.
        card: shows which one that is.
        lists: components that list the voices that have a name.
    """

    studio: Studio
    uploads: Uploads
    voice: gr.State
    card: gr.HTML
    lists: list[gr.components.Component] = field(default_factory=list)

    def consent(self, elem_id: str) -> gr.Checkbox:
        """The tick without which nothing is cloned, where the studio asks for it."""
        return gr.Checkbox(label=CONSENT_STATEMENT, visible=self.studio.consent, elem_id=elem_id)

    def chosen(self, voice: Voice) -> tuple[Voice, str]:
        """Values of `voice` and `card`."""
        return voice, reports.voice_card(voice)

    def listed(self) -> list[Any]:
        """Updates of `lists`: the voices that there are now."""
        choices = self.names()
        return [
            gr.update(choices=choices if isinstance(one, gr.Radio) else [NO_VOICE, *choices])
            for one in self.lists
        ]

    def names(self) -> list[tuple[str, str]]:
        """What a list shows of each voice that has a name, and the name."""
        return [
            (f"{info.name} · saved" if info.origin == "saved" else info.name, info.name)
            for info in self.studio.voices()
        ]

    def say(self, text: str, voice: Voice | None, delivery: Delivery) -> Iterator[Value]:
        """Values of a player; the files are in Gradio's cache when the last one is shown."""
        with TemporaryDirectory() as folder:
            yield from live(self.studio.speak(text, voice, delivery, Path(folder)))


def paths(files: list[str] | str | None) -> list[Path]:
    """The files of an upload component."""
    return [Path(file) for file in ([files] if isinstance(files, str) else files or [])]
