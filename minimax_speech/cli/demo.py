"""`tts demo`: the model in a browser."""

import os
import signal
import sys
import tempfile
from contextlib import closing
from typing import Annotated

import typer

from minimax_speech.cli.options import Device, Model, load_model, working

EXAMPLE = "Example: tts demo --port 7860"

_LAST_SECONDS = 3
"""What open pages get to finish when the demo ends."""


def demo(
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 is all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
    root_path: Annotated[
        str, typer.Option("--root-path", metavar="PATH", help="Where a proxy shows it.")
    ] = "",
    max_text: Annotated[
        int, typer.Option("--max-text", min=1, help="Characters that are heard at once.")
    ] = 1_000,
    max_long_text: Annotated[
        int, typer.Option("--max-long-text", min=1, help="Characters of a long text.")
    ] = 50_000,
    max_upload_mb: Annotated[
        int, typer.Option("--max-upload-mb", min=1, help="Megabytes of an uploaded file.")
    ] = 20,
    consent: Annotated[
        bool, typer.Option("--consent/--no-consent", help="Ask for consent before cloning.")
    ] = True,
    saving: Annotated[
        bool,
        typer.Option(
            "--save/--no-save", help="Let visitors save and delete voices, which all of them see."
        ),
    ] = True,
    watermark: Annotated[
        bool, typer.Option("--watermark", help="Mark all speech, inaudibly; see docs/policy.md.")
    ] = False,
    model: Model = None,
    device: Device = "auto",
) -> None:
    """Clone, mix, design and tune voices, and hear texts, in a browser.

    It makes no connection but to those who open it. What is uploaded is deleted when its page is
    closed, and all that is left when the demo ends.
    """
    # Read once, by the import: no telemetry, no asking for a newer version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    with tempfile.TemporaryDirectory(prefix="tts-demo-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        with working("loading the demo"):
            from demo.app import create_app
        import uvicorn  # of gradio

        from minimax_speech.audio import watermark as mark
        from minimax_speech.studio import Limits, Studio

        if watermark:
            mark.load()
        tts = load_model(model, device)
        with working("loading the model"):
            tts.load()
        limits = Limits(text=max_text, long_text=max_long_text, upload_mb=max_upload_mb)
        studio = Studio(tts, limits, consent, saving, watermark)
        app = create_app(studio, root_path)
        config = uvicorn.Config(
            app, host, port, log_level="warning", timeout_graceful_shutdown=_LAST_SECONDS
        )
        # The server hands it on when it has stopped; by itself it would leave the folder behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f"http://{host}:{port}", flush=True)
        with closing(studio):
            uvicorn.Server(config).run()
