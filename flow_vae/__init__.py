"""Waveform to continuous latents and back: encoder, flow, decoder, discriminators and losses.

Stands alone: torch, torchaudio, safetensors and einops; the command line also soundfile.
"""

from flow_vae.config import FlowVAEConfig
from flow_vae.decoder import FlowVAEDecoder
from flow_vae.discriminators import DiscriminatorConfig, DiscriminatorOutput, Discriminators, split
from flow_vae.encoder import FlowVAEEncoder
from flow_vae.flow import Posterior
from flow_vae.losses import (
    MultiResolutionMel,
    adversarial_loss,
    discriminator_loss,
    feature_matching_loss,
    ms_stft_distance,
)
from flow_vae.model import FlowVAE, FlowVAEOutput, load, save_decoder, save_encoder

__all__ = [
    "DiscriminatorConfig",
    "DiscriminatorOutput",
    "Discriminators",
    "FlowVAE",
    "FlowVAEConfig",
    "FlowVAEDecoder",
    "FlowVAEEncoder",
    "FlowVAEOutput",
    "MultiResolutionMel",
    "Posterior",
    "adversarial_loss",
    "discriminator_loss",
    "feature_matching_loss",
    "load",
    "ms_stft_distance",
    "save_decoder",
    "save_encoder",
    "split",
]
