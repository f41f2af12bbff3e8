"""What Prometheus is told: one registry for each app."""

from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 60, 120, 300)
_FACTORS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 5, 10)


class Load(Protocol):
    """What tells how much there is to do; the scheduler does."""

    @property
    def failed(self) -> bool:
        """Whether no more can be spoken."""

    @property
    def live(self) -> int:
        """Streams that are being spoken."""

    @property
    def waiting(self) -> int:
        """Streams that wait for their turn."""


class Metrics:
    """Counts, durations and the load of one server."""

    def __init__(self, load: Load) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "tts_requests",
            "Requests by route and status; 499: the client left before the answer began.",
            ["route", "status"],
            registry=self._registry,
        )
        self.request_seconds = self._histogram(
            "tts_request_seconds", "From a request's head to the answer's end.", _SECONDS, "route"
        )
        self.first_audio_seconds = self._histogram(
            "tts_time_to_first_audio_seconds", "From a request, read, to its first audio.", _SECONDS
        )
        self.real_time_factor = self._histogram(
            "tts_real_time_factor",
            "Seconds from a request, read, to its last audio, for each second of audio.",
            _FACTORS,
        )
        self.audio_seconds = Counter(
            "tts_audio_seconds", "Seconds of audio that were made.", registry=self._registry
        )
        self.cancelled = Counter(
            "tts_streams_cancelled", "Streams that ended early.", registry=self._registry
        )
        live = Gauge("tts_streams_live", "Texts being spoken.", registry=self._registry)
        live.set_function(lambda: load.live)
        waiting = Gauge("tts_streams_waiting", "Texts that wait.", registry=self._registry)
        waiting.set_function(lambda: load.waiting)

    def _histogram(self, name: str, help: str, buckets: tuple[float, ...], *by: str) -> Histogram:
        return Histogram(name, help, by, buckets=buckets, registry=self._registry)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
