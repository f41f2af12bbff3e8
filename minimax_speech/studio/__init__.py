"""What an interface offers people to do with a model: make and keep voices, say texts."""

from minimax_speech.audio.hearing import HeardClip
from minimax_speech.studio.limits import Limits
from minimax_speech.studio.speaking import Delivery, Spoken, Told
from minimax_speech.studio.studio import CONSENT_STATEMENT, MOST_MIXED, SAMPLE, Studio
from minimax_speech.studio.tuning import STEPS, TuningNews

__all__ = [
    "CONSENT_STATEMENT",
    "MOST_MIXED",
    "SAMPLE",
    "STEPS",
    "Delivery",
    "HeardClip",
    "Limits",
    "Spoken",
    "Studio",
    "Told",
    "TuningNews",
]
