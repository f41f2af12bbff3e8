"""A model on disk: a directory of parts, each loaded when it is first needed.

config.yaml  tokenizer.json  README.md  voices/*.safetensors  adapters/*.safetensors
speech_lm  flow_matching  flow_vae_decoder                  to speak
speaker_encoder  audio_tokenizer  flow_vae_encoder          to clone
voice_designer                                              to design voices, if it is there
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import flow_vae
import speaker_encoder
from minimax_speech import config as configs
from minimax_speech.errors import InputError
from minimax_speech.inference.compiled_flow import CompiledNetwork
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.model_folder import (
    CONFIG,
    TOKENIZER,
    emotion_files,
    find_model,
    voice_files,
)
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.threads import one_core
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.voice_designer import VoiceDesigner
from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.voice import Voice

DESIGNER = "voice_designer"
VOICE_PARTS = ("speaker_encoder", "audio_tokenizer", "flow_vae_encoder")
"""Parts that make voices: where one is another, the same recordings are another voice."""

Part = TypeVar("Part")


@dataclass
class ModelConfig:
    """What a model's ``config.yaml`` says.

    Attributes:
        name: of the model.
        languages: codes of the languages it speaks, the main one first.
        fingerprint: of the parts that make voices, which carry it.
        default_voice: name of the voice that speaks where none is asked for.
        sample_rate: Hz.
        max_seconds: about how much the model says in one go, prompt included.
        generation: settings that suit the model.
        licence: on what terms its weights are given, such as Apache-2.0; empty if nobody said.
    """

    name: str
    languages: list[str]
    fingerprint: str
    default_voice: str = "default"
    sample_rate: int = 24_000
    max_seconds: float = 14.0
    generation: Settings = field(default_factory=Settings)
    licence: str = ""

    def __post_init__(self) -> None:
        if not self.languages:
            raise InputError("languages is empty: name at least one")
        if self.sample_rate <= 0 or self.sample_rate % TOKENS_PER_SECOND:
            raise InputError(
                f"sample_rate is {self.sample_rate}: use a multiple of {TOKENS_PER_SECOND} Hz"
            )
        if not 1 <= self.max_seconds <= 3600:
            raise InputError(f"max_seconds is {self.max_seconds}: use 1 to 3600")


class Bundle:
    """The parts of one model, on one device."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.folder, self.device = folder, device
        facts = configs.load_yaml(folder / CONFIG)
        try:
            self.config = configs.build(ModelConfig, facts)
        except InputError as error:
            raise InputError(f"{folder / CONFIG}: {error}") from None

    @classmethod
    def load(cls, model: str | Path | None = None, device: str = "cpu") -> "Bundle":
        """A model by name or folder; None is the bundled one. Parts are loaded on first use.

        Raises:
            InputError: there is no such model, or its config cannot be used.
        """
        return cls(find_model(model), device)

    @cached_property
    def text_tokenizer(self) -> TextTokenizer:
        """Text to ids."""
        tokenizer = TextTokenizer.load(self._file(TOKENIZER))
        unknown = set(self.config.languages) - set(tokenizer.languages)
        if unknown:
            raise InputError(f"{TOKENIZER} of model {self.folder} lacks language {min(unknown)!r}")
        return tokenizer

    @cached_property
    def speech_lm(self) -> SpeechLM:
        """Text ids and timbre to audio tokens."""
        model = SpeechLM.load(self._weights("speech_lm"), self.device)
        self._agree("text ids", model.config.text_vocab, self.text_tokenizer.vocab_size)
        return model

    @cached_property
    def flow_matching(self) -> FlowMatching:
        """Audio tokens and timbre to latents."""
        model = FlowMatching.load(self._weights("flow_matching"), self.device)
        network = model.config.network
        self._agree("audio tokens", network.audio_vocab, self.speech_lm.config.audio_vocab)
        self._agree("timbre values", network.timbre_dim, self.speech_lm.config.timbre_dim)
        return model

    @cached_property
    def compiled_flow(self) -> CompiledNetwork | None:
        """Its network for the processor at hand, where there is such a thing."""
        if self.device != "cpu":
            return None
        with one_core():
            return CompiledNetwork.of(self.flow_matching.network)

    @cached_property
    def decoder(self) -> flow_vae.FlowVAE:
        """Latents to waveform."""
        path = self._weights("flow_vae_decoder")
        model = _standalone(lambda: flow_vae.load(decoder_path=path, device=self.device))
        network = self.flow_matching.config.network
        self._agree("latent channels", model.config.latent_dim, network.latent_dim)
        self._agree("Hz", model.config.sample_rate, self.config.sample_rate)
        return model

    @cached_property
    def encoder(self) -> flow_vae.FlowVAE:
        """Waveform to latents."""
        path = self._weights("flow_vae_encoder")
        model = _standalone(lambda: flow_vae.load(encoder_path=path, device=self.device))
        self._agree("latent channels", model.config.latent_dim, self.decoder.config.latent_dim)
        return model

    @cached_property
    def speaker_encoder(self) -> speaker_encoder.SpeakerEncoder:
        """Recordings to timbre."""
        path = self._weights("speaker_encoder")
        return _standalone(lambda: speaker_encoder.load(path, self.device))

    def check_voice_parts(self) -> None:
        """Refuse parts that make voices which belong to another model, with an InputError."""
        if self._fingerprint != self.config.fingerprint:
            raise InputError(
                f"the files {', '.join(f'{part}.safetensors' for part in VOICE_PARTS)} in "
                f"{self.folder} are not those that {CONFIG} names: copy the model again"
            )

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.folder)

    @cached_property
    def audio_tokenizer(self) -> AudioTokenizer:
        """Recordings to audio tokens."""
        model = AudioTokenizer.load(self._weights("audio_tokenizer"), self.device)
        self._agree("audio tokens", model.codebook_size, self.speech_lm.config.audio_vocab)
        return model

    @cached_property
    def voice_designer(self) -> VoiceDesigner:
        """Descriptions to timbre, on the CPU. It belongs to the parts that make voices."""
        name = f"{DESIGNER}.safetensors"
        if not (self.folder / name).is_file():
            raise InputError(
                f"model {self.config.name!r} designs no voices, as it has no {name}: train one "
                "with tts train voice-designer, and put it into the model's folder"
            )
        designer = VoiceDesigner.load(self.folder / name)
        base = designer.config.base
        if base != self.config.fingerprint:
            raise InputError(
                f"{self.folder / name} belongs to another model ({base}) than "
                f"{self.config.name!r} ({self.config.fingerprint}): train it anew with "
                f"tts train voice-designer model.base={self.folder}"
            )
        return designer

    @cached_property
    def default_voice(self) -> Voice:
        """The voice that speaks where none is asked for."""
        path = self.folder / "voices" / f"{self.config.default_voice}.safetensors"
        if not path.is_file():
            others = ", ".join(voice.stem for voice in self.voice_files())
            raise InputError(
                f"model {self.folder} has no voice {self.config.default_voice!r} to speak unasked: "
                f"give a --reference or a --voice{f' ({others})' if others else ''}, "
                f"or make it with tts voice add and tts voice export {path}"
            )
        return Voice.load(path)

    def voice_files(self) -> list[Path]:
        """The voices that come with the model."""
        return voice_files(self.folder)

    def emotion_files(self) -> list[Path]:
        """The emotions that come with the model."""
        return emotion_files(self.folder)

    @cached_property
    def lm_fingerprint(self) -> str:
        """Of the language model, which emotions belong to."""
        self._weights("speech_lm")
        return fingerprint(self.folder, ("speech_lm",))

    def _weights(self, part: str) -> Path:
        return self._file(f"{part}.safetensors")

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise InputError(f"model {self.folder} lacks {name}: copy the whole model again")
        return path

    def _agree(self, what: str, ours: int, theirs: int) -> None:
        if ours != theirs:
            raise InputError(
                f"model {self.folder} mixes parts of different models "
                f"({ours} and {theirs} {what}): copy the whole model again"
            )


def fingerprint(folder: Path, parts: Sequence[str] = VOICE_PARTS) -> str:
    """Sixteen hexadecimal digits of the tensors in parts of a model, whatever its metadata.

    Raises:
        InputError: one of the files is not a safetensors file.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        path = folder / f"{part}.safetensors"
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "little")
        try:
            header = json.loads(data[8 : 8 + size])
        except ValueError:
            raise InputError(
                f"{path} is damaged or not a safetensors file: copy it again"
            ) from None
        header.pop("__metadata__", None)
        digest.update(json.dumps(header, sort_keys=True).encode())
        digest.update(data[8 + size :])
    return digest.hexdigest()


def _standalone(load: Callable[[], Part]) -> Part:
    """Load a part of the packages that stand alone; their errors become an InputError."""
    try:
        return load()
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error
