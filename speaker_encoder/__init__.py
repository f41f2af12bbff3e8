"""Reference audio of any length and language to one fixed-size timbre vector.

Stands alone: torch, torchaudio, safetensors and einops; the command line also soundfile.
"""

from speaker_encoder.features import LogMel
from speaker_encoder.model import KIND, SpeakerEncoder, SpeakerEncoderConfig, load, save

__all__ = ["KIND", "LogMel", "SpeakerEncoder", "SpeakerEncoderConfig", "load", "save"]
