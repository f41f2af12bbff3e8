"""What the audio in an output folder was made from, so that only what is missing is made again."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text, write_text

REQUEST_FILE = "request.json"
_NAMED = 3


def find_missing(
    out: Path, settings: Mapping[str, Any], requests: Mapping[str, str], suffix: str = ".wav"
) -> list[str]:
    """The ids whose `<id><suffix>` is not in a folder yet, or is there from another request.

    Args:
        out: the folder; it may not exist.
        settings: whatever decides how all items sound.
        requests: id -> what decides, besides the settings, how the item sounds.
        suffix: of the files; "" where the ids are the files' names.

    Raises:
        InputError: the folder cannot be used, or holds audio that was made with other settings or
            without any note of them.
    """
    check_folder(out)
    known = _known_requests(out, settings)
    present = [id for id in requests if (out / f"{id}{suffix}").exists()]
    strange = [id for id in present if id not in known]
    if strange:
        raise InputError(
            f"{out} holds a {strange[0]}{suffix}, and not of this list: choose another folder"
        )
    return [id for id in requests if id not in present or known[id] != requests[id]]


def claim(
    out: Path, settings: Mapping[str, Any], requests: Mapping[str, str], suffix: str = ".wav"
) -> None:
    """Make the folder and note what its audio is made from; audio of other requests is removed.

    The arguments and errors are those of `find_missing`.
    """
    missing = find_missing(out, settings, requests, suffix)
    stale = [id for id in missing if (out / f"{id}{suffix}").exists()]
    if stale:
        logging.getLogger(__name__).warning(
            f"{out} held other speech for {len(stale)} of the {len(requests)} items, "
            f"made again: {', '.join(stale[:_NAMED])}{', …' if len(stale) > _NAMED else ''}"
        )
    for id in stale:
        (out / f"{id}{suffix}").unlink()
    out.mkdir(parents=True, exist_ok=True)
    content = {
        "settings": _plain(settings),
        "requests": {**_known_requests(out, settings), **requests},
    }
    write_text(out / REQUEST_FILE, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """As they come back from a file."""
    return json.loads(json.dumps(dict(settings), default=str))


def _known_requests(out: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    """What the folder was claimed for before, if with these settings."""
    path, settings = out / REQUEST_FILE, _plain(settings)
    if not path.exists():
        return {}
    try:
        before = json.loads(read_text(path, "note of the settings"))
        old, requests = dict(before["settings"]), dict(before["requests"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} cannot be used ({error}): choose another folder") from error
    changed = [name for name in {**old, **settings} if old.get(name) != settings.get(name)]
    if changed:
        shown = ", ".join(
            f"{name} {old.get(name, 'unknown')}, not {settings.get(name)}"
            for name in changed[:_NAMED]
        )
        raise InputError(
            f"{out} holds audio made with other settings ({shown}): choose another folder or "
            "empty it"
        )
    return requests
