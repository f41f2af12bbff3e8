"""The toolkit's one definition of a log-mel spectrogram."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchaudio.functional import melscale_fbanks

LOG_FLOOR = 1e-5


class LogMel(nn.Module):
    """Natural-log mel magnitudes, one frame for every `hop` samples.

    The audio is padded with zeros by (n_fft - hop) / 2 on both sides, so that frame `i` is centred
    on the samples `i * hop ... (i + 1) * hop` that it stands for and `n * hop` samples give exactly
    `n` frames. Audio that is not a multiple of `hop` is first padded with zeros at its end.

    The bands follow Slaney's mel scale with unit area; magnitudes below 1e-5 are clamped.
    Computed in fp32, also under autocast.
    """

    window: Tensor
    filters: Tensor

    def __init__(
        self, sample_rate: int = 24_000, n_fft: int = 1024, hop: int = 240, n_mels: int = 80
    ) -> None:
        super().__init__()
        if hop > n_fft or (n_fft - hop) % 2:
            raise ValueError(
                f"hop {hop} does not fit n_fft {n_fft}: it must be smaller and n_fft - hop even"
            )
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop = hop
        with torch.device("cpu"):  # real numbers, also where a model is only sketched
            filters = melscale_fbanks(
                n_fft // 2 + 1,
                0.0,
                sample_rate / 2,
                n_mels,
                sample_rate,
                norm="slaney",
                mel_scale="slaney",
            )
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)
        self.register_buffer("filters", filters, persistent=False)

    def frames(self, samples: int) -> int:
        """Number of frames that `samples` samples give."""
        return -(-samples // self.hop)

    def forward(self, audio: Tensor) -> Tensor:
        """Audio (batch, samples) in [-1, 1] to log-mel (batch, frames, n_mels)."""
        with torch.autocast(audio.device.type, enabled=False):
            side = (self.n_fft - self.hop) // 2
            padded = F.pad(audio.float(), (side, side + -audio.shape[-1] % self.hop))
            spectrum = torch.stft(
                padded, self.n_fft, self.hop, window=self.window, center=False, return_complex=True
            )
            # The floor under the square root keeps its gradient finite in digital silence.
            power = torch.view_as_real(spectrum).square().sum(-1)
            magnitude = power.clamp(min=LOG_FLOOR**2).sqrt()
            return (magnitude.transpose(1, 2) @ self.filters).clamp(min=LOG_FLOOR).log()
