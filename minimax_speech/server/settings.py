"""What can be chosen about a server; wrong values are refused in one line."""

import re
from dataclasses import dataclass
from math import inf

from minimax_speech.errors import InputError

MEGABYTE = 1_000_000
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9._-]+(:\d+)?|[a-z]+://\[[0-9a-f:]+\](:\d+)?")


@dataclass(frozen=True)
class ServerSettings:
    """How a server behaves.

    Attributes:
        api_keys: one of them must come with each request; none are asked for where there are none.
        most_live: streams that are spoken at a time; None is what suits the device.
        most_waiting: streams that wait for their turn; more are refused.
        max_text: characters of a text.
        max_upload_mb: size of a request's body, in megabytes of 10^6 bytes.
        timeout: seconds that a request may take, waiting and the last byte of audio included.
        cors_origins: of web pages that browsers let use the server; "*" is any.
        consent: refuse to clone a voice without a statement of its owner's consent.
        watermark: put the mark of `audio.watermark` into all speech.
    """

    api_keys: tuple[str, ...] = ()
    most_live: int | None = None
    most_waiting: int = 64
    max_text: int = 4096
    max_upload_mb: float = 25.0
    timeout: float = 300.0
    cors_origins: tuple[str, ...] = ()
    consent: bool = True
    watermark: bool = False

    def __post_init__(self) -> None:
        if not all(key and key.isascii() and key.isprintable() for key in self.api_keys):
            raise InputError("an API key is empty or not plain ASCII: use letters and digits")
        _check("most_live", self.most_live is None or self.most_live >= 1, self.most_live, "1")
        _check("most_waiting", self.most_waiting >= 0, self.most_waiting, "0")
        _check("max_text", self.max_text >= 1, self.max_text, "1")
        _check("max_upload_mb", 0.1 <= self.max_upload_mb < inf, self.max_upload_mb, "0.1")
        _check("timeout", 1 <= self.timeout < inf, self.timeout, "1")
        for origin in self.cors_origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise InputError(
                    f"{origin!r} is not an origin that browsers send: write it as in "
                    "https://example.org or http://example.org:8080"
                )

    @property
    def max_upload(self) -> int:
        """Bytes of a body that may carry a recording."""
        return round(self.max_upload_mb * MEGABYTE)

    @property
    def max_json(self) -> int:
        """Bytes of a body of JSON: the longest text, each character escaped, and room."""
        return 12 * self.max_text + MEGABYTE


def _check(name: str, valid: bool, value: object, least: str) -> None:
    if not valid:
        raise InputError(f"{name} is {value}: use a number of {least} or more")
