"""What can be chosen by keyword, and what that makes of a model's own settings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any, TypedDict

from minimax_speech.audio import watermark
from minimax_speech.audio.prosody import Prosody
from minimax_speech.errors import InputError
from minimax_speech.inference.arguments import check_type
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_integration import Solver
from minimax_speech.models.flow_matching import FlowMatchingConfig
from minimax_speech.voice import Voice


class Sound(TypedDict, total=False):
    """What can be chosen about how speech sounds; see `Prosody`."""

    speed: float | None
    pitch: float | None
    volume: float | None


class Conversion(Sound, total=False):
    """What can be chosen about a conversion; see `Settings`, and `audio.watermark`."""

    cfg_scale: float | None
    steps: int | None
    solver: Solver | None
    watermark: bool | None


class Options(Conversion, total=False):
    """What can be chosen about a synthesis; see `Settings`, `Pronunciation`, and `Emotion`."""

    temperature: float | None
    top_p: float | None
    top_k: int | None
    repetition_penalty: float | None
    check: bool | None
    pronunciation: Mapping[str, str] | str | Path | None
    emotion: str | Sequence[str | None] | None


def resolve(
    options: Mapping[str, Any], defaults: Settings, flow: FlowMatchingConfig
) -> tuple[Settings, Prosody]:
    """Settings and prosody: of what is not given or None, the model's own.

    Args:
        options: as chosen.
        defaults: settings that suit the model.
        flow: of the model.

    Raises:
        InputError: a setting is out of its range, or of what the model has learnt.
    """
    chosen = {name: value for name, value in options.items() if value is not None}
    sound = {name: chosen.pop(name) for name in Sound.__annotations__ if name in chosen}
    settings = replace(defaults, **chosen)
    if flow.network.distilled and settings.cfg_scale > flow.max_guidance:
        raise InputError(
            f"cfg_scale is {settings.cfg_scale:g}: use 0 to {flow.max_guidance:g}, which is as "
            "much as this model's distilled flow matching has learnt"
        )
    return settings, Prosody(**sound)


def resolve_prosody(options: Options, voice: Voice) -> Prosody:
    """How fast, how high and how loud: as chosen, else as the voice is used to speak."""
    asked: dict[str, Any] = {name: options.get(name) for name in Sound.__annotations__}
    chosen = {name: value for name, value in asked.items() if value is not None}
    return Prosody(**(voice.prosody | chosen))


def take_watermark(options: Options | Conversion) -> bool:
    """Whether the sound is to be marked: taken out of the options, and possible.

    Raises:
        InputError: it is neither True nor False, or the extra is not installed.
    """
    marked = options.pop("watermark", None)
    check_type("watermark", marked, (bool, NoneType), "True or False")
    if marked:
        watermark.load()
    return bool(marked)
