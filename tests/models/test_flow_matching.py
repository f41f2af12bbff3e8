from typing import Literal

import pytest
import torch
from torch import Tensor

from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig, frame_noise
from minimax_speech.models.flow_network import FlowCondition, FlowNetworkConfig
from minimax_speech.models.transformer import TransformerConfig

LENGTHS = torch.tensor([4, 7])
DIM = 6


def flow_matching(random: bool = True, **changes: float) -> FlowMatching:
    network = FlowNetworkConfig(
        latent_dim=DIM,
        audio_vocab=10,
        timbre_dim=5,
        token_layers=1,
        transformer=TransformerConfig(dim=16, layers=2, heads=2, kv_heads=2, ffn=24),
    )
    model = FlowMatching(FlowMatchingConfig(network, **changes))
    model.latent_mean.fill_(0.5)
    model.latent_std.fill_(2.0)
    if random:  # as initialised, the velocity is zero everywhere
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def inputs() -> dict[str, Tensor]:
    return {
        "tokens": torch.randint(0, 10, (2, 7)),
        "lengths": LENGTHS,
        "timbre": torch.randn(2, 5),
        "noise": torch.randn(2, 14, DIM),
    }


def alone(batch: dict[str, Tensor], row: int) -> dict[str, Tensor]:
    """One row of a batch without its padding."""
    length = int(LENGTHS[row])
    one = {name: value[row : row + 1] for name, value in batch.items()}
    return {**one, "tokens": one["tokens"][:, :length], "noise": one["noise"][:, : 2 * length]}


@torch.no_grad()
def test_the_network_ignores_padding() -> None:
    network, batch = flow_matching().network, inputs()

    def velocity(part: dict[str, Tensor]) -> Tensor:
        rows, frames = part["noise"].shape[:2]
        condition = FlowCondition(
            part["tokens"],
            part["lengths"],
            part["timbre"],
            torch.full((rows,), 8_000.0),
            part["noise"].flip(-1),
            torch.arange(frames)[None].expand(rows, -1) < 2,
            torch.zeros(rows, dtype=torch.bool),
        )
        return network(part["noise"], torch.full((rows,), 0.3), condition)

    whole = velocity(batch)
    for row, length in enumerate(LENGTHS.tolist()):
        one = velocity(alone(batch, row))[0]
        assert torch.allclose(whole[row, : 2 * length], one, atol=1e-5)


@pytest.mark.parametrize("solver", ["euler", "midpoint"])
@pytest.mark.parametrize("cfg_scale", [0.0, 1.0])
def test_a_batch_of_two_equals_two_singles(
    solver: Literal["euler", "midpoint"], cfg_scale: float
) -> None:
    model, batch = flow_matching(), inputs()
    whole = model.sample(**batch, steps=3, cfg_scale=cfg_scale, solver=solver)
    for row, length in enumerate(LENGTHS.tolist()):
        one = model.sample(**alone(batch, row), steps=3, cfg_scale=cfg_scale, solver=solver)
        assert torch.allclose(whole[row, : 2 * length], one[0], atol=1e-4)


def test_known_frames_come_out_unchanged() -> None:
    model, batch = flow_matching(), inputs()
    prompt, prompt_lengths = torch.randn(2, 6, DIM), torch.tensor([1, 3])
    settings = {"steps": 3, "cfg_scale": 0.7}
    latents = model.sample(**batch, **settings, prompt=prompt, prompt_lengths=prompt_lengths)
    for row, length in enumerate((2, 6)):
        assert torch.allclose(latents[row, :length], prompt[row, :length], atol=1e-5)
    free = model.sample(**batch, **settings)
    assert not torch.allclose(free[1, 6:], latents[1, 6:], atol=1e-3)  # and they are heard


@pytest.mark.parametrize("solver", ["euler", "midpoint"])
def test_known_frames_go_the_way_they_went_in_training(
    solver: Literal["euler", "midpoint"], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, batch = flow_matching(), inputs()
    prompt, prompt_lengths = torch.randn(2, 6, DIM), torch.tensor([1, 3])
    network, calls = model.network.forward, []

    def watched(x: Tensor, t: Tensor, condition: FlowCondition) -> Tensor:
        path = torch.lerp(batch["noise"][1, :6], model.normalise(prompt[1]), float(t[0]))
        calls.append(torch.allclose(x[1, :6], path, atol=1e-5))
        return network(x, t, condition)

    monkeypatch.setattr(model.network, "forward", watched)
    model.sample(
        **batch,
        steps=3,
        cfg_scale=0,
        prompt=prompt,
        prompt_lengths=prompt_lengths,
        solver=solver,
    )
    assert calls == [True] * (3 if solver == "euler" else 6)


def test_without_guidance_only_the_condition_counts() -> None:
    model, batch = flow_matching(), inputs()
    settings = {"steps": 2}
    plain = model.sample(**batch, **settings, cfg_scale=0)
    guided = model.sample(**batch, **settings, cfg_scale=2.0)
    torch.nn.init.normal_(model.network.no_timbre)  # what stands for "no condition"
    assert torch.equal(model.sample(**batch, **settings, cfg_scale=0), plain)
    assert not torch.allclose(model.sample(**batch, **settings, cfg_scale=2.0), guided, atol=1e-3)


def test_a_straight_flow_is_exact_in_one_step() -> None:
    """An untrained network stands still: the noise comes out, on the scale of the latents."""
    model, batch = flow_matching(random=False), inputs()
    latents = model.sample(**batch, steps=1, cfg_scale=1.0)
    assert torch.allclose(latents, batch["noise"] * 2 + 0.5, atol=1e-5)


def test_it_learns_a_constant() -> None:
    model = flow_matching(random=False, condition_dropout=0.1)
    target = torch.linspace(-3, 4, DIM).expand(2, 14, DIM)
    batch = inputs()
    settings = {"steps": 8, "cfg_scale": 0}

    def distance() -> float:
        latents = model.eval().sample(**batch, **settings)
        return (latents[1] - target[1]).abs().mean().item()

    untrained = distance()
    model.train()
    arguments = (target, batch["tokens"], LENGTHS, batch["timbre"], torch.full((2,), 12_000.0))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(150):
        loss = model(*arguments)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-20:]) < 0.7 * sum(losses[:20])
    assert distance() < 0.5 * untrained


def test_the_loss_ignores_what_lies_behind_the_end() -> None:
    model, batch = flow_matching(), inputs()
    latents = torch.randn(2, 14, DIM)
    changed = latents.clone()
    changed[0, 8:] = 7.0

    def loss(data: Tensor) -> Tensor:
        torch.manual_seed(1)
        return model(data, batch["tokens"], LENGTHS, batch["timbre"], torch.full((2,), 8_000.0))

    assert torch.allclose(loss(latents), loss(changed), atol=1e-5)


@pytest.mark.parametrize("dim", [64, 6, 1])
def test_noise_of_a_frame_depends_on_seed_and_index_alone(dim: int) -> None:
    noise = frame_noise([5, 6], 40, dim)
    assert noise.shape == (2, 40, dim)
    assert torch.equal(frame_noise([6], 25, dim)[0], noise[1, :25])
    assert torch.equal(frame_noise([6, 7, 5], 3, dim)[2], noise[0, :3])
    assert not torch.equal(noise[0], noise[1])


def test_noise_is_standard_normal() -> None:
    noise = frame_noise([1], 2_000, 64)
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.std() == pytest.approx(1, abs=0.01)
