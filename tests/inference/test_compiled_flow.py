"""Flow matching with the compiled network: what the model computes, in any company and pieces."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import LATENT, TIMBRE, randomise, stored
from torch import Tensor

from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.compiled_flow import CompiledNetwork, CompiledSampler
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_integration import (
    FlowIntegrator,
    FlowPart,
    FlowPatches,
    FlowSettings,
)
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.flow_network import FlowNetworkConfig
from minimax_speech.models.flow_sampling import FlowSampler
from minimax_speech.models.transformer import TransformerConfig

SETTINGS = [FlowSettings(2, 0.0), FlowSettings(2, 1.0), FlowSettings(1, 1.0, "midpoint")]
VOCAB, PROMPTS, LENGTHS = 20, (3, 17), (23, 19)
SIZE = TransformerConfig(dim=64, layers=2, heads=4, kv_heads=2, ffn=48)
WIDE = TransformerConfig(dim=128, layers=2, heads=4, kv_heads=2, ffn=96)


def flow_matching(distilled: bool = False, size: TransformerConfig = SIZE) -> FlowMatching:
    """Random weights everywhere, as from a file; keys are shared by queries."""
    network = FlowNetworkConfig(LATENT, VOCAB, TIMBRE, 1, size, distilled)
    model, generator = FlowMatching(FlowMatchingConfig(network)), torch.Generator().manual_seed(9)
    randomise(model, 4)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(torch.rand(parameter.shape, generator=generator))
    model.latent_mean.fill_(0.5)
    model.latent_std.fill_(2.0)
    return stored(model)


@cache
def samplers(settings: FlowSettings, distilled: bool) -> tuple[FlowSampler, CompiledSampler]:
    model = flow_matching(distilled)
    return FlowSampler(model, settings), CompiledSampler(model, settings, compiled(distilled))


@cache
def compiled(distilled: bool) -> CompiledNetwork:
    network = CompiledNetwork.of(flow_matching(distilled).network)
    assert network is not None
    return network


def primed(sampler: FlowIntegrator[Any]) -> list[Any]:
    """Histories of prompts of different lengths."""
    random = torch.Generator().manual_seed(3)
    return [
        sampler.prime(
            torch.randint(VOCAB, (size,), generator=random),
            torch.randn(2 * size, LATENT, generator=random),
            torch.randn(TIMBRE, generator=random),
        )
        for size in PROMPTS
    ]


def wanted(rows: int = 2, seed: int = 1) -> FlowPart:
    random = torch.Generator().manual_seed(seed)
    return FlowPart(
        torch.randint(VOCAB, (rows, max(LENGTHS)), generator=random),
        torch.tensor(LENGTHS[:rows]),
        torch.randn(rows, TIMBRE, generator=random),
        torch.randn(rows, 2 * max(LENGTHS), LATENT, generator=random),
    )


def blocks(length: int = max(LENGTHS), size: int = 6) -> Tensor:
    return torch.arange(length) // size


def assert_same(found: Tensor, wanted: Tensor) -> None:
    for row, length in enumerate(LENGTHS[: len(found)]):
        ours, theirs = found[row, : 2 * length], wanted[row, : 2 * length]
        assert (ours - theirs).norm() < 1e-5 * theirs.norm()


@pytest.mark.parametrize("distilled", [False, True])
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("prompted", [False, True])
def test_lines_equal_those_of_the_network(
    settings: FlowSettings, distilled: bool, prompted: bool
) -> None:
    plain, ours = samplers(settings, distilled)
    found, expected = (
        sampler.finish(
            sampler.stack(primed(sampler)) if prompted else sampler.begin(2), wanted(), blocks()
        )
        for sampler in (ours, plain)
    )
    assert_same(found, expected)


@pytest.mark.parametrize(("capability", "lanes"), [("AVX2", 8), ("AVX512", 16)])
def test_panels_are_as_wide_as_the_processor_s_registers(
    monkeypatch: pytest.MonkeyPatch, capability: str, lanes: int
) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    model = flow_matching(size=WIDE)
    network = CompiledNetwork.of(model.network)
    assert network is not None
    assert network.panel.lanes == lanes
    plain, ours = FlowSampler(model, SETTINGS[1]), CompiledSampler(model, SETTINGS[1], network)
    found, expected = (
        sampler.finish(sampler.stack(primed(sampler)), wanted(), blocks())
        for sampler in (ours, plain)
    )
    assert_same(found, expected)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("prompted", [False, True])
def test_block_by_block_equals_whole_and_leaves_what_was_before(
    settings: FlowSettings, prompted: bool
) -> None:
    _, sampler = samplers(settings, False)
    begin = primed(sampler)[1] if prompted else sampler.begin(1)
    lines, ahead = [wanted(1, seed) for seed in (1, 2)], sampler.model.network.look_ahead
    wholes = [sampler.finish(begin, line, blocks()) for line in lines]
    histories: list[Any] = [begin, begin]
    pieces: list[list[Tensor]] = [[], []]
    for start, stop in pairwise([*range(0, LENGTHS[0], 6), LENGTHS[0]]):
        low, block = max(0, start - ahead), torch.zeros(stop - start)
        windows = [line.tokens[:, low : stop + ahead] for line in lines]
        parts = [
            FlowPart(
                window,
                torch.tensor([window.shape[1]]),
                line.timbre,
                line.noise[:, 2 * start : 2 * stop],
                start - low,
            )
            for window, line in zip(windows, lines, strict=True)
        ]
        for number in (0, 1):
            made, longer = sampler.extend(histories[number], parts[number], block)
            sampler.extend(histories[number], parts[1 - number], block)  # in another direction
            histories[number] = longer
            pieces[number].append(made)
    for whole, made_of_it in zip(wholes, pieces, strict=True):
        assert_same(torch.cat(made_of_it, 1), whole)


def test_a_batch_goes_on_as_its_rows_would() -> None:
    """Rows may be of one voice, end early, and be followed by others."""
    plain, ours = samplers(SETTINGS[1], False)
    found = []
    for sampler in (ours, plain):
        voice = primed(sampler)[1]
        latents, history = sampler.extend(sampler.stack([voice, voice]), wanted(), blocks())
        found.append((latents, sampler.finish(history, wanted(seed=5), blocks())))
    for pair in zip(*found, strict=True):
        assert_same(*pair)


@torch.inference_mode()
def test_a_row_gives_the_same_bits_in_any_company_and_on_any_core() -> None:
    _, sampler = samplers(SETTINGS[1], False)
    history = sampler.stack(primed(sampler))
    rows, count, random = len(history), 13, torch.Generator().manual_seed(6)
    patches = FlowPatches(
        torch.randn(rows, count, SIZE.dim, generator=random),
        torch.randn(sampler.evaluations, rows, 8, SIZE.dim, generator=random),
        blocks(count, 4),
        torch.full((rows,), count),
    )
    x = torch.randn(rows, 2 * count, LATENT, generator=random)
    together = sampler.evaluator(history, patches, grows=True).velocity(1, x)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        side_by_side = sampler.evaluator(history, patches, grows=False).velocity(1, x)
    finally:
        torch.set_num_threads(before)
    assert torch.equal(side_by_side, together)
    for row in range(rows):
        one = slice(row, row + 1)
        alone = replace(
            patches,
            words=patches.words[one],
            modulations=patches.modulations[:, one],
            made=patches.made[one],
        )
        evaluator = sampler.evaluator(history[one], alone, grows=False)
        assert torch.equal(evaluator.velocity(1, x[one]), together[one])


def test_the_same_latents_where_nothing_can_be_compiled(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: CompiledNetwork) -> None:
        raise OSError("memory may not be executed")

    def latents() -> tuple[Any, Tensor]:
        bundle = Bundle.load(tiny_model)
        bundle.flow_matching = stored(bundle.flow_matching)
        acoustics, settings = Acoustics(bundle), Settings(steps=2)
        line = TokenLine(bundle.default_voice, [3, 1, 4, 1, 5], 7)
        return acoustics.sampler(settings), acoustics.latents([line], settings)

    sampler, ours = latents()
    assert isinstance(sampler, CompiledSampler)
    assert caplog.messages == []
    monkeypatch.setattr(CompiledNetwork, "_compile", refuse)
    sampler, theirs = latents()
    assert isinstance(sampler, FlowSampler)
    assert torch.allclose(ours, theirs, atol=1e-4)
    told = "flow matching is slow here, uncompiled: memory may not be executed"
    assert caplog.messages == [told]


def test_other_weights_are_left_alone() -> None:
    model = flow_matching()
    torch.nn.init.normal_(model.network.output.weight)
    assert CompiledNetwork.of(model.network) is None


def test_widths_that_fill_no_vectors_are_left_alone() -> None:
    size = TransformerConfig(dim=64, layers=1, heads=8, kv_heads=8, ffn=48)
    assert CompiledNetwork.of(flow_matching(size=size).network) is None
