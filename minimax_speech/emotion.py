"""An emotion: a low-rank adapter of one speech language model, which any voice can speak with.

The adapter changes what audio tokens carry: pace, pauses, stress. They do not carry the pitch, and
little of brightness and breath, which flow matching takes from the voice: so an emotion says, too,
how these change, and the sound is changed so.

On disk it is one safetensors file: the tensors by the names that peft gives them, so that loading
one runs no code and needs no peft.
"""

import json
import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from minimax_speech.errors import InputError
from minimax_speech.files import replacing
from minimax_speech.models.lora import MATRICES, Adapter, Pair

KIND = "emotion"
SUFFIX = ".safetensors"
STRONGEST = 2.0
_TENSOR = re.compile(
    r"base_model\.model\.transformer\.blocks\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.weight"
)


@dataclass(frozen=True, eq=False)
class Emotion:
    """An emotion that a speech language model has learnt.

    Attributes:
        name: how it is called.
        tensors: of the adapter, by peft's names.
        scale: of the adapter, peft's ``lora_alpha / r``.
        fingerprint: of the language model; no other can use it.
        pitch: semitones by which the emotion raises a voice, or lowers it.
        tilt: dB that it adds to each octave above 1 kHz, and takes from each below.
        breath: share of the voice that becomes breath; 1 whispers.
        metadata: anything else worth keeping, as JSON knows it.
    """

    name: str
    tensors: dict[str, Tensor]
    scale: float
    fingerprint: str
    pitch: float = 0.0
    tilt: float = 0.0
    breath: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def adapter(self) -> Adapter:
        """The pairs for each matrix.

        Raises:
            ValueError: the tensors are not those of one adapter.
        """
        parts: dict[tuple[int, str, str], Tensor] = {}
        for name, tensor in self.tensors.items():
            match = _TENSOR.fullmatch(name)
            if not match or match[2] not in MATRICES or tensor.ndim != 2:
                raise ValueError(f"its tensor {name} changes nothing that can be changed")
            parts[int(match[1]), match[2], match[3]] = tensor.float()
        layers = range(1 + max((layer for layer, _, _ in parts), default=-1))
        if len(parts) != 2 * len(layers) * len(MATRICES) or not layers:
            raise ValueError(f"it has {len(parts)} tensors for {len(layers)} layers")
        if not all(bool(tensor.isfinite().all()) for tensor in parts.values()):
            raise ValueError("its tensors hold impossible values")
        return Adapter(
            [
                {
                    name: Pair(parts[layer, name, "A"], self.scale * parts[layer, name, "B"])
                    for name in MATRICES
                }
                for layer in layers
            ]
        )

    def save(self, path: str | Path) -> None:
        """Write the emotion, its tensors in half precision, to a file that appears whole.

        Raises:
            InputError: the file cannot be written.
        """
        path = Path(path)
        facts = {
            "name": self.name,
            "scale": self.scale,
            "fingerprint": self.fingerprint,
            "pitch": self.pitch,
            "tilt": self.tilt,
            "breath": self.breath,
            "metadata": self.metadata,
        }
        tensors = {name: tensor.half().contiguous() for name, tensor in self.tensors.items()}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as part:
                part.write_bytes(to_bytes(tensors, {"kind": KIND, "emotion": json.dumps(facts)}))
        except OSError as error:
            raise InputError(f"emotion file {path} cannot be written: {error.strerror}") from None

    @classmethod
    def load(cls, path: str | Path) -> "Emotion":
        """Read an emotion from its file.

        Raises:
            InputError: the file is missing, damaged, or not an emotion.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError(f"no emotion file {path}: check the path")
        try:
            with safe_open(path, framework="pt") as file:
                metadata = file.metadata() or {}
                kind = metadata.get("kind", "file of unknown kind")
                if kind != KIND:
                    raise InputError(f"{path} holds a {kind}, not an emotion")
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            facts = json.loads(metadata["emotion"])
            emotion = cls(
                str(facts["name"]),
                tensors,
                float(facts["scale"]),
                str(facts["fingerprint"]),
                float(facts["pitch"]),
                float(facts["tilt"]),
                float(facts["breath"]),
                dict(facts.get("metadata", {})),
            )
            _ = emotion.adapter
        except InputError:
            raise
        except (SafetensorError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"emotion file {path} is damaged ({reason}): copy it again") from None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise InputError(f"emotion file {path} is damaged ({reason}): make it again") from None
        return emotion

    def check_model(self, fingerprint: str, model: str) -> None:
        """Refuse an emotion of another model with an InputError; ``model`` names this one."""
        if self.fingerprint != fingerprint:
            raise InputError(
                f"emotion {self.name!r} belongs to another model ({self.fingerprint}) than {model} "
                f"({fingerprint}): train it again with tts finetune emotion"
            )


def parse_emotion(spec: str) -> tuple[str, float]:
    """Name and strength of an emotion as one writes it: ``happy``, or ``happy:0.7``.

    Raises:
        InputError: the strength is none.
    """
    name, colon, strength = spec.rpartition(":")
    if not colon:
        return spec, 1.0
    try:
        value = float(strength)
    except ValueError:
        value = math.nan
    if not 0 <= value <= STRONGEST or not name:
        raise InputError(
            f"emotion {spec!r}: write a name, or a name and a strength of 0 to {STRONGEST:g}, as "
            "in happy:0.7"
        )
    return name, value
