"""A voice from a description: read it, draw timbres that are like it, listen, take the nearest.

A description says values such as "low" or "bright", which stand for ranges among the voices that
the designer was trained on; the seed draws from them. How a timbre sounds depends on the model that
speaks: so a few are drawn and say something, and the one that is nearest to what is meant is taken.
Where none is near in pitch, more are drawn, with what was amiss made up for. What the voice said
becomes its prompt.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from minimax_speech.audio.io import Samples
from minimax_speech.audio.levels import prepare_reference
from minimax_speech.audio.traits import NAMES, VoiceTraits, measure_traits
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.pipeline import Pipeline, SpeechRequest
from minimax_speech.inference.references import clone
from minimax_speech.models.voice_designer import GROUPS, QUANTILES, RATIOS, TRAITS, VoiceDesigner
from minimax_speech.text.normalise import normalise
from minimax_speech.voice import Prompt, Voice

GUIDANCE = 1.5
CANDIDATES, ROUNDS = 4, 2
"""Timbres that are drawn and heard at a time; again where none of them is near."""
NEAR = 0.7
"""Semitones: as near to the pitch that is meant as the same voice is to itself."""
SURE_ODDS = 2.0
"""Log-odds of the gender that is meant from which a voice is not doubted: seven to one."""
AUDITION_TEXT = "1, 2, 3, 4, 5, 6."
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
TRACTS: dict[str, Range] = {"female": (0.1, 0.6), "male": (0.4, 0.9)}
"""Of each gender's voices, where those lie that are hardly taken for the other's."""
SPEEDS = {"slow": 0.8, "normal": 1.0, "fast": 1.25}
VOLUMES = {"quiet": 0.5, "normal": 1.0, "loud": 1.5}
OLD_SPEED = 0.9
"""Old people speak more slowly."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A timbre that was heard.

    Attributes:
        timbre: (timbre_dim,).
        spoken: what it said, (samples,).
        traits: of that; None where hardly anything is voiced.
    """

    timbre: npt.NDArray[np.float32]
    spoken: Samples
    traits: VoiceTraits | None


def design(
    bundle: Bundle,
    pipeline: Pipeline,
    attributes: Mapping[str, str],
    name: str,
    seed: int,
    description: str = "",
) -> Voice:
    """Draw a voice that has these attributes; its metadata holds them.

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
    meant = _targets(designer, attributes, rng)
    told, found = dict(meant), list[Candidate]()
    for _ in range(ROUNDS):
        noise = rng.standard_normal((CANDIDATES, designer.config.components), np.float32)
        timbres = _draw(designer, torch.from_numpy(noise), told)
        found += _heard(pipeline, timbres, attributes.get("language"), seed)
        best = min(found, key=lambda candidate: _distance(designer, candidate.traits, meant))
        wrong = [12 * np.log2(c.traits.pitch / meant["pitch"]) for c in found if c.traits]
        if best.traits and _near(designer, best.traits, meant):
            break
        told["pitch"] *= 2 ** (-float(np.median(wrong or [0.0])) / 12)
    pitch = round(best.traits.pitch, 1) if best.traits else None
    facts = {
        "description": description,
        "attributes": dict(attributes),
        "seed": seed,
        "pitch_hz": pitch,
        "prosody": _prosody(attributes),
    }
    kept = {key: value for key, value in facts.items() if value not in ("", {}, None)}
    language = attributes.get("language")
    return Voice(best.timbre, name, config.fingerprint, language, _prompt(bundle, best), kept)


def _prompt(bundle: Bundle, chosen: Candidate) -> Prompt | None:
    """What a voice said, for it to go on from; None where that is hardly speech."""
    if chosen.traits is None:
        return None
    clip, _ = prepare_reference(chosen.spoken, bundle.config.sample_rate, "by itself")
    return clone(bundle, [clip], "candidate").prompt


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
        ranges["tract"] = TRACTS[gender]
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


def _draw(
    designer: VoiceDesigner, noise: Tensor, told: Mapping[str, float]
) -> npt.NDArray[np.float32]:
    """Timbre vectors (candidates, timbre_dim) with the traits that are told."""
    traits = torch.tensor([[told.get(name, 1.0) for name in TRAITS]], dtype=torch.float32)
    known = torch.tensor([[name in told for name in TRAITS]])
    rows = len(noise)
    return designer.draw(noise, traits.expand(rows, -1), known.expand(rows, -1), GUIDANCE).numpy()


def _heard(
    pipeline: Pipeline, timbres: npt.NDArray[np.float32], language: str | None, seed: int
) -> list[Candidate]:
    """Have timbres (candidates, timbre_dim) say something, and measure it."""
    config = pipeline.bundle.config
    code = language or config.languages[0]
    text = normalise(AUDITION_TEXT, code)
    requests = [
        SpeechRequest(text, Voice(timbre, "candidate", config.fingerprint), code, seed)
        for timbre in timbres
    ]
    speeches = pipeline.speak(requests, config.generation)
    return [
        Candidate(timbre, speech.samples, measure_traits(speech.samples, config.sample_rate))
        for timbre, speech in zip(timbres, speeches, strict=True)
    ]


def _distance(
    designer: VoiceDesigner, heard: VoiceTraits | None, meant: Mapping[str, float]
) -> float:
    """How far a voice is from what is meant: a semitone is 1, or a deviation of another trait."""
    if heard is None:
        return float("inf")
    names = [name for name in NAMES if name in meant]
    columns = [TRAITS.index(name) for name in names]
    rows = torch.ones(2, len(TRAITS))
    rows[0, columns] = torch.tensor([float(getattr(heard, name)) for name in names])
    rows[1, columns] = torch.tensor([float(meant[name]) for name in names])
    rows = designer.scaled(rows)[:, columns]
    apart = (rows[0] - rows[1]).abs().nan_to_num(1.0)
    semitone = float(designer.trait_std[TRAITS.index("pitch")]) * 12 / np.log(2)
    apart[names.index("pitch")] *= semitone
    return float(apart.sum()) + _doubt(designer, heard, meant)


def _near(designer: VoiceDesigner, heard: VoiceTraits, meant: Mapping[str, float]) -> bool:
    """Whether a voice need not be looked for any longer."""
    semitones = abs(12 * np.log2(heard.pitch / meant["pitch"]))
    return bool(semitones <= NEAR) and not _doubt(designer, heard, meant)


def _doubt(designer: VoiceDesigner, heard: VoiceTraits, meant: Mapping[str, float]) -> float:
    """How much too little a voice's pitch and tract speak for the gender that is meant.

    In log-odds: pitch and tract are taken for normal and independent in each gender's voices.
    """
    if "gender" not in meant:
        return 0.0
    female, male = (
        sum(_likelihood(designer, group, trait, getattr(heard, trait)) for trait in RATIOS)
        for group in ("female", "male")
    )
    odds = (female - male) * meant["gender"]
    return 0.0 if np.isnan(odds) else max(0.0, SURE_ODDS - odds)


def _likelihood(designer: VoiceDesigner, group: str, trait: str, value: float) -> float:
    """Logarithm of a normal density (but for a constant) of a trait in a group of voices."""
    quantiles = designer.quantiles[GROUPS.index(group), TRAITS.index(trait)].numpy()
    shares = np.linspace(0, 1, QUANTILES)
    low, middle, high = np.log(np.interp((0.16, 0.5, 0.84), shares, quantiles))
    deviation = max(high - low, 1e-3) / 2
    return float(-0.5 * ((np.log(value) - middle) / deviation) ** 2 - np.log(deviation))


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
