"""The tab of professional cloning: minutes of recordings, a progress bar, a saved voice."""

from collections.abc import Generator, Iterator
from typing import Any

import gradio as gr

from demo import reports
from demo.shared import AUDIO_FILES, Shared, paths
from demo.stopping import Stop, stop_with, until
from minimax_speech import Voice
from minimax_speech.errors import InputError
from minimax_speech.studio import STEPS

_USUAL_STEPS = 80


def tuning_tab(shared: Shared) -> None:
    """Recordings to a voice, while a bar tells how far it is."""
    studio = shared.studio
    with gr.Tab("Professional", id="professional", elem_id="tab-professional"):
        gr.Markdown(
            "Minutes of recordings of one person make a voice that is more like its owner than a "
            "clip does: 15 s in 4 recordings at least, at most "
            f"{studio.limits.recording_minutes:.0f} minutes. It takes minutes, is saved, and then "
            "speaks as fast as any other."
        )
        files = gr.File(
            label="Recordings",
            file_count="multiple",
            file_types=AUDIO_FILES,
            height=150,
            elem_id="pvc-files",
        )
        name = gr.Textbox(label="Name of the voice", max_length=60, elem_id="pvc-name")
        language = gr.Dropdown(
            studio.languages, value="en", label="Language of the recordings", elem_id="pvc-language"
        )
        steps = gr.Slider(
            *STEPS,
            _USUAL_STEPS,
            step=20,
            label="Steps at most",
            info="It stops when nothing improves.",
            elem_id="pvc-steps",
        )
        consent = shared.consent("pvc-consent")
        with gr.Row(elem_classes="pair"):
            start = gr.Button("Start", variant="primary", min_width=110, elem_id="pvc-start")
            cancel = gr.Button("Cancel", min_width=110, elem_id="pvc-cancel")
        stop = stop_with(cancel.click)
        report = gr.HTML(elem_id="pvc-report")

    def note(uploaded: list[str] | None, request: gr.Request) -> None:
        shared.uploads.note(request.session_hash or "", paths(uploaded))

    unchanged = [gr.skip()] * (2 + len(shared.listing))

    def tune(stop: Stop, *asked: Any) -> Iterator[tuple[Any, ...]]:
        yield from until(stop, news_of(*asked), (reports.problem("Cancelled."), *unchanged))

    def news_of(
        uploaded: list[str] | None, called: str, spoken: str, most: int, consented: bool
    ) -> Generator[tuple[Any, ...]]:
        try:
            for news in studio.tune(called, paths(uploaded), spoken, most, consented):
                if isinstance(news, Voice):
                    made = reports.success(f"{news.name} is saved, and chosen.")
                    yield made, news, reports.voice_card(news), *shared.listed()
                else:
                    yield reports.tuning(news), *unchanged
        except InputError as error:  # to stay in sight: who waits for minutes looks elsewhere
            yield reports.problem(str(error)), *unchanged

    files.upload(note, [files])
    start.click(
        tune,
        [stop, files, name, language, steps, consent],
        [report, shared.voice, shared.card, *shared.listing],
        show_progress="minimal",
        show_progress_on=[name],
        concurrency_limit=1,
    )
