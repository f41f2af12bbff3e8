"""The speaker verification network of seed-tts-eval: WavLM-large and an ECAPA-TDNN head.

WavLM (Chen et al. 2021, arXiv 2110.13900) comes from transformers; the head follows ECAPA-TDNN
(Desplanques et al. 2020, arXiv 2005.07143) on a learned mix of WavLM's layers. `load` reads the
published checkpoint, whose names of weights are those of WavLM's first release.

Shapes: batch = clips, time = frames (50 per second), channels = hidden width.
"""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from minimax_speech.errors import InputError
from minimax_speech.evaluation.registry import require

LARGE = {
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
    "feat_extract_norm": "layer",
    "do_stable_layer_norm": True,
    "conv_bias": False,
    "num_buckets": 320,
    "max_bucket_distance": 800,
}
"""WavLM-large, as transformers' `WavLMConfig` names its sizes."""

_RENAMED = [
    (r"^feature_extract\.model\.", "wavlm."),
    (r"conv_layers\.(\d+)\.0\.", r"conv_layers.\1.conv."),
    (r"conv_layers\.(\d+)\.2\.1\.", r"conv_layers.\1.layer_norm."),
    (r"^wavlm\.layer_norm\.", "wavlm.feature_projection.layer_norm."),
    (r"^wavlm\.post_extract_proj\.", "wavlm.feature_projection.projection."),
    (r"^wavlm\.mask_emb$", "wavlm.masked_spec_embed"),
    (r"\.pos_conv\.0\.weight_g$", ".pos_conv_embed.conv.parametrizations.weight.original0"),
    (r"\.pos_conv\.0\.weight_v$", ".pos_conv_embed.conv.parametrizations.weight.original1"),
    (r"\.pos_conv\.0\.", ".pos_conv_embed.conv."),
    (r"\.self_attn_layer_norm\.", ".layer_norm."),
    (r"\.self_attn\.", ".attention."),
    (r"\.grep_linear\.", ".gru_rel_pos_linear."),
    (r"\.relative_attention_bias\.", ".rel_attn_embed."),
    (r"\.grep_a$", ".gru_rel_pos_const"),
    (r"\.fc1\.", ".feed_forward.intermediate_dense."),
    (r"\.fc2\.", ".feed_forward.output_dense."),
    (r"\.Conv1dReluBn1\.", ".enter."),
    (r"\.Res2Conv1dReluBn\.", ".split."),
    (r"\.Conv1dReluBn2\.", ".leave."),
    (r"\.SE_Connect\.", ".gate."),
]
"""The checkpoint's names -> this module's, applied in order."""


class ConvNorm(nn.Module):
    """Convolution, ReLU, batch normalisation."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inputs, outputs, kernel, padding=kernel // 2)
        self.bn = nn.BatchNorm1d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, time) -> (batch, outputs, time)."""
        return self.bn(F.relu(self.conv(x)))


class Res2Conv(nn.Module):
    """Dilated convolutions in a cascade over groups of channels (Res2Net, arXiv 1904.01169)."""

    def __init__(self, channels: int, dilation: int, groups: int = 8) -> None:
        super().__init__()
        self.width = channels // groups
        self.convs = nn.ModuleList(
            nn.Conv1d(self.width, self.width, 3, padding=dilation, dilation=dilation)
            for _ in range(groups - 1)
        )
        self.bns = nn.ModuleList(nn.BatchNorm1d(self.width) for _ in range(groups - 1))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, time) -> the same shape."""
        *groups, last = x.split(self.width, dim=1)
        outputs: list[Tensor] = []
        for group, conv, norm in zip(groups, self.convs, self.bns, strict=True):
            carried = group + outputs[-1] if outputs else group
            outputs.append(norm(F.relu(conv(carried))))
        return torch.cat([*outputs, last], dim=1)


class Gate(nn.Module):
    """Squeeze-excitation (arXiv 1709.01507)."""

    def __init__(self, channels: int, bottleneck: int = 128) -> None:
        super().__init__()
        self.linear1 = nn.Linear(channels, bottleneck)
        self.linear2 = nn.Linear(bottleneck, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, time) -> the same shape."""
        gate = torch.sigmoid(self.linear2(F.relu(self.linear1(x.mean(dim=2)))))
        return x * gate.unsqueeze(2)


class Block(nn.Module):
    """SE-Res2Block of ECAPA-TDNN, around a residual."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.enter = ConvNorm(channels, channels)
        self.split = Res2Conv(channels, dilation)
        self.leave = ConvNorm(channels, channels)
        self.gate = Gate(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, time) -> the same shape."""
        return x + self.gate(self.leave(self.split(self.enter(x))))


class AttentiveStatistics(nn.Module):
    """Attention-weighted mean and deviation over time (arXiv 1803.10963)."""

    def __init__(self, channels: int, attention_channels: int = 128) -> None:
        super().__init__()
        self.linear1 = nn.Conv1d(channels, attention_channels, 1)
        self.linear2 = nn.Conv1d(attention_channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, time) -> (batch, 2 * channels)."""
        attention = self.linear2(torch.tanh(self.linear1(x))).softmax(dim=2)
        mean = (attention * x).sum(dim=2)
        variance = (attention * x.square()).sum(dim=2) - mean.square()
        return torch.cat([mean, variance.clamp(min=1e-9).sqrt()], dim=1)


class WavLMVerifier(nn.Module):
    """WavLM, a mix of its layers, and the ECAPA-TDNN head."""

    def __init__(self, wavlm_sizes: dict[str, Any], channels: int = 512, dim: int = 256) -> None:
        super().__init__()
        transformers = require("transformers", "wavlm-large", "transformers")
        config = transformers.WavLMConfig(**wavlm_sizes)
        self.wavlm = transformers.WavLMModel(config)
        self.feature_weight = nn.Parameter(torch.zeros(config.num_hidden_layers + 1))
        self.instance_norm = nn.InstanceNorm1d(config.hidden_size)
        self.layer1 = ConvNorm(config.hidden_size, channels, kernel=5)
        self.layer2, self.layer3, self.layer4 = (Block(channels, d) for d in (2, 3, 4))
        self.conv = nn.Conv1d(3 * channels, 3 * 512, 1)
        self.pooling = AttentiveStatistics(3 * 512)
        self.bn = nn.BatchNorm1d(6 * 512)
        self.linear = nn.Linear(6 * 512, dim)

    def forward(self, audio: Tensor) -> Tensor:
        """Audio at 16 kHz (batch, samples), all of one length -> vectors (batch, dim)."""
        audio = F.layer_norm(audio, audio.shape[1:])
        states = self.layers(audio)
        mix = torch.einsum("l,lbtc->bct", self.feature_weight.softmax(dim=0), states)
        x = self.layer1(self.instance_norm(mix + 1e-6))
        outputs = []
        for layer in (self.layer2, self.layer3, self.layer4):
            x = layer(x)
            outputs.append(x)
        x = F.relu(self.conv(torch.cat(outputs, dim=1)))
        return self.linear(self.bn(self.pooling(x)))

    def layers(self, audio: Tensor) -> Tensor:
        """Input of WavLM's first layer, outputs of all: (layers + 1, batch, time, channels).

        The last one is taken after the final normalisation, as the head was trained; transformers
        hands it out before or after it, depending on the version.
        """
        output = self.wavlm(audio, output_hidden_states=True)
        return torch.stack([*output.hidden_states[:-1], output.last_hidden_state])


def load(path: str | Path, device: str = "cpu") -> WavLMVerifier:
    """The verifier of the published checkpoint `wavlm_large_finetune.pth`, in eval mode.

    Raises:
        InputError: the file is missing, cannot be read safely, or does not fit.
    """
    try:
        # The published file is a torch pickle; weights_only runs no code from it.
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        tensors = checkpoint.get("model", checkpoint)
        model = WavLMVerifier(LARGE)
        fit(model, tensors)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise InputError(
            f"wavlm-large cannot read {path} as its checkpoint ({reason}): "
            "give wavlm_large_finetune.pth"
        ) from error
    return model.to(device).eval()


def fit(model: WavLMVerifier, tensors: dict[str, Tensor]) -> None:
    """Load a checkpoint's tensors; those it has beyond the network (of its training) are left out.

    Raises:
        ValueError: the checkpoint lacks a weight of the network.
        RuntimeError: a weight has another shape.
    """
    renamed = {}
    for name, tensor in tensors.items():
        for pattern, replacement in _RENAMED:
            name = re.sub(pattern, replacement, name)
        renamed[name] = tensor
    wanted = model.state_dict()
    missing = [name for name in wanted if name not in renamed]
    if missing:
        raise ValueError(f"{len(missing)} weights are missing, the first is {missing[0]}")
    model.load_state_dict({name: renamed[name] for name in wanted})
