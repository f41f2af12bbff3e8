"""The latent distribution: Gaussian posterior, invertible flow, and the KL taken after the flow.

Shapes: (batch, frames, latent_dim); log-determinants and KL are (batch, frames).
"""

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from flow_vae.config import FlowVAEConfig

LOG_SCALE_BOUND = 1.5
KERNEL = 3


@dataclass
class Posterior:
    """Diagonal normal q(z|x)."""

    mean: Tensor  # (batch, frames, latent_dim)
    log_std: Tensor  # (batch, frames, latent_dim)

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """A reparametrised sample (batch, frames, latent_dim)."""
        noise = torch.randn(
            self.mean.shape, generator=generator, device=self.mean.device, dtype=self.mean.dtype
        )
        return self.mean + self.log_std.exp() * noise


class AffineCoupling(nn.Module):
    """Scales and shifts one half of the channels by a function of the other half (RealNVP,
    Dinh et al. 2017, arXiv 1605.08803).

    The function is a small convolutional net that sees neighbouring frames. The Jacobian stays
    triangular: the half that is read passes unchanged. Starts as the identity.
    """

    def __init__(self, latent_dim: int, channels: int) -> None:
        super().__init__()
        half = latent_dim // 2
        self.inner = nn.Conv1d(half, channels, KERNEL, padding=KERNEL // 2)
        self.middle = nn.Conv1d(channels, channels, KERNEL, padding=KERNEL // 2)
        self.outer = nn.Conv1d(channels, latent_dim, 1)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)  # type: ignore[arg-type]

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, frames, latent_dim) -> the same shape and logdet (batch, frames)."""
        kept, changed = z.chunk(2, dim=-1)
        shift, log_scale = self._shift_and_log_scale(kept)
        return torch.cat([kept, changed * log_scale.exp() + shift], dim=-1), log_scale.sum(-1)

    def inverse(self, z: Tensor) -> Tensor:
        """Undoes `forward`."""
        kept, changed = z.chunk(2, dim=-1)
        shift, log_scale = self._shift_and_log_scale(kept)
        return torch.cat([kept, (changed - shift) * (-log_scale).exp()], dim=-1)

    def _shift_and_log_scale(self, kept: Tensor) -> tuple[Tensor, Tensor]:
        h = F.gelu(self.inner(rearrange(kept, "b t c -> b c t")))
        h = self.outer(F.gelu(self.middle(h)))
        shift, raw = rearrange(h, "b c t -> b t c").chunk(2, dim=-1)
        # Bounded, so that no scale can explode or make the inverse inexact.
        return shift, LOG_SCALE_BOUND * torch.tanh(raw / LOG_SCALE_BOUND)


class AffineFlow(nn.Module):
    """Couplings, the channels reversed after each.

    fp32, also under autocast: the inverse must be exact.
    """

    def __init__(self, latent_dim: int, couplings: int, channels: int) -> None:
        super().__init__()
        self.couplings = nn.ModuleList(
            AffineCoupling(latent_dim, channels) for _ in range(couplings)
        )

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """z -> f(z) of the same shape, and log |det df/dz| per frame (batch, frames)."""
        with torch.autocast(z.device.type, enabled=False):
            z = z.float()
            logdet = z.new_zeros(z.shape[:2])
            for coupling in self.couplings:
                z, step = coupling(z)
                z = z.flip(-1)
                logdet = logdet + step
            return z, logdet

    def inverse(self, z: Tensor) -> Tensor:
        """f(z) -> z."""
        with torch.autocast(z.device.type, enabled=False):
            z = z.float()
            for coupling in reversed(self.couplings):
                assert isinstance(coupling, AffineCoupling)
                z = coupling.inverse(z.flip(-1))
            return z

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:
        """KL(q(f(z)|x) || N(0, I)) per frame (batch, frames), in nats summed over the channels.

        With z ~ q = N(mean, std), the density after the flow is q(z) / |det df/dz|, so that
            KL = E[ log q(z) - logdet(z) - log N(f(z); 0, I) ]
        The first term's expectation is known: minus the entropy, sum(-log_std - 1/2 - log(2 pi)/2).
        The last is sum(f(z)^2 / 2 + log(2 pi)/2); the constants cancel. f is not linear, so its two
        terms are estimated by the one sample `z`. An estimate can be below zero, its mean cannot.
        """
        mapped, logdet = self(z)
        negative_entropy = (-posterior.log_std.float() - 0.5).sum(-1)
        return negative_entropy - logdet + 0.5 * mapped.square().sum(-1)


class IdentityFlow(nn.Module):
    """No flow: the plain VAE."""

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """z and a log-determinant of zero (batch, frames)."""
        return z, z.new_zeros(z.shape[:2])

    def inverse(self, z: Tensor) -> Tensor:
        """z."""
        return z

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:  # noqa: ARG002
        """KL(q(z|x) || N(0, I)) per frame (batch, frames), in nats summed over the channels.

        Analytic (Kingma and Welling 2014, app. B), so that the sample `z` is not needed.
        """
        mean, log_std = posterior.mean.float(), posterior.log_std.float()
        return (0.5 * (mean.square() + (2 * log_std).exp() - 1) - log_std).sum(-1)


def build_flow(config: FlowVAEConfig) -> AffineFlow | IdentityFlow:
    """The flow that the config names."""
    if config.flow == "none":
        return IdentityFlow()
    return AffineFlow(config.latent_dim, config.flow_couplings, config.flow_channels)
