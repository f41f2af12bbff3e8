"""Latents to waveform: the toolkit's vocoder.

Shapes: frames = latent frames (50 per second at 24 kHz), time = spectrogram frames (100).
"""

from math import log

import torch
from einops import rearrange
from torch import Tensor, nn

from flow_vae.config import FlowVAEConfig
from flow_vae.layers import InverseSTFT, convnext_blocks, init_weights, length_mask

KIND = "flow_vae_decoder"
UPSAMPLING = 2
MAX_LOG_MAGNITUDE = log(100.0)


class SpectrumHead(nn.Module):
    """Hidden frames to magnitude and phase, then the inverse STFT (Vocos, arXiv 2306.00814)."""

    def __init__(self, channels: int, n_fft: int, hop: int) -> None:
        super().__init__()
        self.project = nn.Linear(channels, n_fft + 2)
        self.istft = InverseSTFT(n_fft, hop)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(batch, time, channels) -> audio (batch, time * hop), in fp32 also under autocast.

        With a mask as for `InverseSTFT`.
        """
        with torch.autocast(x.device.type, enabled=False):
            log_magnitude, phase = self.project(x.float()).chunk(2, dim=-1)
            magnitude = log_magnitude.clamp(max=MAX_LOG_MAGNITUDE).exp()
            return self.istft(torch.complex(magnitude * phase.cos(), magnitude * phase.sin()), mask)


class FlowVAEDecoder(nn.Module):
    """Transposed convolution to the spectrogram's rate, ConvNeXt blocks, spectrum head."""

    def __init__(self, config: FlowVAEConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.decoder_channels
        self.upsample = nn.ConvTranspose1d(
            config.latent_dim, channels, 4, stride=UPSAMPLING, padding=1
        )
        self.norm_in = nn.LayerNorm(channels)
        self.blocks = convnext_blocks(
            channels, config.decoder_layers, config.kernel, config.expansion
        )
        self.norm_out = nn.LayerNorm(channels)
        self.head = SpectrumHead(channels, config.decoder_n_fft, config.stft_hop)
        self.apply(init_weights)

    @property
    def context_frames(self) -> int:
        """Latent frames on each side that the samples of one latent frame depend on."""
        blocks = self.config.decoder_layers * (self.config.kernel // 2)
        # The transposed convolution (kernel 4, stride 2, padding 1) adds one latent frame.
        return -(-(blocks + self.head.istft.context_frames) // UPSAMPLING) + 1

    def forward(self, latents: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Latents (batch, frames, latent_dim) -> audio (batch, frames * hop).

        Rows of which only the first ``lengths`` (batch,) frames are real sound as they do alone;
        what comes behind means nothing.
        """
        mask = None
        if lengths is not None:
            latents = latents * length_mask(lengths, latents.shape[1])
            mask = length_mask(UPSAMPLING * lengths, UPSAMPLING * latents.shape[1])
        x = rearrange(self.upsample(rearrange(latents, "b t c -> b c t")), "b c t -> b t c")
        x = self.norm_in(x)
        for block in self.blocks:
            x = block(x, mask)
        return self.head(self.norm_out(x), mask)
