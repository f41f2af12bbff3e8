"""Waveform to the posterior over latents, and the flow that shapes it.

Shapes: time = spectrogram frames (100 per second at 24 kHz), frames = latent frames (50).
"""

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from flow_vae.config import FlowVAEConfig
from flow_vae.flow import Posterior, build_flow
from flow_vae.layers import LogSpectrogram, convnext_blocks, init_weights

KIND = "flow_vae_encoder"
LOG_STD_RANGE = (-7.0, 2.0)

# A fixed shift and scale that bring log magnitudes of speech (about -11.5 ... 5) near unit range.
LOG_CENTRE, LOG_SPREAD = -3.0, 4.0


class FlowVAEEncoder(nn.Module):
    """Everything on the analysis side: spectrogram encoder and flow, saved as one file."""

    def __init__(self, config: FlowVAEConfig) -> None:
        super().__init__()
        self.config = config
        channels, kernel, expansion = config.encoder_channels, config.kernel, config.expansion
        self.spectrogram = LogSpectrogram(config.encoder_n_fft, config.stft_hop)
        self.stem = nn.Linear(config.encoder_n_fft // 2 + 1, channels)
        self.blocks = convnext_blocks(channels, config.encoder_layers, kernel, expansion)
        self.halve = nn.Conv1d(channels, channels, 4, stride=2, padding=1)
        self.latent_blocks = convnext_blocks(
            channels, config.encoder_latent_layers, kernel, expansion
        )
        self.norm = nn.LayerNorm(channels)
        self.head = nn.Linear(channels, 2 * config.latent_dim)
        self.apply(init_weights)
        self.flow = build_flow(config)

    def forward(self, audio: Tensor) -> Posterior:
        """Audio (batch, samples) -> posterior (batch, ceil(samples / hop), latent_dim), in fp32.

        Audio that is not a multiple of `hop` is padded with zeros at its end.
        """
        x = self.spectrogram(F.pad(audio, (0, -audio.shape[-1] % self.config.hop)))
        x = self.blocks(self.stem((x - LOG_CENTRE) / LOG_SPREAD))
        x = rearrange(self.halve(rearrange(x, "b t c -> b c t")), "b c t -> b t c")
        x = self.norm(self.latent_blocks(x))
        # fp32: rounding of the mean would be noise that the posterior's deviation does not know of.
        with torch.autocast(x.device.type, enabled=False):
            mean, log_std = self.head(x.float()).chunk(2, dim=-1)
            return Posterior(mean, log_std.clamp(*LOG_STD_RANGE))
