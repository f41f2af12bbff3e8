import pytest
import torch
from torch import Tensor

from minimax_speech.models.flow_distillation import FlowDistillation
from minimax_speech.models.flow_integration import FlowSettings
from minimax_speech.models.flow_matching import (
    FlowCondition,
    FlowMatching,
    FlowMatchingConfig,
    frame_noise,
)
from minimax_speech.models.flow_network import FlowNetworkConfig, FlowTime
from minimax_speech.models.flow_sampling import sample
from minimax_speech.models.transformer import TransformerConfig

LENGTHS = torch.tensor([4, 7])
DIM = 6


def flow_matching(random: bool = True, distilled: bool = False, **changes: float) -> FlowMatching:
    network = FlowNetworkConfig(
        latent_dim=DIM,
        audio_vocab=10,
        timbre_dim=5,
        token_layers=1,
        transformer=TransformerConfig(dim=16, layers=2, heads=2, kv_heads=2, ffn=24),
        distilled=distilled,
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


def condition(tokens: Tensor, lengths: Tensor, prompts: Tensor, blocks: Tensor) -> FlowCondition:
    rows = len(tokens)
    timbre = torch.linspace(-1, 1, 5).expand(rows, -1)
    return FlowCondition(tokens, lengths, timbre, torch.full((rows,), 8e3), prompts, blocks)


def velocity(
    model: FlowMatching, x: Tensor, c: FlowCondition, drop: bool = False, interval: float = 0.0
) -> Tensor:
    rows = len(x)
    time = FlowTime(*(torch.full((rows,), value) for value in (0.3, interval, 1.0)))
    return model.velocity(x, time, c, torch.full((rows,), drop))


@torch.no_grad()
def test_velocity_ignores_padding() -> None:
    model, batch = flow_matching(), inputs()
    blocks, prompts = torch.tensor([[0, 1, 1, 2, 2, 3, 3]]), torch.tensor([1, 1])
    c = condition(batch["tokens"], LENGTHS, prompts, blocks.expand(2, -1))
    whole = velocity(model, batch["noise"], c)
    for row, length in enumerate(LENGTHS.tolist()):
        one = condition(
            batch["tokens"][row : row + 1, :length],
            LENGTHS[row : row + 1],
            prompts[row : row + 1],
            blocks[:, :length],
        )
        alone = velocity(model, batch["noise"][row : row + 1, : 2 * length], one)
        assert torch.allclose(whole[row, : 2 * length], alone[0], atol=1e-5)


@torch.no_grad()
def test_no_block_sees_a_later_one_nor_tokens_beyond_the_look_ahead() -> None:
    model, length = flow_matching(), 12
    tokens, x = torch.randint(0, 10, (1, length)), torch.randn(1, 2 * length, DIM)
    lengths, prompts = torch.tensor([length]), torch.tensor([3])
    blocks = torch.tensor([[0] * 3 + [1] * 3 + [2] * 6])
    ahead = model.network.look_ahead
    assert ahead == 3
    before = velocity(model, x, condition(tokens, lengths, prompts, blocks))

    later = x.clone()
    later[:, 12:] = 5.0
    after = velocity(model, later, condition(tokens, lengths, prompts, blocks))
    assert torch.allclose(after[:, :12], before[:, :12], atol=1e-6)
    assert not torch.allclose(after[:, 12:], before[:, 12:], atol=1e-3)

    for changed, seen in ((6 + ahead, False), (6 + ahead - 1, True)):
        other = tokens.clone()
        other[:, changed] = (tokens[:, changed] + 1) % 10
        after = velocity(model, x, condition(other, lengths, prompts, blocks))
        assert torch.allclose(after[:, :12], before[:, :12], atol=1e-6) is not seen

    other = tokens.clone()
    other[:, 3] = (tokens[:, 3] + 1) % 10  # the first after the prompt
    after = velocity(model, x, condition(other, lengths, prompts, blocks))
    assert torch.allclose(after[:, :6], before[:, :6], atol=1e-6)


@torch.no_grad()
def test_without_condition_a_prompt_is_not_there() -> None:
    model, batch = flow_matching(), inputs()
    blocks = torch.tensor([[0, 0, 1, 1, 1, 1, 1]]).expand(2, -1)
    c = condition(batch["tokens"], LENGTHS, torch.tensor([2, 2]), blocks)
    x = batch["noise"].clone()
    before = velocity(model, x, c, drop=True), velocity(model, x, c)
    x[:, :4] += 1.0
    after = velocity(model, x, c, drop=True), velocity(model, x, c)
    assert torch.allclose(before[0][:, 4:8], after[0][:, 4:8], atol=1e-6)
    assert not torch.allclose(before[1][:, 4:8], after[1][:, 4:8], atol=1e-3)


def test_it_learns_a_constant() -> None:
    model = flow_matching(random=False, condition_dropout=0.1)
    target = torch.linspace(-3, 4, DIM).expand(2, 14, DIM)
    batch = inputs()

    def distance() -> float:
        latents = sample(model.eval(), **batch, settings=FlowSettings(8, 0.0))
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


def test_a_student_learns_the_steps_and_the_guidance_of_its_teacher() -> None:
    torch.manual_seed(0)
    teacher, student = flow_matching(), flow_matching(distilled=True, prompt_share=0.5)
    distillation, batch = FlowDistillation(student, teacher), inputs()

    def fault(guidance: float) -> float:
        """How far one step of the student leads from many of the teacher."""
        aim = sample(teacher.eval(), **batch, settings=FlowSettings(32, guidance))
        made = sample(student.eval(), **batch, settings=FlowSettings(1, guidance))
        return (made - aim)[1].square().mean().item()

    before = fault(0.0), fault(2.0)
    latents = torch.randn(2, 14, DIM) * 2 + 0.5
    optimizer = torch.optim.AdamW(student.parameters(), lr=5e-3)
    for _ in range(120):
        loss = distillation(
            latents, batch["tokens"], LENGTHS, batch["timbre"], torch.full((2,), 12_000.0)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = fault(0.0), fault(2.0)
    assert after[0] < 0.5 * before[0]
    assert after[1] < 0.5 * before[1]
    assert all(parameter.grad is None for parameter in teacher.parameters())


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
