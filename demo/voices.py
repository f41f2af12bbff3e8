"""The tabs where a voice comes from: cloned, mixed, designed, saved."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from demo import reports
from demo.player import player
from demo.shared import AUDIO_FILES, NO_VOICE, Shared, paths
from demo.stopping import Stop, stop_with, until
from demo.told import told
from minimax_speech import Voice
from minimax_speech.errors import InputError
from minimax_speech.studio import MOST_MIXED, SAMPLE, Delivery

DESCRIPTIONS = [
    "a young woman with a bright, lively voice",
    "an old man with a deep, rough voice who speaks slowly",
    "a calm woman with a low, warm voice",
]
_FIRST_MIXED = ("alan", "clb")


def clone_tab(shared: Shared) -> None:
    """Upload or record clips; what was heard of them shows at once."""
    studio = shared.studio
    with gr.Tab("Clone", id="clone", elem_id="tab-clone"):
        gr.Markdown(
            "Upload a clip of 5 to 30 s of one person who speaks, without music or noise, or "
            f"several (at most {studio.limits.clips})."
        )
        files = gr.File(
            label="Reference clips",
            file_count="multiple",
            file_types=AUDIO_FILES,
            height=150,
            elem_id="clone-files",
        )
        recorded = gr.Audio(
            label="… or record one",
            sources=["microphone"],
            type="filepath",
            buttons=[],
            elem_id="clone-record",
        )
        consent = shared.consent("clone-consent")
        report = gr.HTML(elem_id="clone-report")

    unchanged = [gr.skip()] * len(shared.choice)

    def clone(
        uploaded: list[str] | None, spoken: str | None, consented: bool, request: gr.Request
    ) -> tuple[Any, ...]:
        clips = paths(uploaded) + paths(spoken)
        shared.uploads.note(request.session_hash or "", clips)
        if not clips:
            return "", *unchanged
        heard = ""
        try:
            heard = reports.clips(studio.hear(clips))
            voice = studio.clone(clips, consented)
        except InputError as error:
            return heard + reports.problem(str(error)), *unchanged
        return heard + reports.success("Cloned: type a text, press Speak."), *shared.chosen(voice)

    gr.on(
        [files.change, recorded.change, consent.input],
        clone,
        [files, recorded, consent],
        [report, *shared.choice],
        show_progress_on=[report],
    )


def mix_tab(shared: Shared) -> None:
    """Up to four voices and their shares."""
    choices = [NO_VOICE, *shared.names()]
    names = [name for _, name in choices]
    first = [name for name in _FIRST_MIXED if name in names]
    with gr.Tab("Mix", id="mix", elem_id="tab-mix"):
        gr.Markdown("A voice between others: choose two to four, and how much there is of each.")
        rows: list[gr.components.Component] = []
        for number in range(MOST_MIXED):
            with gr.Row(elem_classes="pair"):
                start = first[number] if number < len(first) else ""
                rows.append(
                    gr.Dropdown(
                        choices,
                        value=start,
                        label=f"Voice {number + 1}",
                        min_width=110,
                        elem_id=f"mix-voice-{number + 1}",
                    )
                )
                rows.append(
                    gr.Slider(
                        0,
                        1,
                        0.5 if start else 0,
                        step=0.05,
                        label="Share",
                        min_width=130,
                        scale=2,
                        elem_id=f"mix-share-{number + 1}",
                    )
                )
        button = gr.Button("Mix", variant="primary", elem_id="mix-button")
    shared.lists += rows[::2]

    def mix(*values: Any) -> tuple[Any, ...]:
        shares: dict[str, float] = {}
        for name, share in zip(values[::2], values[1::2], strict=True):
            if name:
                shares[name] = shares.get(name, 0.0) + share
        return shared.chosen(shared.studio.mix(shares))

    button.click(told(mix), rows, shared.choice)


def design_tab(shared: Shared) -> None:
    """A voice that nobody has, from a description."""
    with gr.Tab("Design", id="design", elem_id="tab-design"):
        gr.Markdown("A voice that nobody has, from a description in English.")
        description = gr.Textbox(
            label="Description",
            lines=2,
            max_length=300,
            placeholder=DESCRIPTIONS[0],
            elem_id="design-description",
        )
        gr.Examples(DESCRIPTIONS, description, label="Such as", elem_id="design-examples")
        seed = gr.Number(
            0,
            label="Seed",
            info="Another one gives another voice that fits.",
            precision=0,
            minimum=0,
            elem_id="design-seed",
        )
        button = gr.Button("Design", variant="primary", elem_id="design-button")
        report = gr.HTML(elem_id="design-report")

    def design(wanted: str, number: int) -> tuple[Any, ...]:
        voice = shared.studio.design(wanted, number)
        return reports.understood(voice), *shared.chosen(voice)

    button.click(
        told(design), [description, seed], [report, *shared.choice],
        show_progress_on=[report],
    )  # fmt: skip


def saved_tab(shared: Shared) -> None:
    """The voices that have a name."""
    studio = shared.studio
    with gr.Tab("Saved", id="saved", elem_id="tab-saved"):
        gr.Markdown("Voices of the model, and those that were saved here.")
        shared.named.render()
        delete = gr.Button(
            "Delete the chosen voice", variant="stop", visible=studio.saving, elem_id="saved-delete"
        )
        report = gr.HTML(elem_id="saved-report")

    def choose(name: str | None) -> tuple[Any, ...]:
        if not name:
            return (gr.skip(),) * 3
        voice = studio.voice(name)
        return "", voice, reports.voice_card(voice)

    def remove(name: str | None) -> list[Any]:
        studio.remove(name or "")
        said = reports.success(f"{name} is deleted.")
        return [said, None, reports.voice_card(None), *shared.listed()]

    chosen = [report, shared.voice, shared.card]
    shared.named.input(told(choose), [shared.named], chosen)
    delete.click(told(remove), [shared.named], chosen + shared.listing)


def keep_row(shared: Shared) -> None:
    """Hear the voice that was chosen, and save it under a name."""
    hear = gr.Button("▶ Hear this voice", elem_id="voice-hear")
    sample = player("voice-player")
    with gr.Row(elem_classes="pair", visible=shared.studio.saving):
        name = gr.Textbox(
            show_label=False,
            placeholder="Name to save it under",
            max_length=60,
            container=False,
            min_width=140,
            scale=3,
            elem_id="voice-name",
        )
        save = gr.Button("Save", min_width=80, elem_id="voice-save")
    report = gr.HTML(elem_id="voice-report")

    def keep(voice: Voice | None, wanted: str) -> list[Any]:
        kept = shared.studio.save(voice, wanted)
        return [reports.success(f"Saved as {kept}: see Saved."), "", *shared.listed()]

    def say(stop: Stop, voice: Voice | None) -> Iterator[Any]:
        yield from until(stop, shared.say(SAMPLE, voice, Delivery(language="en")), None)

    hear.click(told(say), [stop_with(sample.stop), shared.voice], [sample])
    save.click(told(keep), [shared.voice, name], [report, name, *shared.listing])
