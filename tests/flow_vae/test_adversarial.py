"""Discriminators and losses."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from flow_vae import (
    DiscriminatorConfig,
    DiscriminatorOutput,
    Discriminators,
    FlowVAE,
    MultiResolutionMel,
    adversarial_loss,
    discriminator_loss,
    feature_matching_loss,
    ms_stft_distance,
    split,
)

Make = Callable[..., FlowVAE]
TINY = DiscriminatorConfig(
    periods=[2, 3], period_channels=[4, 8, 8], windows=[512, 256], stft_channels=4
)


@pytest.fixture
def discriminators() -> Discriminators:
    torch.manual_seed(0)
    return Discriminators(TINY)


def output(logit: float, feature: float = 1.0) -> list[DiscriminatorOutput]:
    return [DiscriminatorOutput(torch.full((2, 3), logit), [torch.full((2, 1, 4, 4), feature)])]


def test_default_size_is_about_eight_million() -> None:
    model = Discriminators(DiscriminatorConfig())
    assert 7.5e6 < sum(p.numel() for p in model.parameters()) < 9e6


def test_one_output_per_period_and_window(discriminators: Discriminators) -> None:
    outputs = discriminators(torch.randn(3, 2401))
    assert len(outputs) == 4
    for one in outputs:
        assert one.logits.ndim == 2
        assert one.logits.shape[0] == 3
        assert all(f.shape[0] == 3 and f.ndim == 4 for f in one.features)


def test_split_undoes_the_joint_batch(discriminators: Discriminators) -> None:
    real, generated = torch.randn(2, 2400), torch.randn(2, 2400)
    halves = split(discriminators(torch.cat([real, generated])))
    for half, audio in zip(halves, (real, generated), strict=True):
        for got, wanted in zip(half, discriminators(audio), strict=True):
            torch.testing.assert_close(got.logits, wanted.logits)
            assert len(got.features) == len(wanted.features)
            for a, b in zip(got.features, wanted.features, strict=True):
                torch.testing.assert_close(a, b)


def test_gradient_reaches_the_generator(discriminators: Discriminators, tiny: Make) -> None:
    model = tiny()
    audio = torch.randn(2, 2400)
    real, generated = split(discriminators(torch.cat([audio, model(audio).audio])))
    (adversarial_loss(generated) + feature_matching_loss(real, generated)).backward()
    for part in (model.decoder, model.encoder.blocks):
        assert all(p.grad is not None and p.grad.any() for p in part.parameters())


def test_discriminators_learn_to_tell_noise_from_tone(discriminators: Discriminators) -> None:
    tone = 0.5 * torch.sin(torch.arange(2400) * 0.2).expand(2, -1)
    noise = 0.5 * torch.randn(2, 2400)
    optimizer = torch.optim.AdamW(discriminators.parameters(), lr=1e-2)
    losses = []
    for _ in range(30):
        loss = discriminator_loss(*split(discriminators(torch.cat([tone, noise]))))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_discriminators_run_under_autocast(discriminators: Discriminators) -> None:
    audio = torch.randn(4, 2400)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        real, generated = split(discriminators(audio))
        losses = [
            discriminator_loss(real, generated),
            adversarial_loss(generated),
            feature_matching_loss(real, generated),
        ]
    assert {loss.dtype for loss in losses} == {torch.float32}


@pytest.mark.parametrize(
    ("real", "generated", "expected"), [(2.0, -2.0, 0.0), (0.0, 0.0, 2.0), (-1.0, 1.0, 4.0)]
)
def test_discriminator_hinge(real: float, generated: float, expected: float) -> None:
    assert discriminator_loss(output(real), output(generated)).item() == expected


@pytest.mark.parametrize(("logit", "expected"), [(2.0, 0.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 2.0)])
def test_generator_hinge(logit: float, expected: float) -> None:
    assert adversarial_loss(output(logit)).item() == expected


def test_feature_matching_is_relative_to_the_real_features() -> None:
    assert feature_matching_loss(output(0, 4.0), output(0, 4.0)).item() == 0
    assert feature_matching_loss(output(0, 4.0), output(0, 6.0)).item() == 0.5
    assert feature_matching_loss(output(0, 400.0), output(0, 600.0)).item() == 0.5


def level(generated: Tensor, real: Tensor) -> Tensor:
    return MultiResolutionMel()(generated, real).level


def loudness(generated: Tensor, real: Tensor) -> Tensor:
    return MultiResolutionMel()(generated, real).loudness


@pytest.mark.parametrize("distance", [level, loudness, ms_stft_distance])
def test_distance_is_zero_only_for_equal_audio(
    distance: Callable[[Tensor, Tensor], Tensor],
) -> None:
    torch.manual_seed(0)
    audio = 0.1 * torch.randn(2, 4800)
    slight, strong = audio + 0.01 * torch.randn(2, 4800), torch.zeros(2, 4800)
    assert distance(audio, audio).item() == 0
    assert 0 < distance(slight, audio) < distance(strong, audio)


@pytest.mark.parametrize("distance", [level, loudness, ms_stft_distance])
def test_distance_has_a_finite_gradient_in_silence(
    distance: Callable[[Tensor, Tensor], Tensor],
) -> None:
    silence = torch.zeros(1, 4800)
    generated = (1e-7 * torch.randn(1, 4800)).requires_grad_()
    distance(generated, silence).backward()
    assert generated.grad is not None
    assert generated.grad.isfinite().all()


def test_loudness_counts_what_is_loud() -> None:
    torch.manual_seed(0)
    loud, quiet = torch.randn(1, 4800), 1e-3 * torch.randn(1, 4800)
    real = torch.cat((loud, quiet), dim=-1)
    loud_wrong, quiet_wrong = (
        torch.cat((2 * loud, quiet), dim=-1),
        torch.cat((loud, 2 * quiet), dim=-1),
    )
    assert loudness(loud_wrong, real) > 10 * loudness(quiet_wrong, real)
    assert torch.isclose(level(loud_wrong, real), level(quiet_wrong, real), rtol=0.3)


def test_a_few_steps_lower_the_mel_distance(tiny: Make) -> None:
    model = tiny(decoder_channels=32)
    time = torch.arange(4800) / 24_000
    audio = (0.3 * torch.sin(2 * torch.pi * 220 * time)).unsqueeze(0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    distances = []
    for _ in range(25):
        result = model(audio)
        distance = level(result.audio, audio)
        optimizer.zero_grad()
        (distance + 1e-3 * result.kl.mean()).backward()
        optimizer.step()
        distances.append(distance.item())
    assert distances[-1] < 0.7 * distances[0]
