"""A model so small that a test can make and run it."""

from copy import deepcopy
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

import flow_vae
import speaker_encoder
from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.emotion import Emotion
from minimax_speech.models import audio_tokenizer, flow_matching, speech_lm
from minimax_speech.models.audio_tokenizer import AudioTokenizer, AudioTokenizerConfig
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.flow_network import FlowNetworkConfig
from minimax_speech.models.lora import matrix_sizes
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.models.weights import save_model
from minimax_speech.text.bpe import TextTokenizer

Model = TypeVar("Model", bound=nn.Module)
TIMBRE, LATENT, LEVELS = 32, 16, [5, 5]
SENTENCES = ["The quick brown fox jumps over the lazy dog.", "Hello there, how are you?"]


def randomise(model: nn.Module, seed: int) -> None:
    """Random weights everywhere: layers that start at zero would hide faults."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                scale = parameter[0].numel() ** -0.5
                parameter.copy_(scale * torch.randn(parameter.shape, generator=generator))


def tiny_speech_lm(text_vocab: int) -> SpeechLM:
    """A speech language model with random weights and a small vocabulary, so that it ends."""
    config = SpeechLMConfig(
        text_vocab, 25, TIMBRE, TransformerConfig(dim=32, layers=2, heads=4, kv_heads=2, ffn=64)
    )
    model = SpeechLM(config)
    randomise(model, 1)
    return model.eval()


def as_stored(weight: Tensor) -> Tensor:
    """The nearest weights that a file can hold as int8."""
    scale = weight.abs().amax(1, keepdim=True) / 127
    return (weight / scale).round() * scale


def stored(model: Model) -> Model:
    """The same model with its matrices as they come from a file."""
    copy = deepcopy(model).eval()
    copy.load_state_dict(
        {
            name: as_stored(tensor) if tensor.ndim == 2 else tensor
            for name, tensor in model.state_dict().items()
        }
    )
    return copy


def write_parts(folder: Path, seed: int = 0) -> None:
    """Weights files of a whole tiny model, and its text tokenizer, as trainings export them."""
    tokenizer = TextTokenizer.train({"en": SENTENCES}, 300, lowercase=True)
    tokenizer.save(folder / "tokenizer.json")
    torch.manual_seed(seed)
    encoder = speaker_encoder.SpeakerEncoder(
        speaker_encoder.SpeakerEncoderConfig(
            channels=16, layers=2, attention_channels=8, timbre_dim=TIMBRE
        )
    )
    speaker_encoder.save(folder / "speaker_encoder.safetensors", encoder)
    lm = tiny_speech_lm(tokenizer.vocab_size)
    save_model(folder / "speech_lm.safetensors", lm, lm.config, speech_lm.KIND)
    width = TransformerConfig(dim=32, layers=2, heads=2, kv_heads=2, ffn=64)
    flow = FlowMatching(FlowMatchingConfig(FlowNetworkConfig(LATENT, 25, TIMBRE, 1, width)))
    randomise(flow, 2)
    save_model(folder / "flow_matching.safetensors", flow, flow.config, flow_matching.KIND)
    tokens = AudioTokenizer(
        AudioTokenizerConfig(channels=16, layers=[1, 1, 1], ctc_layers=1, levels=LEVELS)
    )
    save_model(folder / "audio_tokenizer.safetensors", tokens, tokens.config, audio_tokenizer.KIND)
    vae = flow_vae.FlowVAE(
        flow_vae.FlowVAEConfig(
            latent_dim=LATENT,
            encoder_channels=16,
            encoder_layers=1,
            encoder_latent_layers=1,
            flow_couplings=2,
            flow_channels=8,
            decoder_channels=32,
            decoder_layers=1,
        )
    )
    randomise(vae.decoder, 3)
    flow_vae.save_encoder(folder / "flow_vae_encoder.safetensors", vae.encoder)
    flow_vae.save_decoder(folder / "flow_vae_decoder.safetensors", vae.decoder)


PARTS = (
    "speaker_encoder",
    "speech_lm",
    "flow_matching",
    "audio_tokenizer",
    "flow_vae_encoder",
    "flow_vae_decoder",
)


def tone(seconds: float, hertz: float = 220.0) -> Samples:
    """A loud tone that comes and goes, (samples,) at 24 kHz."""
    time = np.arange(round(seconds * io.SAMPLE_RATE)) / io.SAMPLE_RATE
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time)
    return (0.3 * swell * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def random_emotion(
    model: SpeechLM,
    name: str,
    rank: int = 4,
    scale: float = 1.0,
    seed: int = 0,
    fingerprint: str = "",
    pitch: float = 0.0,
    tilt: float = 0.0,
    breath: float = 0.0,
) -> Emotion:
    """An emotion with random weights that changes much; half precision holds them exactly."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for layer in range(model.config.transformer.layers):
        for matrix, (outputs, inputs) in matrix_sizes(model.config.transformer).items():
            for letter, shape in (("A", (rank, inputs)), ("B", (outputs, rank))):
                key = f"base_model.model.transformer.blocks.{layer}.{matrix}.lora_{letter}.weight"
                weights = 0.3 * torch.randn(shape, generator=generator)
                tensors[key] = weights.half().float()
    return Emotion(name, tensors, scale, fingerprint, pitch, tilt, breath)
