"""A voice: what every way of making one returns, and what every way of speaking takes.

A voice is the timbre vector of a speaker encoder and, where it was cloned, a prompt: a short
recording as audio tokens and latents, from which flow matching goes on in the same voice. Only with
the prompt's text can the language model go on from it too. On disk a voice is one safetensors file,
so that loading one runs no code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from minimax_speech.errors import InputError
from minimax_speech.files import replacing

KIND = "voice"
SUFFIX = ".safetensors"

CONSENT_STATEMENT = "The person whose voice this is has agreed to its being cloned."
"""What whoever clones a voice is asked to say; kept in its metadata, under "consent"."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """A recording to go on from.

    Attributes:
        text: what it says, in spoken form (one-shot cloning); None where that is not known, and
            then only flow matching goes on from it.
        tokens: audio tokens at 25 Hz, int32 (tokens,).
        latents: Flow-VAE latents at 50 Hz, float32 (2 * tokens, latent_dim).
    """

    text: str | None
    tokens: npt.NDArray[np.int32]
    latents: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Recordings:
    """What a voice was cloned from, kept so that another model can clone it again.

    Attributes:
        clips: as they were cloned, float32 (samples,) in [-1, 1]; of 16 bits in the file.
        rate: of the samples, in Hz.
    """

    clips: tuple[npt.NDArray[np.float32], ...]
    rate: int


@dataclass(frozen=True, eq=False)
class Voice:
    """A voice of one model.

    Attributes:
        timbre: float32 (timbre_dim,), with mean 0 and variance 1.
        name: how it is called.
        fingerprint: of the parts of a model that made it; no other model can use it.
        language: code of the language that the voice was heard in, if known.
        prompt: of the recordings it was cloned from; None for the timbre alone.
        metadata: anything else worth keeping, as JSON knows it; under "prosody" the speed, pitch
            and volume at which the voice speaks where it is not told otherwise, under "consent"
            what was stated of its owner's consent, such as `CONSENT_STATEMENT`.
        recordings: what it was cloned from, where that was to be kept.
    """

    timbre: npt.NDArray[np.float32]
    name: str
    fingerprint: str
    language: str | None = None
    prompt: Prompt | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    recordings: Recordings | None = None

    def save(self, path: str | Path) -> None:
        """Write the voice to one safetensors file, which appears whole or not at all.

        Raises:
            InputError: the name does not end in .safetensors, or the folder does not exist or is
                not writable.
        """
        path = check_voice_path(path)
        tensors: dict[str, npt.NDArray] = {"timbre": np.ascontiguousarray(self.timbre, np.float32)}
        facts: dict[str, Any] = {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "language": self.language,
            "metadata": self.metadata,
        }
        if self.prompt:
            if self.prompt.text is not None:
                facts["prompt_text"] = self.prompt.text
            tensors["prompt_tokens"] = np.ascontiguousarray(self.prompt.tokens, np.int32)
            tensors["prompt_latents"] = np.ascontiguousarray(self.prompt.latents, np.float16)
        if self.recordings:
            facts["recordings_rate"] = self.recordings.rate
            for number, clip in enumerate(self.recordings.clips):
                tensors[f"recording_{number}"] = (clip * 32767).round().astype(np.int16)
        if not path.parent.is_dir():
            raise InputError(f"output folder {path.parent} does not exist: create it first")
        if path.exists() and not path.is_file():
            raise InputError(f"{path} is not a file that can be replaced: name another")
        try:
            # Not save_file: its files are for their owner alone, whatever the umask.
            metadata = {"kind": KIND, "voice": json.dumps(facts)}
            with replacing(path) as part:
                part.write_bytes(to_bytes(tensors, metadata))
        except OSError as error:
            raise InputError(
                f"voice file {path} cannot be written ({error.strerror}): choose another place"
            ) from None

    @classmethod
    def load(cls, path: str | Path) -> "Voice":
        """Read a voice from its file.

        Raises:
            InputError: the file is missing, damaged, or not a voice.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError(f"no voice file {path}: check the path")
        try:
            with safe_open(path, framework="np") as file:
                metadata = file.metadata() or {}
                kind = metadata.get("kind", "file of unknown kind")
                if kind != KIND:
                    raise InputError(f"{path} holds a {kind}, not a voice: give a voice file")
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"voice file {path} is damaged ({reason}): copy it again") from None
        try:
            return cls._from_parts(tensors, json.loads(metadata["voice"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise InputError(f"voice file {path} is damaged ({reason}): make it again") from None

    @classmethod
    def _from_parts(cls, tensors: dict[str, npt.NDArray], facts: dict[str, Any]) -> "Voice":
        timbre = tensors["timbre"].astype(np.float32)
        if timbre.ndim != 1 or not np.isfinite(timbre).all():
            raise ValueError("its timbre is not a vector of numbers")
        prompt = None
        if {"prompt_text", "prompt_tokens", "prompt_latents"} & {*facts, *tensors}:
            tokens, latents = tensors["prompt_tokens"], tensors["prompt_latents"]
            if latents.ndim != 2 or len(latents) != 2 * len(tokens):
                raise ValueError("its prompt's tokens and latents differ in length")
            if not np.isfinite(latents).all() or tokens.min(initial=0) < 0:
                raise ValueError("its prompt holds impossible values")
            prompt = Prompt(facts.get("prompt_text"), tokens, latents.astype(np.float32))
        return cls(
            timbre,
            str(facts["name"]),
            str(facts["fingerprint"]),
            facts.get("language"),
            prompt,
            dict(facts.get("metadata", {})),
            _recordings(tensors, facts),
        )

    @classmethod
    def mix(
        cls, voices: Sequence["Voice"], weights: Sequence[float] | None = None, name: str = "mix"
    ) -> "Voice":
        """A voice between several, without prompt: with that of one it would sound like that one.

        Args:
            voices: at least one, all of the same model.
            weights: their shares, above 0; they need not add up to 1. Default: equal.
            name: of the mixture.

        Raises:
            InputError: no voices, voices of different models, or weights that do not fit.
        """
        shares = np.ones(len(voices)) if weights is None else np.asarray(weights, np.float64)
        if not voices or len(shares) != len(voices):
            raise InputError(f"{len(voices)} voices and {len(shares)} weights: give one for each")
        if not (np.isfinite(shares).all() and (shares > 0).all()):
            raise InputError(f"the weights of a mixture are {shares.tolist()}: give each above 0")
        for other in voices[1:]:
            other.check_model(voices[0].fingerprint, f"that of voice {voices[0].name!r}")
        mean = (shares / shares.sum()) @ np.stack([voice.timbre for voice in voices])
        spoken = {voice.language for voice in voices}
        mixture = {
            voice.name: round(float(share), 4)
            for voice, share in zip(voices, shares / shares.sum(), strict=True)
        }
        return cls(
            _normalise(mean),
            name,
            voices[0].fingerprint,
            language=spoken.pop() if len(spoken) == 1 else None,
            metadata={"mixture": mixture},
        )

    @property
    def prosody(self) -> dict[str, float]:
        """Speed, pitch and volume of its own, as far as it has any."""
        return dict(self.metadata.get("prosody", {}))

    def check_model(self, fingerprint: str, model: str) -> None:
        """Refuse a voice of another model with an InputError; ``model`` is how to call this one."""
        if self.fingerprint != fingerprint:
            mend = "make it again from its recordings"
            if self.recordings:
                mend = f"run tts voice upgrade {self.name!r}, since it keeps its recordings"
            raise InputError(
                f"voice {self.name!r} belongs to another model ({self.fingerprint}) than {model} "
                f"({fingerprint}): {mend}"
            )


def check_voice_path(path: str | Path) -> Path:
    """Refuse a file name by which nobody would know a voice, with an InputError."""
    path = Path(path)
    if path.suffix != SUFFIX:
        raise InputError(f"voice file {path} must end in {SUFFIX}: name it {path.name}{SUFFIX}")
    return path


def _recordings(tensors: dict[str, npt.NDArray], facts: dict[str, Any]) -> Recordings | None:
    """Those in a file, in their order; None where it has none."""
    if "recordings_rate" not in facts:
        return None
    count = sum(name.startswith("recording_") for name in tensors)
    clips = [
        tensors[f"recording_{number}"].astype(np.float32) / np.float32(32767)
        for number in range(count)
    ]
    rate = int(facts["recordings_rate"])
    if not clips or rate <= 0 or any(clip.ndim != 1 for clip in clips):
        raise ValueError("its recordings are no sound")
    return Recordings(tuple(clips), rate)


def _normalise(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Mean 0 and variance 1, as the speaker encoder leaves its vectors."""
    centred = vector - vector.mean()
    return (centred / np.sqrt(centred.var() + 1e-5)).astype(np.float32)
