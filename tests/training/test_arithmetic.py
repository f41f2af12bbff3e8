"""What is said of operations and memory is what torch counts."""

import pytest
import torch
from miniature import recipe
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from minimax_speech.errors import InputError
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.flow_network import FlowNetworkConfig
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.training.arithmetic import (
    Load,
    encoder_cost,
    flow_cost,
    matrix_weights,
    peak_flops,
    speech_lm_cost,
)
from minimax_speech.training.planning import Hardware, plan
from minimax_speech.training.random_data import random_task
from minimax_speech.training.recompute import recompute_blocks
from minimax_speech.training.run import STAGES, load_recipe
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig

TRANSFORMER = TransformerConfig(dim=64, layers=3, heads=4, kv_heads=2, ffn=160, dropout=0.1)
# As many classes, with the end, as training fills up to: more would not be asked for.
LM = SpeechLMConfig(audio_vocab=1007, timbre_dim=16, transformer=TRANSFORMER)
FLOW = FlowMatchingConfig(network=FlowNetworkConfig(timbre_dim=16, transformer=TRANSFORMER))


def test_operations_of_the_speech_lm() -> None:
    """torch counts attention in full, of which a causal model needs half."""
    lm, rows, length = SpeechLM(LM), 2, 60
    ids, timbre = torch.zeros(rows, length - 1, dtype=torch.long), torch.zeros(rows, 16)
    with FlopCounterMode(display=False) as counter:
        lm(ids, timbre).sum().backward()
    load = Load(speech_lm_cost(LM), torch.full((rows,), length))
    half = 12 * TRANSFORMER.layers * TRANSFORMER.dim * rows * length**2 / 2
    timbre_gradient = 2 * rows * 16 * TRANSFORMER.dim  # which no input asks for here
    assert load.flops == pytest.approx(counter.get_total_flops() - half + timbre_gradient, rel=1e-6)


def test_operations_of_flow_matching() -> None:
    flow, rows, length = FlowMatching(FLOW), 2, 48
    with FlopCounterMode(display=False) as counter:
        flow(
            torch.zeros(rows, 2 * length, 64),
            torch.zeros(rows, length, dtype=torch.long),
            torch.full((rows,), length),
            torch.zeros(rows, 16),
            torch.zeros(rows),
        )
    load = Load(flow_cost(FLOW), torch.full((rows,), length), backward=0)
    # A gap of three tokens parts prompts and texts, which the model does not ask for.
    gap = 2 * matrix_weights(flow.network.token_stack) * rows * 3
    assert load.flops + gap == pytest.approx(counter.get_total_flops(), rel=0.001)


def test_operations_grow_with_the_square_of_attention_alone() -> None:
    cost = speech_lm_cost(LM)
    one, two = (cost.flops(torch.tensor([length])) for length in (1, 2))
    pairs = 2 * TRANSFORMER.layers * TRANSFORMER.dim
    assert two - 2 * one == pytest.approx(2 * pairs - 2 * cost.row_weights)
    assert cost.flops(torch.tensor([5, 7])) == cost.flops(torch.tensor([5])) + cost.flops(
        torch.tensor([7])
    )


def test_passes_weigh_as_they_cost() -> None:
    cost, lengths = speech_lm_cost(LM), torch.tensor([9])
    forward = Load(cost, lengths, backward=0)
    assert Load(cost, lengths).flops == 3 * forward.flops
    assert Load(cost, lengths, forward=8, backward=0).flops == 8 * forward.flops
    assert forward.kept() == 0


@pytest.mark.parametrize("anew", [False, True])
def test_what_is_kept_for_the_backward_pass(anew: bool) -> None:
    plain = SpeechLMConfig(timbre_dim=16, transformer=TransformerConfig(64, 3, 4, 2, 160))
    lm = SpeechLM(plain)
    if anew:
        recompute_blocks(lm)
    sizes = {}
    for rows in (1, 3):
        kept: dict[int, torch.UntypedStorage] = {}

        def keep(tensor: Tensor, kept: dict = kept) -> Tensor:
            kept[tensor.untyped_storage()._cdata] = tensor.untyped_storage()
            return tensor

        with saved_tensors_hooks(keep, lambda x: x), torch.autocast("cpu", torch.bfloat16):
            lm(torch.zeros(rows, 63, dtype=torch.long), torch.zeros(rows, 16))
        sizes[rows] = sum(storage.nbytes() for storage in kept.values())
    told = speech_lm_cost(plain).kept(torch.tensor([64, 64]), anew)
    assert told == pytest.approx(sizes[3] - sizes[1], rel=0.15)


def test_a_frame_of_the_speaker_encoder() -> None:
    config = SpeakerEncoderConfig(channels=32, layers=2, timbre_dim=16)
    with FlopCounterMode(display=False) as counter:
        SpeakerEncoder(config)(torch.zeros(3, 40, 80), torch.full((3,), 40))
    told = encoder_cost(config).flops(torch.tensor([40, 40, 40]))
    assert told == pytest.approx(counter.get_total_flops(), rel=0.02)


def test_peaks_by_name() -> None:
    assert peak_flops("NVIDIA H100 80GB HBM3") == 989e12
    assert peak_flops("NVIDIA H100 PCIe") == 756e12
    assert peak_flops("NVIDIA GH200 480GB") == 989e12
    assert peak_flops("cpu") is None


# -- recipes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_tells_what_its_batches_cost(stage: str) -> None:
    task = random_task(STAGES[stage], load_recipe(stage, recipe(stage)))
    batch = task.collate([(0, 1), (1, 2)])
    work = task.work(batch)
    tokens = sum(task.data.train.tokens[:2])
    if stage == "voice-designer":  # which learns from descriptions and timbres
        assert work.tokens == 2
    elif stage != "flow-vae":  # which sees stretches of them
        assert work.tokens == tokens
    assert work.flops > 6 * work.tokens * 1000
    assert sum(load.kept() for load in work.loads) > 0


def test_shares_take_less_memory() -> None:
    one, whole, shared = (
        plan(recipe("speech-lm"), Hardware(gpus), overrides)["gib_per_gpu"]
        for gpus, overrides in ((1, []), (8, []), (8, ["train.parallel=fsdp"]))
    )
    for part in ("weights", "gradients", "optimizer", "averages"):
        assert whole[part] == one[part]
        assert shared[part] == pytest.approx(one[part] / 8)
    assert whole["activations"] == pytest.approx(one["activations"] / 8)


def test_a_plan_names_what_can_be_named() -> None:
    with pytest.raises(InputError, match="unknown card 'H1000'"):
        Hardware(card="H1000")
