"""What the parts of the page share."""

from collections.abc import Generator
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
AUDIO_FILES = ["audio", ".m4a", ".aac", ".amr", ".3gp", ".wma", ".webm"]
"""What may be uploaded; systems disagree about which of the latter are audio."""


@dataclass
class Shared:
    """The studio, and the components that several parts change.

    Attributes:
        studio: all that is done.
        uploads: which page uploaded what.
        voice: the voice that the visitor speaks with; None is the model's own.
        card: shows which one that is.
        named: the voices that have a name, to choose one.
        lists: other components that list them.
    """

    studio: Studio
    uploads: Uploads
    voice: gr.State
    card: gr.HTML
    named: gr.Radio = field(init=False)
    lists: list[gr.components.Component] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.named = gr.Radio(self.names(), label="Voices", elem_id="saved-voices", render=False)

    def consent(self, elem_id: str) -> gr.Checkbox:
        """The tick without which nothing is cloned, where the studio asks for it."""
        return gr.Checkbox(label=CONSENT_STATEMENT, visible=self.studio.consent, elem_id=elem_id)

    @property
    def choice(self) -> list[gr.components.Component]:
        """What changes with the voice that is chosen."""
        return [self.voice, self.card, self.named]

    def chosen(self, voice: Voice, name: str | None = None) -> tuple[Voice, str, str | None]:
        """Values of `choice`; only a voice of the list has a name there, to be chosen again."""
        return voice, reports.voice_card(voice), name

    @property
    def listing(self) -> list[gr.components.Component]:
        """What changes with the voices that there are."""
        return [self.named, *self.lists]

    def listed(self) -> list[Any]:
        """Updates of `listing`: the voices that there are now, none of them marked as chosen."""
        choices = self.names()
        update = gr.update(choices=[NO_VOICE, *choices])
        return [gr.update(choices=choices, value=None), *[update] * len(self.lists)]

    def names(self) -> list[tuple[str, str]]:
        """What a list shows of each voice that has a name, and the name."""
        return [
            (f"{info.name} · saved" if info.origin == "saved" else info.name, info.name)
            for info in self.studio.voices()
        ]

    def say(self, text: str, voice: Voice | None, delivery: Delivery) -> Generator[Value]:
        """Values of a player; the files are in Gradio's cache when the last one is shown."""
        with TemporaryDirectory() as folder:
            yield from live(self.studio.speak(text, voice, delivery, Path(folder)))


def paths(files: list[str] | str | None) -> list[Path]:
    """The files of an upload component."""
    return [Path(file) for file in ([files] if isinstance(files, str) else files or [])]
