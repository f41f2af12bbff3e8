"""What training costs: operations, memory, and how many operations a device can do.

A weight that meets a position does one multiplication and one addition forwards and twice as many
backwards, so N weights cost 6 N operations a position (Kaplan et al. 2020, arXiv 2001.08361).
Attention adds, for each layer and each pair of positions that see each other, two multiplications
and two additions forwards for each channel, and as always twice as many backwards. Norms,
activations and embeddings count for nothing, and so do padding and what is computed a second time
in place of being kept: what is counted is what a model asks for, not what a device happens to do.

The model FLOPs utilisation (MFU, Chowdhery et al. 2022, arXiv 2204.02311) is the rate of these
operations over the peak of the devices. Each network counts those of its own positions: mel frames
of the speaker encoder, timbre, text and audio tokens of the language model, audio tokens of flow
matching.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.training.recompute import recompute_blocks
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig

Build = Callable[[], nn.Module]
Run = Callable[[Any, int], object]

ROW = 32
"""Positions of the rows that show what networks cost.

Few, as they are passed through on a CPU, where attention may keep what it does not keep on GPUs: a
number for each pair of positions.
"""

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


class Cost:
    """What a network costs, seen by passing rows through it without spending time or memory.

    Args:
        build: makes the network.
        run: gives it so many rows, which it makes.
        positions: of each row; they cost the same.
    """

    def __init__(self, build: Build, run: Run, positions: int = ROW) -> None:
        self._build, self._run, self._positions = build, run, positions

    def flops(self, lengths: Tensor) -> float:
        """Operations forwards on rows of ``lengths`` (rows,) positions."""
        return self._counted[0] * float(lengths.sum())

    def kept(self, lengths: Tensor, anew: bool = False) -> float:
        """Bytes that are kept for the backward pass, under bf16 autocast and not compiled.

        With ``anew`` the inside of Transformer blocks is computed anew instead.
        """
        _, each = self._counted_anew if anew else self._counted
        return each * float(lengths.sum())

    @cached_property
    def _counted(self) -> tuple[float, float]:
        """Operations and bytes of a position."""
        return self._count(anew=False)

    @cached_property
    def _counted_anew(self) -> tuple[float, float]:
        return self._count(anew=True)

    def _count(self, anew: bool) -> tuple[float, float]:
        with torch.device("meta"):
            network = self._build()
        if anew:
            recompute_blocks(network)
        with FakeTensorMode(allow_non_fake_inputs=True), torch.autocast("cpu", torch.bfloat16):
            network.to_empty(device="cpu")
            # What a second row adds: weights in another precision, too, are kept only once.
            one, two = (self._pass(network, rows) for rows in (1, 2))
        return (two[0] - one[0]) / self._positions, (two[1] - one[1]) / self._positions

    def _pass(self, network: nn.Module, rows: int) -> tuple[int, int]:
        """Operations and bytes of so many rows."""
        kept: dict[int, torch.UntypedStorage] = {}

        def keep(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            kept[storage._cdata] = storage  # several tensors may share it
            return tensor

        with (
            FlopCounterMode(display=False) as counter,
            saved_tensors_hooks(keep, lambda tensor: tensor),
        ):
            self._run(network, rows)
        return counter.get_total_flops(), sum(storage.nbytes() for storage in kept.values())


class TransformerCost(Cost):
    """What a Transformer, and the layers around it, cost.

    Args:
        config: of the Transformer.
        weights: that each position meets, in and around it.
        row_weights: that each row meets once.
        causal: whether a position sees the past alone.
        build, run: as for :class:`Cost`, which tells the memory.
    """

    def __init__(
        self,
        config: TransformerConfig,
        weights: int,
        row_weights: int,
        causal: bool,
        build: Build,
        run: Run,
    ) -> None:
        super().__init__(build, run)
        self.config, self.causal = config, causal
        self.weights, self.row_weights = weights, row_weights

    def flops(self, lengths: Tensor) -> float:
        """2 N T + 4 L C T² for a row of T positions, N weights, L layers of C channels.

        Of the second term half where only the past is seen.
        """
        sizes = lengths.double()
        pairs = float(sizes.square().sum()) / (2 if self.causal else 1)
        dense = self.weights * float(sizes.sum()) + self.row_weights * len(sizes)
        return 2 * dense + 4 * self.config.layers * self.config.dim * pairs


@dataclass(frozen=True)
class Load:
    """Rows that a network is given in training.

    Attributes:
        cost: of the network.
        lengths: (rows,) positions of each.
        forward: how many forward passes.
        backward: how many backward passes, each twice as costly; half of one where gradients are
            passed on, but the weights get none.
    """

    cost: Cost
    lengths: Tensor
    forward: float = 1
    backward: float = 1

    @property
    def flops(self) -> float:
        """Operations in all."""
        return (self.forward + 2 * self.backward) * self.cost.flops(self.lengths)

    def kept(self, anew: bool = False) -> float:
        """Bytes for the backward pass, see :meth:`Cost.kept`."""
        return self.cost.kept(self.lengths, anew) if self.backward else 0.0


def matrix_weights(*modules: nn.Module) -> int:
    """Weights that every position meets: those of linear layers and convolutions."""
    layers = {part for module in modules for part in module.modules()}
    matrices = (nn.Linear, nn.Conv1d, nn.Conv2d)
    return sum(layer.weight.numel() for layer in layers if isinstance(layer, matrices))


def speech_lm_cost(config: SpeechLMConfig) -> TransformerCost:
    """Of the speech language model; positions are the timbre, text and audio tokens."""
    # On a CPU, where this is counted, attention with dropout keeps what no GPU does.
    plain = replace(config, transformer=replace(config.transformer, dropout=0.0))
    with torch.device("meta"):
        lm = SpeechLM(plain)

    def run(lm: SpeechLM, rows: int) -> None:
        lm(torch.zeros(rows, ROW - 1, dtype=torch.long), torch.zeros(rows, config.timbre_dim))

    weights, row_weights = matrix_weights(lm.transformer, lm.head), matrix_weights(lm.timbre)
    return TransformerCost(
        config.transformer, weights, row_weights, True, lambda: SpeechLM(plain), run
    )


def flow_cost(config: FlowMatchingConfig) -> TransformerCost:
    """Of flow matching; positions are audio tokens. Blocks are taken for as long as the rows."""
    sizes = config.network
    transformer = replace(sizes.transformer, dropout=0.0)
    plain = replace(config, network=replace(sizes, transformer=transformer))
    with torch.device("meta"):
        network = FlowMatching(plain).network

    def run(flow: FlowMatching, rows: int) -> None:
        latents = torch.zeros(rows, LATENTS_PER_TOKEN * ROW, sizes.latent_dim)
        tokens, lengths = torch.zeros(rows, ROW, dtype=torch.long), torch.full((rows,), ROW)
        flow(latents, tokens, lengths, torch.zeros(rows, sizes.timbre_dim), torch.zeros(rows))

    return TransformerCost(
        sizes.transformer,
        matrix_weights(network.token_stack, network.input, network.transformer, network.output),
        matrix_weights(network.time, network.timbre, network.bandwidth, network.modulation),
        False,
        lambda: FlowMatching(plain),
        run,
    )


def encoder_cost(config: SpeakerEncoderConfig) -> Cost:
    """Of the speaker encoder; positions are mel frames."""

    def run(encoder: SpeakerEncoder, rows: int) -> None:
        encoder(torch.zeros(rows, ROW, config.n_mels), torch.full((rows,), ROW))

    return Cost(lambda: SpeakerEncoder(config), run)
