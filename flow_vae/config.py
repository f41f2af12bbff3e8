"""Sizes of the Flow-VAE. The defaults are the `small` model; none is published, all are ours."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class FlowVAEConfig:
    """Shared by encoder, flow and decoder; each weights file carries all of it."""

    sample_rate: int = 24_000
    latent_dim: int = 64
    hop: int = 480
    """Samples per latent frame. Both spectrograms run at twice the rate, with half this hop."""
    flow: Literal["affine", "none"] = "affine"
    """`none` is the plain VAE: the KL is taken on the latents themselves."""

    encoder_n_fft: int = 1024
    encoder_channels: int = 256
    encoder_layers: int = 5
    """ConvNeXt blocks at the spectrogram's rate, before the halving."""
    encoder_latent_layers: int = 3
    """ConvNeXt blocks at the latent rate, after the halving."""

    flow_couplings: int = 4
    flow_channels: int = 128

    decoder_n_fft: int = 960
    decoder_channels: int = 512
    decoder_layers: int = 8

    kernel: int = 7
    """Kernel of the depthwise convolutions."""
    expansion: int = 3
    """Hidden width of a ConvNeXt block, in multiples of its channels."""

    def __post_init__(self) -> None:
        spectrogram_overlap = self.encoder_n_fft - self.stft_hop
        synthesis_overlap = self.decoder_n_fft - self.stft_hop
        for valid, problem in (
            (self.flow in ("affine", "none"), f"flow is {self.flow!r}: give affine or none"),
            (self.hop % 2 == 0, f"hop is {self.hop}: give an even number"),
            (self.latent_dim % 2 == 0, f"latent_dim is {self.latent_dim}: give an even number"),
            (self.kernel % 2 == 1, f"kernel is {self.kernel}: give an odd number"),
            # An even number of reversals keeps the channels in order: f starts as the identity.
            (self.flow_couplings % 2 == 0, f"flow_couplings is {self.flow_couplings}: give even"),
            (
                spectrogram_overlap >= 0 and spectrogram_overlap % 2 == 0,
                f"encoder_n_fft is {self.encoder_n_fft}: give {self.stft_hop} plus an even number",
            ),
            (
                synthesis_overlap > 0
                and synthesis_overlap % 2 == 0
                and self.decoder_n_fft % self.stft_hop == 0,
                f"decoder_n_fft is {self.decoder_n_fft}: give an even multiple of {self.stft_hop}",
            ),
        ):
            if not valid:
                raise ValueError(problem)

    @property
    def stft_hop(self) -> int:
        """Samples per spectrogram frame."""
        return self.hop // 2
