from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from flow_vae import FlowVAE, FlowVAEConfig

TINY = FlowVAEConfig(
    latent_dim=6,
    encoder_channels=12,
    encoder_layers=2,
    encoder_latent_layers=1,
    flow_channels=8,
    decoder_channels=16,
    decoder_layers=2,
)


@pytest.fixture
def tiny() -> Callable[..., FlowVAE]:
    """Makes tiny models; the flow's weights are random, as zeros would hide faults."""

    def make(**changes: object) -> FlowVAE:
        torch.manual_seed(0)
        model = FlowVAE(replace(TINY, **changes)).eval()
        for parameter in model.flow.parameters():
            torch.nn.init.normal_(parameter, std=0.2)
        return model

    return make
