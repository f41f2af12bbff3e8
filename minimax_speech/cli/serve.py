"""`tts serve`: an OpenAI-compatible server."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.cli.options import Device, Model, load_model
from minimax_speech.cli.progress import working

if TYPE_CHECKING:
    from minimax_speech.server.settings import ServerSettings

EXAMPLE = "Example: tts serve --port 8000"


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="0.0.0.0 is for other machines, too.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any that is free.")] = 8000,
    model: Model = None,
    device: Device = "auto",
    api_key: Annotated[
        list[str] | None,
        typer.Option(
            "--api-key",
            metavar="KEY",
            help="Ask requests for it; repeatable. Better in TTS_API_KEYS, parted by commas: "
            "other users of the machine see command lines.",
        ),
    ] = None,
    most_live: Annotated[
        int | None,
        typer.Option(min=1, help="Texts spoken at a time; default: what suits the device."),
    ] = None,
    most_waiting: Annotated[
        int, typer.Option(min=0, help="Texts that wait for their turn; more are refused (429).")
    ] = 64,
    max_text: Annotated[int, typer.Option(min=1, help="Characters of a text.")] = 4096,
    max_upload_mb: Annotated[float, typer.Option(help="Megabytes of an uploaded recording.")] = 25,
    cors_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--cors-origin",
            metavar="ORIGIN",
            help="Web pages that browsers let use it, such as https://example.org; repeatable.",
        ),
    ] = None,
    no_consent: Annotated[
        bool, typer.Option("--no-consent", help="Clone voices without a statement of consent.")
    ] = False,
    watermark: Annotated[
        bool, typer.Option("--watermark", help="Mark all speech, inaudibly; see docs/policy.md.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="That a request may take, to its last byte.")
    ] = 300,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes with a model each, by Ray Serve.")
    ] = 1,
    ray: Annotated[bool, typer.Option("--ray", help="Use Ray Serve for one worker, too.")] = False,
) -> None:
    """Serve speech over HTTP as OpenAI does: POST /v1/audio/speech.

    SIGTERM (Ctrl-C) refuses new requests, finishes those that run, and ends.
    """
    from minimax_speech.server.settings import ServerSettings

    settings = ServerSettings(
        api_keys=(*(api_key or ()), *_keys_of_environment()),
        most_live=most_live,
        most_waiting=most_waiting,
        max_text=max_text,
        max_upload_mb=max_upload_mb,
        timeout=timeout,
        cors_origins=tuple(cors_origin or ()),
        consent=not no_consent,
        watermark=watermark,
    )
    if ray or workers > 1:
        from minimax_speech.server.cluster import run_on_ray

        run_on_ray(model, device, settings, workers, host, port)
    else:
        _run_here(model, device, settings, host, port)


def _keys_of_environment() -> list[str]:
    keys = os.environ.get("TTS_API_KEYS", "").split(",")
    return [key.strip() for key in keys if key.strip()]


def _run_here(
    model: str | None, device: str, settings: "ServerSettings", host: str, port: int
) -> None:
    from minimax_speech.server.app import create_app
    from minimax_speech.server.limits import Lifecycle
    from minimax_speech.server.logs import log_to_stderr
    from minimax_speech.server.process import listen, run, warn_if_open

    sockets = [listen(host, port)]
    log_to_stderr()
    engine = load_model(model, device)
    with working("warming up"):
        engine.synthesize("Hello there.", language=engine.languages[0])  # the first takes longer
    warn_if_open(settings, host)
    lifecycle = Lifecycle()
    run(create_app(engine, settings, lifecycle), sockets, lifecycle)
