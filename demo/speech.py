"""What is said, and how: a text that is heard at once, or a long one into files."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from demo import reports
from demo.player import finished, player
from demo.shared import Shared, paths
from demo.stopping import Stop, stop_with, until
from demo.told import told
from minimax_speech import Voice
from minimax_speech.errors import InputError
from minimax_speech.studio import Delivery, Spoken

EXAMPLES = [
    ["alan", "The quick brown fox jumps over the lazy dog.", "en", ""],
    ["clb", "We won the first prize! Can you believe it?", "en", "happy"],
    ["kerstin", "Guten Morgen! Wie geht es dir heute?", "de", ""],
    ["linda", "Nobody came to the station to say goodbye.", "en", "sad"],
    ["anna", "Доброе утро! Сегодня прекрасная погода.", "ru", ""],
    ["kathleen", "Buenos días, ¿cómo estás hoy?", "es", ""],
]
"""Voice, text, language and emotion, of the bundled model."""


@dataclass(frozen=True)
class DeliveryInputs:
    """The components that say how a text is said, in the order of `Delivery`'s fields."""

    language: gr.Dropdown
    emotion: gr.Radio
    others: list[gr.components.Component]

    @property
    def all(self) -> list[gr.components.Component]:
        """Inputs of an event."""
        return [self.language, self.emotion, *self.others]


def delivery_inputs(shared: Shared) -> DeliveryInputs:
    """Language, emotion and its strength, speed, pitch, volume, seed."""
    studio = shared.studio
    language = gr.Dropdown(
        [("Automatic", "auto"), *studio.languages],
        value="auto",
        label="Language",
        elem_id="language",
    )
    emotion = gr.Radio(
        [("neutral", ""), *studio.emotions],
        value="",
        label="Emotion",
        elem_id="emotion",
    )
    with gr.Accordion("Strength, speed, pitch, volume, seed", open=False, elem_id="delivery"):
        strength = gr.Slider(0, 2, 1, step=0.1, label="Strength", elem_id="strength")
        speed = gr.Slider(0.5, 2, 1, step=0.05, label="Speed", elem_id="speed")
        pitch = gr.Slider(-12, 12, 0, step=0.5, label="Pitch (semitones)", elem_id="pitch")
        volume = gr.Slider(0, 4, 1, step=0.1, label="Volume", elem_id="volume")
        seed = gr.Number(0, label="Seed", precision=0, minimum=0, elem_id="seed")
    return DeliveryInputs(language, emotion, [strength, speed, pitch, volume, seed])


def speak_tab(shared: Shared, delivery: DeliveryInputs) -> None:
    """A text that is heard while it is made."""
    limit = shared.studio.limits.text
    with gr.Tab("Speak", id="speak", elem_id="tab-speak"):
        text = gr.Textbox(
            label=f"Text (at most {limit} characters)",
            placeholder="Type what is to be said.",
            lines=4,
            elem_id="text",
        )
        button = gr.Button("Speak", variant="primary", elem_id="speak-button")
        speech = player("speech")
        stop = stop_with(speech.stop)
        examples = [example for example in EXAMPLES if _fits(example, shared)]
        gr.Examples(
            examples,
            [shared.named, text, delivery.language, delivery.emotion],
            outputs=shared.choice,
            fn=lambda name, *_: shared.chosen(shared.studio.voice(name), name),
            run_on_click=True,
            cache_examples=False,
            example_labels=[_label(*example) for example in examples],
            label="Examples",
            elem_id="examples",
        )

    def speak(stop: Stop, words: str, voice: Voice | None, *how: Any) -> Iterator[Any]:
        yield from until(stop, shared.say(words, voice, Delivery(*how)), None)

    inputs = [stop, text, shared.voice, *delivery.all]
    button.click(told(speak), inputs, [speech], show_progress="minimal", show_progress_on=[text])


def long_tab(shared: Shared, delivery: DeliveryInputs) -> None:
    """A long text into files."""
    studio = shared.studio
    with gr.Tab("Long text", id="long", elem_id="tab-long"):
        text = gr.Textbox(
            label=f"Text (at most {studio.limits.long_text} characters)",
            lines=8,
            max_lines=16,
            elem_id="long-text",
        )
        file = gr.File(
            label="… or a text file", file_types=[".txt"], height=150, elem_id="long-file"
        )
        with gr.Row(elem_classes="pair"):
            start = gr.Button(
                "Speak it all", variant="primary", min_width=110, elem_id="long-start"
            )
            cancel = gr.Button("Cancel", min_width=110, elem_id="long-cancel")
        stop = stop_with(cancel.click)
        report = gr.HTML(elem_id="long-report")
        speech = player("long-speech")

    def read(uploaded: str | None, request: gr.Request) -> str:
        shared.uploads.note(request.session_hash or "", paths(uploaded))
        return studio.read_text(Path(uploaded)) if uploaded else ""

    def speak(stop: Stop, *asked: Any) -> Iterator[tuple[Any, ...]]:
        yield from until(stop, news_of(*asked), (reports.problem("Cancelled."), gr.skip()))

    def news_of(words: str, voice: Voice | None, *how: Any) -> Generator[tuple[Any, ...]]:
        yield reports.bar(0, 1, "Beginning …"), gr.skip()
        try:
            with TemporaryDirectory() as folder:
                for news in studio.speak_long(words, voice, Delivery(*how), Path(folder)):
                    if isinstance(news, Spoken):
                        yield reports.success(f"{news.seconds:.0f} s of speech."), finished(news)
                    else:
                        yield reports.telling(news), gr.skip()
        except InputError as error:  # in the place of the bar
            yield reports.problem(str(error)), gr.skip()

    file.upload(told(read), [file], [text])
    start.click(
        speak,
        [stop, text, shared.voice, *delivery.all],
        [report, speech],
        show_progress="minimal",
        show_progress_on=[text],
        concurrency_limit=2,
    )


def _fits(example: list[str], shared: Shared) -> bool:
    """Whether this model has the voice, the language and the emotion of an example."""
    voice, _, language, emotion = example
    voices = {name for _, name in shared.names()}
    spoken = {code for _, code in shared.studio.languages}
    return voice in voices and language in spoken and emotion in ("", *shared.studio.emotions)


def _label(voice: str, text: str, _language: str, emotion: str) -> str:
    return f"{voice}{emotion and f', {emotion}'}: {text}"
