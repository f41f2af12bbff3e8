"""The speaker encoder.

Shapes: batch = clips, time = mel frames (100 per second), channels = hidden width.

Follows ECAPA-TDNN (Desplanques et al. 2020, arXiv 2005.07143): dilated residual convolutions with
squeeze-excitation, aggregation of all layers, attentive statistics pooling. It differs in using
per-frame LayerNorm instead of BatchNorm, so that neither padding nor the other clips of a batch
change a vector. Sizes are this toolkit's own choice.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F
from torchaudio.functional import resample

from speaker_encoder import weights
from speaker_encoder.features import LogMel

KIND = "speaker_encoder"
MIN_SECONDS = 1.0
WINDOW_SECONDS = 10.0
WINDOWS_PER_BATCH = 16

# A fixed shift and scale that bring log-mel values of speech (about -11.5 ... 2) near unit range.
MEL_CENTRE, MEL_SPREAD = -5.0, 4.0


@dataclass
class SpeakerEncoderConfig:
    """Sizes of the speaker encoder and the features that it reads."""

    sample_rate: int = 24_000
    n_fft: int = 1024
    hop: int = 240
    n_mels: int = 80
    channels: int = 256
    layers: int = 5
    attention_channels: int = 128
    timbre_dim: int = 256


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Mean of the valid frames of (batch, time, channels): (batch, 1, channels), in fp32."""
    x, mask = x.float(), mask.float()
    return (x * mask).sum(1, keepdim=True) / mask.sum(1, keepdim=True)


class SqueezeExcitation(nn.Module):
    """Scales each channel by a gate of the clip's mean (Hu et al. 2018, arXiv 1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // 4)
        self.excite = nn.Linear(channels // 4, channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, time, channels), mask (batch, time, 1) -> (batch, time, channels)."""
        gate = self.excite(F.gelu(self.squeeze(masked_mean(x, mask))))
        return x * gate.sigmoid()


class ResidualBlock(nn.Module):
    """Pointwise, dilated convolution, pointwise and squeeze-excitation, beside a residual."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.inner = nn.Linear(channels, channels)
        self.conv = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.conv_norm = nn.LayerNorm(channels)
        self.outer = nn.Linear(channels, channels)
        self.gate = SqueezeExcitation(channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, time, channels), mask (batch, time, 1) -> (batch, time, channels)."""
        h = F.gelu(self.inner(self.norm(x)))
        # Frames beyond a clip's end must look like the convolution's own zero padding.
        h = self.conv(rearrange(h * mask, "b t c -> b c t"))
        h = F.gelu(self.conv_norm(rearrange(h, "b c t -> b t c")))
        return x + self.gate(self.outer(h), mask)


class AttentiveStatistics(nn.Module):
    """Attention-weighted mean and standard deviation (Okabe et al. 2018, arXiv 1803.10963).

    The attention of a frame also sees the clip's plain mean and deviation, as in ECAPA-TDNN.
    """

    def __init__(self, channels: int, attention_channels: int) -> None:
        super().__init__()
        self.frame = nn.Linear(channels, attention_channels)
        self.clip = nn.Linear(2 * channels, attention_channels, bias=False)
        self.score = nn.Linear(attention_channels, channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, time, channels), mask (batch, time, 1) -> (batch, 2 * channels)."""
        mean = masked_mean(x, mask)
        deviation = masked_mean((x - mean).square(), mask).clamp(min=1e-6).sqrt()
        context = self.clip(torch.cat([mean, deviation], dim=-1))
        scores = self.score(torch.tanh(self.frame(x) + context))
        attention = scores.float().masked_fill(~mask, float("-inf")).softmax(dim=1)
        mean = (attention * x).sum(1)
        variance = (attention * (x - mean.unsqueeze(1)).square()).sum(1)
        return torch.cat([mean, variance.clamp(min=1e-6).sqrt()], dim=-1)


class SpeakerEncoder(nn.Module):
    """Log-mel of a reference recording to its timbre vector."""

    def __init__(self, config: SpeakerEncoderConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels
        self.log_mel = LogMel(config.sample_rate, config.n_fft, config.hop, config.n_mels)
        self.stem = nn.Conv1d(config.n_mels, channels, 5, padding=2)
        self.blocks = nn.ModuleList(ResidualBlock(channels, 1 + i) for i in range(config.layers))
        self.aggregate = nn.Linear(config.layers * channels, channels)
        self.norm = nn.LayerNorm(channels)
        self.pool = AttentiveStatistics(channels, config.attention_channels)
        self.project = nn.Linear(2 * channels, config.timbre_dim)

    def forward(self, mel: Tensor, lengths: Tensor) -> Tensor:
        """Timbre vectors (batch, timbre_dim) of mean 0 and variance 1, in fp32.

        Args:
            mel: output of `LogMel`, (batch, time, n_mels); what lies beyond `lengths` is ignored.
            lengths: valid frames of each clip, (batch,), at least 1.
        """
        mask = torch.arange(mel.shape[1], device=mel.device) < lengths.unsqueeze(1)
        mask = mask.unsqueeze(-1)
        # where, not a product: padding that holds inf or NaN must not reach the vector either.
        x = torch.where(mask, (mel - MEL_CENTRE) / MEL_SPREAD, 0.0)
        x = rearrange(self.stem(rearrange(x, "b t c -> b c t")), "b c t -> b t c")
        outputs = []
        for block in self.blocks:
            x = block(x, mask)
            outputs.append(x)
        x = F.gelu(self.norm(self.aggregate(torch.cat(outputs, dim=-1))))
        return self._normalise(self.project(self.pool(x, mask)))

    def _normalise(self, vector: Tensor) -> Tensor:
        return F.layer_norm(vector.float(), (self.config.timbre_dim,))

    @torch.no_grad()
    def embed(self, waveforms: list[Tensor], sample_rate: int) -> Tensor:
        """One timbre vector (timbre_dim,) for all the clips of one speaker.

        Clips are cut into windows of at most 10 s; the windows' vectors are averaged by their
        seconds and normalised again.

        Args:
            waveforms: clips (samples,) in [-1, 1].
            sample_rate: of the clips, Hz; resampled to the encoder's own rate.

        Raises:
            ValueError: a clip is not one-dimensional, not finite or silent, or all clips together
                are shorter than 1 s.
        """
        _check_clips(waveforms, sample_rate)
        device = next(self.parameters()).device
        windows: list[Tensor] = []
        for clip in waveforms:
            clip = resample(clip.to(device, torch.float32), sample_rate, self.config.sample_rate)
            count = -(-clip.shape[0] // int(WINDOW_SECONDS * self.config.sample_rate))
            windows += clip.tensor_split(max(count, 1))
        vectors = [
            self._embed_windows(windows[i : i + WINDOWS_PER_BATCH])
            for i in range(0, len(windows), WINDOWS_PER_BATCH)
        ]
        seconds = torch.tensor([float(w.shape[0]) for w in windows], device=device)
        return self._normalise((seconds / seconds.sum()) @ torch.cat(vectors))

    def _embed_windows(self, windows: list[Tensor]) -> Tensor:
        lengths = [self.log_mel.frames(w.shape[0]) for w in windows]
        audio = nn.utils.rnn.pad_sequence(windows, batch_first=True)
        return self(self.log_mel(audio), torch.tensor(lengths, device=audio.device))


def _check_clips(waveforms: list[Tensor], sample_rate: int) -> None:
    for clip in waveforms:
        if clip.ndim != 1 or clip.shape[0] == 0:
            raise ValueError(
                f"a reference clip has shape {tuple(clip.shape)}: give mono clips (samples,)"
            )
        if not bool(clip.isfinite().all()):
            raise ValueError(
                "a reference clip holds NaN or infinite samples: give samples in [-1, 1]"
            )
        if not bool(clip.any()):
            raise ValueError("a reference clip is silent: give a clip with speech")
    seconds = sum(clip.shape[0] for clip in waveforms) / sample_rate
    if seconds < MIN_SECONDS:
        raise ValueError(
            f"the reference is {seconds:.2f} s long: give at least {MIN_SECONDS:g} s of speech"
        )


def save(path: str | Path, encoder: SpeakerEncoder, quantise: bool = False) -> None:
    """Write the encoder's weights and config to one safetensors file."""
    weights.save(path, encoder, asdict(encoder.config), KIND, quantise)


def load(path: str | Path, device: str | torch.device = "cpu") -> SpeakerEncoder:
    """The encoder of a weights file, in eval mode.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a speaker encoder's weights, or not of this version.
    """
    config, tensors = weights.read(path, KIND)
    encoder = SpeakerEncoder(weights.build_config(SpeakerEncoderConfig, config, path))
    weights.load_into(encoder, tensors, path)
    return encoder.to(device).eval()
