"""Sampling whole, in batches and block by block."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from test_flow_matching import DIM, LENGTHS, flow_matching, inputs
from torch import Tensor

from minimax_speech.models.flow_integration import FlowPart, FlowSettings
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_sampling import (
    FlowHistory,
    FlowSampler,
    _attention_bias,
    block_schedule,
    block_stop,
    sample,
)

SETTINGS = [
    FlowSettings(3, 0.0),
    FlowSettings(3, 1.0),
    FlowSettings(2, 1.0, "midpoint"),
]
prompt_sizes = (2, 5)


def histories(sampler: FlowSampler, timbre: Tensor) -> list[FlowHistory]:
    """Of prompts of different lengths."""
    rng = torch.Generator().manual_seed(3)
    return [
        sampler.prime(
            torch.randint(0, 10, (size,), generator=rng),
            torch.randn(2 * size, DIM, generator=rng),
            timbre[row],
        )
        for row, size in enumerate(prompt_sizes)
    ]


@pytest.mark.parametrize("distilled", [False, True])
@pytest.mark.parametrize("settings", SETTINGS)
def test_a_batch_of_two_equals_two_singles(settings: FlowSettings, distilled: bool) -> None:
    model, batch = flow_matching(distilled=distilled), inputs()
    sampler, blocks = FlowSampler(model, settings), torch.tensor([0, 0, 1, 1, 1, 2, 2])
    alone = histories(sampler, batch["timbre"])
    together = FlowHistory.stack(alone)
    whole, _ = sampler.extend(together, FlowPart(**batch), blocks)
    for row, length in enumerate(LENGTHS.tolist()):
        part = FlowPart(
            batch["tokens"][row : row + 1, :length],
            LENGTHS[row : row + 1],
            batch["timbre"][row : row + 1],
            batch["noise"][row : row + 1, : 2 * length],
        )
        one, _ = sampler.extend(alone[row], part, blocks[:length])
        assert torch.allclose(whole[row, : 2 * length], one[0], atol=1e-4)


@pytest.mark.parametrize("size", [1, 8, 13])
def test_a_bias_stands_for_a_mask(size: int) -> None:
    queries, keys, values = torch.randn(3, 2, 4, 5, 6).unbind()
    keys, values = (x.repeat(1, 1, 3, 1)[:, :, :size] for x in (keys, values))
    mask = torch.rand(2, 1, 5, size) < 0.5
    mask[..., 0] = True
    masked = F.scaled_dot_product_attention(queries, keys, values, mask)
    bias = _attention_bias(mask, torch.float32)
    assert bias.shape == mask.shape
    assert all(stride % 8 == 0 for stride in bias.stride()[:-1])
    assert torch.equal(F.scaled_dot_product_attention(queries, keys, values, bias), masked)


def test_rows_that_share_a_history_have_it_each() -> None:
    sampler = FlowSampler(flow_matching(), FlowSettings(2, 1.0))
    short, long = histories(sampler, inputs()["timbre"])
    for order in ([short, long, short], [long] * 3):
        shared = FlowHistory.stack(order)
        apart = FlowHistory.stack([replace(history) for history in order])
        assert torch.equal(shared.seen, apart.seen)
        assert torch.equal(shared.positions, apart.positions)
        assert torch.equal(shared.memories, apart.memories)


@pytest.mark.parametrize("distilled", [False, True])
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("prompted", [False, True])
def test_block_by_block_equals_whole(
    settings: FlowSettings, distilled: bool, prompted: bool
) -> None:
    model, length = flow_matching(distilled=distilled), 20
    tokens, noise = torch.randint(0, 10, (1, length)), torch.randn(1, 2 * length, DIM)
    timbre, ahead = torch.randn(1, 5), model.network.look_ahead
    cuts = [0, 4, 11, length]
    blocks = torch.tensor([0] * 4 + [1] * 7 + [2] * 9)
    sampler = FlowSampler(model, settings)
    begin = histories(sampler, timbre.expand(2, -1))[0] if prompted else sampler.begin(1)
    everything = FlowPart(tokens, torch.tensor([length]), timbre, noise)
    whole, _ = sampler.extend(begin, everything, blocks)
    assert torch.equal(sampler.finish(begin, everything, blocks), whole)

    history, parts = begin, []
    for start, stop in pairwise(cuts):
        low = max(0, start - ahead)
        window = tokens[:, low : stop + ahead]
        size = torch.tensor([window.shape[1]])
        part = FlowPart(window, size, timbre, noise[:, 2 * start : 2 * stop], start - low)
        made, history = sampler.extend(history, part, blocks[start:stop])
        parts.append(made)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-4)
    assert begin.seen.shape[1] == (prompt_sizes[0] if prompted else 0)  # is left as it was


def test_a_prompt_is_heard() -> None:
    model, batch = flow_matching(), inputs()
    sampler, blocks = FlowSampler(model, FlowSettings(3, 1.0)), block_schedule(7)
    prompted = FlowHistory.stack(histories(sampler, batch["timbre"]))
    with_prompt = sampler.finish(prompted, FlowPart(**batch), blocks)
    without = sampler.finish(sampler.begin(2), FlowPart(**batch), blocks)
    assert not torch.allclose(with_prompt, without, atol=1e-2)


def test_without_guidance_only_the_condition_counts() -> None:
    model, batch = flow_matching(), inputs()
    plain = sample(model, **batch, settings=FlowSettings(2, 0.0))
    guided = sample(model, **batch, settings=FlowSettings(2, 2.0))
    torch.nn.init.normal_(model.network.no_timbre)  # what stands for "no condition"
    assert torch.equal(sample(model, **batch, settings=FlowSettings(2, 0.0)), plain)
    again = sample(model, **batch, settings=FlowSettings(2, 2.0))
    assert not torch.allclose(again, guided, atol=1e-3)


def test_a_distilled_network_is_told_steps_and_guidance() -> None:
    def made(model: FlowMatching, settings: FlowSettings) -> Tensor:
        torch.manual_seed(0)
        return sample(model, **inputs(), settings=settings)

    model = flow_matching(distilled=True)
    outputs = [
        made(model, FlowSettings(steps, guidance)) for steps in (1, 2) for guidance in (0.0, 1.0)
    ]
    for number, one in enumerate(outputs):
        assert all(not torch.allclose(one, other, atol=1e-3) for other in outputs[number + 1 :])


def test_a_straight_flow_is_exact_in_one_step() -> None:
    """An untrained network stands still: the noise comes out, on the scale of the latents."""
    model, batch = flow_matching(random=False), inputs()
    latents = sample(model, **batch, settings=FlowSettings(1, 1.0))
    assert torch.allclose(latents, batch["noise"] * 2 + 0.5, atol=1e-5)


@pytest.mark.parametrize(
    ("length", "blocks"), [(1, [1]), (14, [14]), (15, [14, 1]), (60, [14, 11, 25, 10])]
)
def test_the_schedule_begins_small_and_goes_on_evenly(length: int, blocks: list[int]) -> None:
    assert block_schedule(length).bincount().tolist() == blocks
    stops = [0]
    while stops[-1] < length:
        stops.append(min(block_stop(stops[-1]), length))
    assert np.diff(stops).tolist() == blocks
