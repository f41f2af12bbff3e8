"""What training costs: operations, and how many of them a device can do.

A weight that meets a position does one multiplication and one addition forwards and twice as many
backwards, so N weights cost 6 N operations a position (Kaplan et al. 2020, arXiv 2001.08361).
Attention adds, for each layer and each pair of positions that see each other, two multiplications
and two additions forwards for each channel, and as always twice as many backwards. Norms,
activations and embeddings count for nothing, and so do padding and what is computed a second time
in place of being kept: what is counted is what a model asks for, not what a device happens to do.

The model FLOPs utilisation (MFU, Chowdhery et al. 2022, arXiv 2204.02311) is the rate of these
operations over the peak of the devices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import TransformerConfig
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig

FORWARD, BACKWARD = 2, 4

PEAK_FLOPS = {
    "B200": 2250e12,
    "H200 NVL": 836e12,
    "H200": 989e12,
    "H100 NVL": 836e12,
    "H100 PCIe": 756e12,
    "H100": 989e12,
    "GH200": 989e12,
    "A100": 312e12,
    "A800": 312e12,
    "H800": 989e12,
    "L40S": 362e12,
    "L4": 121e12,
    "RTX 4090": 165e12,
    "RTX 3090": 71e12,
    "MI300X": 1307e12,
}
"""Operations a second in bf16 on dense matrices, by part of a device's name; the first counts."""


def peak_flops(device: str) -> float | None:
    """Peak operations a second of a device by its name, None where the table has no such device."""
    return next((peak for name, peak in PEAK_FLOPS.items() if name in device), None)


def matrix_weights(*modules: nn.Module) -> int:
    """Weights that every position meets: of matrices and convolutions, not of embeddings."""
    tables = {
        parameter
        for module in modules
        for part in module.modules()
        if isinstance(part, nn.Embedding)
        for parameter in part.parameters()
    }
    parameters = {p for module in modules for p in module.parameters()} - tables
    return sum(p.numel() for p in parameters if p.ndim >= 2)


@dataclass(frozen=True)
class TransformerCost:
    """What a Transformer, and the layers around it, do.

    Attributes:
        config: of the Transformer.
        weights: that each position meets, in and around it.
        row_weights: that each row meets once.
        causal: whether a position sees the past alone.
    """

    config: TransformerConfig
    weights: int
    row_weights: int = 0
    causal: bool = False

    def flops(self, lengths: Tensor, backward: bool = True) -> float:
        """Operations on rows of ``lengths`` (rows,) positions each.

        6 N T + 12 L C T² for a row of T positions, N weights, L layers of C channels (2 and 4
        without ``backward``); of the second term half where only the past is seen.
        """
        each = FORWARD + backward * BACKWARD
        sizes = lengths.double()
        pairs = float(sizes.square().sum()) / (2 if self.causal else 1)
        dense = self.weights * float(sizes.sum()) + self.row_weights * len(sizes)
        return each * (dense + 2 * self.config.layers * self.config.dim * pairs)


def speech_lm_cost(lm: SpeechLM) -> TransformerCost:
    """Of the speech language model; positions are the timbre, text and audio tokens."""
    weights = matrix_weights(lm.transformer, lm.head)
    return TransformerCost(lm.config.transformer, weights, matrix_weights(lm.timbre), causal=True)


def flow_cost(flow: FlowMatching) -> TransformerCost:
    """Of flow matching; positions are audio tokens. Masks are taken for none, blocks being long."""
    network = flow.network
    return TransformerCost(
        network.config.transformer,
        matrix_weights(network.token_stack, network.input, network.transformer, network.output),
        matrix_weights(network.time, network.timbre, network.bandwidth, network.modulation),
    )


def forward_flops(build: Callable[[], nn.Module], run: Callable[[Any], object]) -> float:
    """Operations of a network forwards, counted without memory or work.

    For networks of which each frame costs the same; with the backward pass it is three times that.

    Args:
        build: makes the network.
        run: gives it inputs, which it makes.
    """
    with torch.device("meta"):
        network = build()
    with FakeTensorMode(allow_non_fake_inputs=True), FlopCounterMode(display=False) as counter:
        run(network.to_empty(device="cpu"))
    return float(counter.get_total_flops())


def encoder_flops(config: SpeakerEncoderConfig) -> float:
    """Operations of the speaker encoder forwards on a frame."""
    frames = 100

    def encode(encoder: SpeakerEncoder) -> None:
        encoder(torch.zeros(1, frames, config.n_mels), torch.full((1,), frames))

    return forward_flops(lambda: SpeakerEncoder(config), encode) / frames
