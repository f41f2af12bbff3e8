"""What is measured: a trained model, or one of a recipe's size with random weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

import flow_vae
import speaker_encoder
from minimax_speech import config as configs
from minimax_speech.audio.io import Audio
from minimax_speech.errors import InputError
from minimax_speech.inference.assembly import suitable
from minimax_speech.inference.bundle import Bundle, ModelConfig
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.model_folder import TOKENIZER, find_model
from minimax_speech.inference.references import PROMPT_SECONDS
from minimax_speech.inference.streaming import SpeechStream
from minimax_speech.models.audio_tokenizer import AudioTokenizer, AudioTokenizerConfig
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.voice import Prompt, Voice

Config = TypeVar("Config")


@dataclass(frozen=True)
class Subject:
    """A model to measure, and how it speaks as users make it speak.

    Attributes:
        name: of the model, or of the size.
        random: whether its weights are.
        bundle: its parts.
        say: texts and a seed for each, spoken together.
        stream: a text, spoken piece by piece.
    """

    name: str
    random: bool
    bundle: Bundle
    say: Callable[[Sequence[str], Sequence[int]], list[Audio]]
    stream: Callable[[str], SpeechStream]

    def facts(self) -> dict[str, Any]:
        """Name, precision and parameters of each part."""
        bundle = self.bundle
        parts = {
            "speech_lm": bundle.speech_lm,
            "flow_matching": bundle.flow_matching,
            "flow_vae_decoder": bundle.decoder.decoder,
            "flow_vae_encoder": bundle.encoder.encoder,
            "speaker_encoder": bundle.speaker_encoder,
            "audio_tokenizer": bundle.audio_tokenizer,
        }
        counts = {name: sum(p.numel() for p in part.parameters()) for name, part in parts.items()}
        dtype = str(bundle.speech_lm.head.weight.dtype).removeprefix("torch.")
        return {
            "name": self.name,
            "random": self.random,
            "dtype": dtype,
            "parameters": {**counts, "all": sum(counts.values())},
        }


class RandomBundle(Bundle):
    """A model as the last stages of a folder of recipes leave it, but with random weights.

    As fast as a trained one, and no files.

    It never ends a line by itself, since the class that would end it is never the likeliest.
    """

    def __init__(self, recipes: Path, device: str = "cpu", seed: int = 0) -> None:
        """Parts as the recipes in a folder have them.

        Raises:
            InputError: a recipe is missing or wrong.
        """
        self.folder, self.device = recipes, device
        tokenizer = TextTokenizer.load(find_model() / TOKENIZER)
        speech, flow, codec, tokens = (
            configs.load_yaml(recipes / f"{stage}.yaml").get("model", {})
            for stage in ("speech-lm", "flow-distillation", "flow-vae", "tokenizer")
        )
        flow_config = _build(FlowMatchingConfig, flow, "flow_matching")
        flow_config.network.distilled = True
        settings = replace(suitable(flow_config), temperature=0.0)
        self.config = ModelConfig(recipes.name, ["en"], "random", generation=settings)
        torch.manual_seed(seed)
        lm_config = _build(SpeechLMConfig, speech, "speech_lm")
        lm_config.text_vocab = tokenizer.vocab_size
        lm = SpeechLM(lm_config)
        parts: dict[str, nn.Module] = {
            "speech_lm": lm,
            "flow_matching": FlowMatching(flow_config),
            "audio_tokenizer": AudioTokenizer(_build(AudioTokenizerConfig, tokens, "tokenizer")),
            "speaker_encoder": speaker_encoder.SpeakerEncoder(
                _build(speaker_encoder.SpeakerEncoderConfig, speech, "speaker_encoder")
            ),
        }
        vae = flow_vae.FlowVAE(_build(flow_vae.FlowVAEConfig, codec, "vae"))
        parts |= {"encoder": vae, "decoder": vae}
        for part in parts.values():
            _randomise(part)
            part.to(device).eval()
        with torch.no_grad():
            lm.head.weight[lm.end] = 0.0
        # In the place of what a bundle would load at first use.
        vars(self).update(
            parts,
            text_tokenizer=tokenizer,
            default_voice=self._voice(lm_config, vae.config.latent_dim),
        )

    def _voice(self, config: SpeechLMConfig, latent_dim: int) -> Voice:
        """A voice of random numbers, with a prompt as long as that of a clone."""
        rng = np.random.default_rng(0)
        count = round(PROMPT_SECONDS * TOKENS_PER_SECOND)
        latents = rng.standard_normal((LATENTS_PER_TOKEN * count, latent_dim), np.float32)
        tokens = rng.integers(config.audio_vocab, size=count, dtype=np.int32)
        timbre = rng.standard_normal(config.timbre_dim, np.float32)
        prompt = Prompt(None, tokens, latents)
        return Voice(timbre, "random", self.config.fingerprint, "en", prompt)


def recipes_of(size: str) -> Path:
    """The folder of recipes that a size names: itself, or one in ``recipes/``.

    Raises:
        InputError: there is none.
    """
    ours = Path(__file__).parents[3] / "recipes"
    for folder in (Path(size), Path("recipes") / size, ours / size):
        if (folder / "speech-lm.yaml").is_file():
            return folder
    known = sorted(path.parent.name for path in ours.glob("*/speech-lm.yaml"))
    hint = f", or one of {', '.join(known)}" if known else ""
    raise InputError(f"no recipes for size {size!r}: give a folder of recipes{hint}")


def _build(config: type[Config], model: Mapping[str, Any], section: str) -> Config:
    return configs.build(config, model.get(section, {}), section)


def _randomise(model: nn.Module) -> None:
    """Random weights everywhere: layers that start at zero would make silence, and denormals."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=parameter[0].numel() ** -0.5)
