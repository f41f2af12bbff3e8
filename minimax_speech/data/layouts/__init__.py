"""Public corpora as they come: where their clips, transcripts and speakers are."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from minimax_speech.data.layouts.base import Chosen, Layout
from minimax_speech.data.layouts.by_file_name import CREMA_D, ESD, RAVDESS
from minimax_speech.data.layouts.by_lhotse import AISHELL3, COMMON_VOICE, LIBRITTS, LJSPEECH, VCTK
from minimax_speech.data.layouts.by_transcript import EMILIA, MLS
from minimax_speech.data.recording_sources import Clip, check_clips
from minimax_speech.errors import InputError
from minimax_speech.text import languages

__all__ = ["LAYOUTS", "find_layout_clips"]

LAYOUTS = {
    "aishell3": AISHELL3,
    "commonvoice": COMMON_VOICE,
    "crema-d": CREMA_D,
    "emilia": EMILIA,
    "esd": ESD,
    "libritts": LIBRITTS,
    "ljspeech": LJSPEECH,
    "mls": MLS,
    "ravdess": RAVDESS,
    "vctk": VCTK,
}
"""Every layout by name; add another here."""

_FAULTS = (AssertionError, LookupError, OSError, ValueError)
"""What readers, lhotse's among them, raise where a corpus is not as its makers left it."""


def find_layout_clips(
    name: str,
    place: Path,
    language: str | None = None,
    parts: Sequence[str] = (),
    jobs: int | None = None,
) -> list[Clip]:
    """Every clip of a public corpus, or of some of its parts, sorted by name.

    Ids and speakers begin with the layout's name: the numbers of different corpora's speakers are
    the same, their voices are not.

    Args:
        name: of the layout, in `LAYOUTS`.
        place: the corpus's folder.
        language: code; needed where the corpus has several.
        parts: which parts of it; needed where it has some.
        jobs: processes that may look through it; all cores by default.

    Raises:
        InputError: no such layout, language or part, or the corpus is not there or not whole.
    """
    if name not in LAYOUTS:
        raise InputError(f"unknown layout {name!r}: use one of {', '.join(LAYOUTS)}")
    layout = LAYOUTS[name]
    chosen = _choose(layout, place, language, tuple(parts), jobs or os.cpu_count() or 1)
    layout.check(chosen)
    try:
        clips = sorted(layout.read(chosen), key=lambda clip: clip.name)
    except InputError:
        raise
    except _FAULTS as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(
            f"{layout.title} in {place} cannot be read ({what}): compare it with {layout.source}"
        ) from error
    check_clips(clips, place)
    return [_named(name, clip) for clip in clips]


def _choose(
    layout: Layout, place: Path, language: str | None, parts: tuple[str, ...], jobs: int
) -> Chosen:
    known = ", ".join(layout.languages)
    code = languages.get(language).code if language else ""
    if not code and len(layout.languages) == 1:
        (code,) = layout.languages
    if code not in layout.languages:
        fault = f"has no {code!r}" if code else "has several languages"
        raise InputError(f"{layout.title} {fault}: give one of {known} (--language)")
    unknown = [part for part in parts if part not in layout.parts]
    if unknown or (layout.parts and not parts):
        fault = f"has no part {unknown[0]!r}" if unknown else "has parts"
        remedy = f"give some of {', '.join(layout.parts)} (--part)" if layout.parts else "give none"
        raise InputError(f"{layout.title} {fault}: {remedy}")
    return Chosen(place, code, layout.languages[code], parts, jobs)


def _named(layout: str, clip: Clip) -> Clip:
    identity = PurePosixPath(layout) / PurePosixPath(clip.name).with_suffix("")
    sex = (clip.gender or "")[:1].lower()  # F, female, female_feminine
    return replace(
        clip,
        id=identity.as_posix(),
        speaker=f"{layout}/{clip.speaker}",
        gender={"f": "female", "m": "male"}.get(sex),
    )
