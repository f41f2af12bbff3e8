"""Logs for machines: a line of JSON for each event, on stderr.

What users say, hear or upload is never in them: of an error its kind and place are told, and not
its message, which may quote a text.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("minimax_speech.server")
_QUIET = ("minimax_speech", "speaker_encoder", "flow_vae")
"""Packages whose notes may quote texts and names of files."""


def log(
    event: str, level: int = logging.INFO, error: BaseException | None = None, **facts: Any
) -> None:
    """Write one line.

    Args:
        event: what happened, in a word or two.
        level: as of logging.
        error: whose kind and place are told.
        facts: numbers and ids.
    """
    LOGGER.log(level, event, exc_info=error, extra={"facts": facts})


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; other packages' messages are events.

        Of these, the first line alone: what follows may be a traceback with its message.
        """
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip().partition("\n")[0],
            **getattr(record, "facts", {}),
        }
        if record.exc_info and (error := record.exc_info[1]) is not None:
            line["error"] = type(error).__name__
            line["at"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """Have this server's events written, others' warnings, and the packages' errors alone."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).setLevel(logging.ERROR)
    LOGGER.setLevel(logging.INFO)
    logging.captureWarnings(True)
