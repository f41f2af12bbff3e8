"""The same app in several processes, on several machines if need be, by Ray Serve."""

import os
import signal
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from minimax_speech.server.settings import ServerSettings

_MOST_ONGOING = 512
"""Requests that one worker has at a time: it refuses by itself what is too much speech."""


def run_on_ray(
    model: str | None,
    device: str,
    settings: "ServerSettings",
    workers: int,
    host: str,
    port: int,
) -> None:
    """Serve with so many workers until a signal (SIGTERM or SIGINT) comes.

    They run in the cluster that there is (RAY_ADDRESS), or on this machine. The model must be there
    on all machines, and saved voices in a folder that all of them share.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import torch
    from ray import serve

    from minimax_speech.server.logs import log_to_stderr
    from minimax_speech.server.process import warn_if_open

    log_to_stderr()
    warn_if_open(settings, host)

    def build() -> "FastAPI":
        from minimax_speech.api import MiniMaxSpeech
        from minimax_speech.server.app import create_app

        log_to_stderr()
        engine = MiniMaxSpeech.from_pretrained(model, device)
        engine.load()
        return create_app(engine, settings)

    gpu = device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())
    deployment = serve.deployment(
        serve.ingress(build)(),
        name="tts",
        num_replicas=workers,
        max_ongoing_requests=_MOST_ONGOING,
        graceful_shutdown_timeout_s=settings.timeout,
        ray_actor_options={"num_cpus": 1, "num_gpus": int(gpu)},
    )
    serve.start(http_options={"host": host, "port": port})
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # after Ray has set handlers of its own
        signal.signal(number, lambda *_: ended.set())
    serve.run(deployment.bind())
    ended.wait()
    serve.shutdown()
