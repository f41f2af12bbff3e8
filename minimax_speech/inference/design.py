"""A voice from a description: read it, draw a timbre that is like it, listen, and mend its pitch.

A description says values such as "low" or "bright", which stand for ranges among the voices that
the designer was trained on; the seed draws from them. How high a timbre is spoken depends on the
model that speaks, so the new voice says something once, its pitch is measured, and the timbre is
drawn anew with what was amiss made up for. What it said becomes its prompt.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from minimax_speech.audio.io import Samples
from minimax_speech.audio.levels import prepare_reference
from minimax_speech.audio.traits import VoiceTraits, measure_traits
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.pipeline import Pipeline, SpeechRequest
from minimax_speech.inference.references import clone
from minimax_speech.models.voice_designer import GROUPS, QUANTILES, TRAITS, VoiceDesigner
from minimax_speech.text.normalise import normalise
from minimax_speech.voice import Voice

GUIDANCE = 1.5
AUDITIONS = 4
NEAR = 0.7
"""Semitones: as near to the pitch that is meant as the same voice is to itself."""
AUDITION_TEXT = "1, 2, 3, 4, 5, 6, 7, 8."
"""Said in any language, and all the vowels of most."""

Range = tuple[float, float]
EVERYWHERE: Range = (0.04, 0.96)
RANGES: dict[str, dict[str, dict[str, Range]]] = {
    "pitch": {
        "very low": {"pitch": (0.01, 0.12)},
        "low": {"pitch": (0.05, 0.27)},
        "medium": {"pitch": (0.4, 0.6)},
        "high": {"pitch": (0.73, 0.95)},
        "very high": {"pitch": (0.88, 0.99)},
    },
    "expression": {"flat": {"liveliness": (0.03, 0.25)}, "lively": {"liveliness": (0.75, 0.97)}},
    "tone": {"dark": {"brightness": (0.03, 0.25)}, "bright": {"brightness": (0.75, 0.97)}},
    "texture": {"clear": {"breathiness": (0.03, 0.25)}, "breathy": {"breathiness": (0.75, 0.97)}},
    "age": {
        "child": {"tract": (0.02, 0.15), "pitch": (0.85, 0.99)},
        "young": {"tract": (0.1, 0.4), "breathiness": (0.05, 0.5)},
        "adult": {},
        "old": {"tract": (0.6, 0.95), "breathiness": (0.7, 0.97)},
    },
}
"""Attribute → value → where among all voices, or those of the gender, each trait lies.

What is said of pitch, tone or texture comes before what age alone would make of them. Recordings
do not say how old their speakers are: young and old stand for what ageing does to voices, which
grow rougher and larger-sounding (Linville 2001, "Vocal Aging").
"""
SPEEDS = {"slow": 0.8, "normal": 1.0, "fast": 1.25}
VOLUMES = {"quiet": 0.5, "normal": 1.0, "loud": 1.5}
OLD_SPEED = 0.9
"""Old people speak more slowly."""


@dataclass(frozen=True)
class Design:
    """A designed voice, and how it came to be.

    Attributes:
        voice: with a prompt; its metadata holds the attributes, and the traits as measured.
        attributes: what was understood, attribute → value.
        meant: the pitch that was meant, Hz.
        heard: the traits of what it said.
    """

    voice: Voice
    attributes: dict[str, str]
    meant: float
    heard: VoiceTraits | None


def design(
    bundle: Bundle,
    pipeline: Pipeline,
    attributes: Mapping[str, str],
    name: str,
    seed: int,
    description: str = "",
) -> Design:
    """Draw a voice that has these attributes.

    Args:
        bundle: a model with a voice designer.
        pipeline: that speaks with it.
        attributes: as in `ATTRIBUTES`; what is not there is left to chance.
        name: of the voice.
        seed: the same seed gives the same voice.
        description: where the attributes were read, for the voice to remember.

    Raises:
        InputError: the model has no voice designer, or one of another model.
    """
    designer, config = bundle.voice_designer, bundle.config
    rng = np.random.default_rng(seed)
    told = _targets(designer, attributes, rng)
    noise = torch.from_numpy(rng.standard_normal(designer.config.components, np.float32))
    language = attributes.get("language", config.languages[0])
    meant = told["pitch"]
    best: tuple[float, Voice, Samples, VoiceTraits | None] | None = None
    for _ in range(AUDITIONS):
        timbre = _draw(designer, noise, told)
        voice = Voice(timbre, name, config.fingerprint, attributes.get("language"))
        spoken = _audition(pipeline, voice, language, seed)
        heard = measure_traits(spoken, config.sample_rate)
        wrong = 12 * np.log2(heard.pitch / meant) if heard else float("inf")
        if best is None or abs(wrong) < best[0]:
            best = abs(wrong), voice, spoken, heard
        if abs(wrong) <= NEAR or heard is None:
            break
        told = told | {"pitch": told["pitch"] * 2 ** (-wrong / 12)}
    assert best is not None
    _, voice, spoken, heard = best
    facts = {
        "description": description,
        "attributes": dict(attributes),
        "seed": seed,
        "pitch_hz": round(heard.pitch, 1) if heard else None,
        "prosody": _prosody(attributes),
    }
    kept = {key: value for key, value in facts.items() if value not in ("", {}, None)}
    clip, _ = prepare_reference(spoken, config.sample_rate, f"of {name!r} by itself")
    prompt = clone(bundle, [clip], name).prompt
    return Design(
        replace(voice, prompt=prompt, metadata=kept), dict(attributes), float(meant), heard
    )


def read(bundle: Bundle, description: str) -> dict[str, str]:
    """The attributes that a description says, as far as this model's designer reads them.

    Raises:
        InputError: the model has no voice designer, or one of another model.
    """
    return bundle.voice_designer.read(description) if description.strip() else {}


def _targets(
    designer: VoiceDesigner, attributes: Mapping[str, str], rng: np.random.Generator
) -> dict[str, float]:
    """The traits to draw a voice with; pitch always, what is not said of others is left out."""
    child = attributes.get("age") == "child"
    gender = None if child else attributes.get("gender")
    group = GROUPS.index(gender or "any")
    ranges: dict[str, Range] = {"pitch": EVERYWHERE}
    for attribute in ("age", "expression", "tone", "texture", "pitch"):
        if attribute in attributes:
            ranges |= RANGES[attribute][attributes[attribute]]
    if gender and "tract" not in ranges:
        ranges["tract"] = (0.2, 0.8)
    shares = np.linspace(0, 1, QUANTILES)
    told: dict[str, float] = {}
    # In a fixed order, so that what else is said changes no draw.
    draws = rng.random(len(TRAITS))
    for number, trait in enumerate(TRAITS):
        if trait in ranges:
            low, high = ranges[trait]
            share = low + (high - low) * draws[number]
            quantiles = designer.quantiles[group, number].numpy()
            told[trait] = float(np.interp(share, shares, quantiles))
    if gender:
        told["gender"] = 1.0 if gender == "female" else -1.0
    return told


def _draw(designer: VoiceDesigner, noise: torch.Tensor, told: Mapping[str, float]) -> np.ndarray:
    """A timbre vector (timbre_dim,) with the traits that are told."""
    traits = torch.tensor([[told.get(name, 1.0) for name in TRAITS]])
    known = torch.tensor([[name in told for name in TRAITS]])
    return designer.draw(noise[None], traits, known, GUIDANCE)[0].numpy()


def _audition(pipeline: Pipeline, voice: Voice, language: str, seed: int) -> Samples:
    """What a new voice says first, (samples,)."""
    text = normalise(AUDITION_TEXT, language)
    settings = pipeline.bundle.config.generation
    return pipeline.speak([SpeechRequest(text, voice, language, seed)], settings)[0].samples


def _prosody(attributes: Mapping[str, str]) -> dict[str, float]:
    """How a voice with these attributes speaks where it is not told otherwise."""
    speed = SPEEDS[attributes.get("rate", "normal")]
    if attributes.get("age") == "old" and "rate" not in attributes:
        speed = OLD_SPEED
    chosen = {"speed": speed, "volume": VOLUMES[attributes.get("volume", "normal")]}
    return {name: value for name, value in chosen.items() if value != 1.0}


def unheard(attributes: Mapping[str, str]) -> list[str]:
    """What of the attributes no timbre can give: a line for each, to be told."""
    lines = []
    if "accent" in attributes:
        lines.append(
            f"the accent ({attributes['accent']}) is left out: a timbre has none; the language of "
            "the text has"
        )
    return lines


def warn_unheard(attributes: Mapping[str, str]) -> None:
    """Say what of the attributes no timbre can give."""
    for line in unheard(attributes):
        logging.getLogger(__name__).warning(line)
