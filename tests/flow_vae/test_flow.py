from collections.abc import Callable

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from flow_vae import FlowVAE, FlowVAEConfig, Posterior
from flow_vae.flow import AffineFlow, IdentityFlow, build_flow

Make = Callable[..., FlowVAE]


@pytest.mark.parametrize("kind", ["affine", "none"])
def test_inverse_undoes_the_flow(tiny: Make, kind: str) -> None:
    flow = tiny(flow=kind).flow
    z = torch.randn(3, 11, 6)
    mapped, _ = flow(z)
    torch.testing.assert_close(flow.inverse(mapped), z, rtol=1e-5, atol=1e-5)
    assert torch.equal(mapped, z) == (kind == "none")


def test_inverse_is_exact_under_autocast(tiny: Make) -> None:
    flow = tiny().flow
    z = torch.randn(3, 11, 6)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(flow.inverse(flow(z)[0]), z, rtol=1e-5, atol=1e-5)


def test_logdet_is_that_of_the_jacobian(tiny: Make) -> None:
    flow = tiny().flow
    z = torch.randn(1, 4, 6)
    jacobian = torch.autograd.functional.jacobian(lambda x: flow(x)[0], z).reshape(24, 24)
    expected = torch.linalg.slogdet(jacobian.double()).logabsdet.float()
    logdet = flow(z)[1]
    assert logdet.shape == (1, 4)
    assert logdet.abs().sum() > 0.1
    torch.testing.assert_close(logdet.sum(), expected, rtol=1e-4, atol=1e-4)


def test_flow_sees_neighbouring_frames(tiny: Make) -> None:
    flow = tiny().flow
    z = torch.randn(1, 9, 6)
    other = z.clone()
    other[0, 4] += 1
    changed = (flow(z)[0] != flow(other)[0]).any(-1)[0]
    assert changed[3]
    assert changed[5]


def test_flow_starts_as_the_identity() -> None:
    flow = build_flow(FlowVAEConfig(latent_dim=6, flow_channels=8))
    z = torch.randn(2, 5, 6)
    mapped, logdet = flow(z)
    assert torch.equal(mapped, z)
    assert not logdet.any()


def test_kl_without_flow_is_the_normal_kl() -> None:
    posterior = Posterior(torch.randn(2, 5, 6), torch.randn(2, 5, 6))
    normal = Normal(posterior.mean, posterior.log_std.exp())
    expected = kl_divergence(normal, Normal(0.0, 1.0)).sum(-1)
    torch.testing.assert_close(IdentityFlow().kl(posterior, posterior.sample()), expected)


def test_kl_of_an_identity_flow_has_the_normal_kl_as_its_mean() -> None:
    flow = AffineFlow(6, 2, 8)
    shape = (4000, 1, 6)
    posterior = Posterior(torch.full(shape, 0.3), torch.full(shape, -0.7))
    estimate = flow.kl(posterior, posterior.sample(torch.Generator().manual_seed(0))).mean()
    exact = IdentityFlow().kl(posterior, posterior.mean)[0, 0]
    torch.testing.assert_close(estimate, exact, rtol=0.02, atol=0)


def test_kl_after_the_flow_matches_the_change_of_variables(tiny: Make) -> None:
    flow = tiny().flow
    generator = torch.Generator().manual_seed(0)
    shape = (20_000, 1, 6)
    posterior = Posterior(torch.full(shape, 0.2), torch.full(shape, -0.5))
    z = posterior.sample(generator)
    mapped, logdet = flow(z)
    log_q = Normal(posterior.mean, posterior.log_std.exp()).log_prob(z).sum(-1) - logdet
    log_p = Normal(0.0, 1.0).log_prob(mapped).sum(-1)
    torch.testing.assert_close(
        flow.kl(posterior, z).mean(), (log_q - log_p).mean(), rtol=0.01, atol=0.02
    )


def test_kl_reaches_posterior_and_flow(tiny: Make) -> None:
    model = tiny()
    output = model(torch.randn(1, 960))
    output.kl.sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.flow.parameters())
    assert model.encoder.head.weight.grad is not None


def test_samples_follow_the_posterior_and_the_generator() -> None:
    shape = (1, 5000, 2)
    posterior = Posterior(torch.full(shape, 3.0), torch.full(shape, -1.0))
    first = posterior.sample(torch.Generator().manual_seed(1))
    assert torch.equal(first, posterior.sample(torch.Generator().manual_seed(1)))
    assert abs(first.mean() - 3) < 0.02
    assert abs(first.std().log() + 1) < 0.05
