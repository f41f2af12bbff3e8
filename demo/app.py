"""The page, and the application that serves it."""

import gradio as gr
from fastapi import FastAPI

from demo import reports
from demo.assets import asset
from demo.shared import Shared
from demo.speech import delivery_inputs, long_tab, speak_tab
from demo.tuning import tuning_tab
from demo.uploads import Uploads
from demo.voices import clone_tab, design_tab, keep_row, mix_tab, saved_tab
from minimax_speech.studio import Studio

TITLE = "MiniMax-Speech"
_AT_ONCE = 8
"""Visitors whose requests take turns; others wait in the queue."""
_MOST_WAITING = 64
_CLEAN_SECONDS, _KEPT_SECONDS = 300, 3600


def create_app(studio: Studio, root_path: str = "") -> FastAPI:
    """The demo as an application, at the root of its server.

    Args:
        studio: all that it offers.
        root_path: where a proxy shows it, such as "/tts".
    """
    blocks = build_page(studio)
    blocks.queue(default_concurrency_limit=_AT_ONCE, max_size=_MOST_WAITING, api_open=False)
    return gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        blocks,
        path="/",
        root_path=root_path or None,
        max_file_size=f"{studio.limits.upload_mb}mb",
        show_error=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        ssr_mode=False,
        mcp_server=False,
        theme=_theme(),
        css=asset("page.css"),
    )


def _theme() -> gr.themes.Base:
    """Fonts of the visitor's machine alone: others would come from the network."""
    plain = {
        "background_fill": "none",
        "text_color": "*body_text_color",
        "text_weight": "600",
        "padding": "0",
    }
    edges = ("block", "input", "checkbox", "checkbox_label", "button")
    return gr.themes.Soft(
        primary_hue="indigo",
        font=["ui-sans-serif", "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        **{f"block_title_{key}": value for key, value in plain.items()},
        **{f"{part}_border_width": "1px" for part in edges},
        input_border_color="*neutral_300",
        checkbox_border_color="*neutral_400",
    )


def build_page(studio: Studio) -> gr.Blocks:
    """The voice on one side, what it says on the other; one below the other on a phone."""
    uploads = Uploads()
    with gr.Blocks(
        title=TITLE, analytics_enabled=False, delete_cache=(_CLEAN_SECONDS, _KEPT_SECONDS)
    ) as blocks:
        gr.HTML(asset("header.html"), elem_id="header")
        with gr.Row(elem_id="halves"):
            with gr.Column(elem_id="voice-half", min_width=320):
                card = gr.HTML(reports.voice_card(None), elem_id="voice-card")
                shared = Shared(studio, uploads, gr.State(None), card)
                with gr.Tabs(elem_id="voice-tabs"):
                    clone_tab(shared)
                    mix_tab(shared)
                    design_tab(shared)
                    saved_tab(shared)
                    if studio.saving:
                        tuning_tab(shared)
                keep_row(shared)
            with gr.Column(elem_id="speech-half", min_width=320):
                delivery = delivery_inputs(shared)
                with gr.Tabs(elem_id="speech-tabs"):
                    speak_tab(shared, delivery)
                    long_tab(shared, delivery)
        blocks.load(shared.listed, None, shared.listing, show_progress="hidden")

        def leave(request: gr.Request) -> None:
            uploads.forget(request.session_hash or "")

        blocks.unload(leave)
    return blocks
