"""`tts watermark`: whether a recording says, or carries a mark, that it was generated."""

from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import Json, print_json, working

EXAMPLE = "Example: tts watermark talk.mp3 --json"


def watermark(
    recording: Annotated[
        Path, typer.Argument(metavar="FILE", help="Recording, of a second or of hours.")
    ],
    json: Json = False,
) -> None:
    """Look for the mark that --watermark puts into speech, and for the comment in the file.

    Each 10 s are judged by themselves: a mark in part of a recording is found, too.
    """
    from minimax_speech.audio import io
    from minimax_speech.audio.provenance import read_comment
    from minimax_speech.audio.watermark import detect_in_blocks

    io.duration(recording)
    comment = read_comment(recording)
    with working("listening"):
        heard = detect_in_blocks(io.read_blocks(recording, io.SAMPLE_RATE), io.SAMPLE_RATE)
    if json:
        print_json(
            {
                "path": str(recording),
                "marked": heard.found,
                "confidence": round(heard.confidence, 4),
                "marked_seconds": round(heard.marked_seconds, 3),
                "seconds": round(heard.seconds, 3),
                "comment": comment or None,
            }
        )
        return
    where = f" in {heard.marked_seconds:.1f} of {heard.seconds:.1f} s" if heard.found else ""
    print(f"mark: {'found' if heard.found else 'not found'}{where}")
    print(f"confidence: {heard.confidence:.2f}")
    print(f"comment: {comment or 'none'}")
