"""The Flow-VAE: a waveform VAE whose KL is taken after an invertible flow (MiniMax-Speech,
arXiv 2505.07916, sec. 3.3).

Shapes: audio (batch, samples); latents (batch, frames, latent_dim), frames = ceil(samples / hop).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from flow_vae import weights
from flow_vae.config import FlowVAEConfig
from flow_vae.decoder import KIND as DECODER_KIND
from flow_vae.decoder import FlowVAEDecoder
from flow_vae.encoder import KIND as ENCODER_KIND
from flow_vae.encoder import FlowVAEEncoder
from flow_vae.flow import AffineFlow, IdentityFlow, Posterior
from flow_vae.streaming import DecoderStream


@dataclass
class FlowVAEOutput:
    """What one training step needs."""

    audio: Tensor  # (batch, frames * hop), resynthesis
    posterior: Posterior
    latents: Tensor  # (batch, frames, latent_dim), the sample that was decoded
    kl: Tensor  # (batch, frames), nats summed over the channels


class FlowVAE(nn.Module):
    """Encoder with flow, and decoder. `load` may leave one of the two out: it is None then."""

    encoder: FlowVAEEncoder
    decoder: FlowVAEDecoder

    def __init__(
        self, config: FlowVAEConfig, *, with_encoder: bool = True, with_decoder: bool = True
    ) -> None:
        super().__init__()
        self.config = config
        self.register_module("encoder", FlowVAEEncoder(config) if with_encoder else None)
        self.register_module("decoder", FlowVAEDecoder(config) if with_decoder else None)

    @property
    def flow(self) -> AffineFlow | IdentityFlow:
        """The flow, called as `flow(z) -> (f(z), logdet)` with an exact `flow.inverse`."""
        self._need("encoder")
        return self.encoder.flow

    def forward(self, audio: Tensor) -> FlowVAEOutput:
        """Audio (batch, samples) -> a sample's resynthesis with posterior and KL."""
        posterior = self.encode(audio)
        latents = posterior.sample()
        return FlowVAEOutput(self.decode(latents), posterior, latents, self.kl(posterior, latents))

    def encode(self, audio: Tensor) -> Posterior:
        """Audio (batch, samples) -> posterior (batch, ceil(samples / hop), latent_dim)."""
        self._need("encoder")
        return self.encoder(audio)

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:
        """KL to the standard normal, after the flow, of a sample `z`: (batch, frames), nats."""
        return self.flow.kl(posterior, z)

    def decode(self, latents: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Latents (batch, frames, latent_dim) -> audio (batch, frames * hop).

        Rows that are padded, since only ``lengths`` (batch,) of their frames are real, sound as
        they do alone; what comes behind means nothing.
        """
        self._need("decoder")
        return self.decoder(latents, lengths)

    def decode_chunks(self, latents: Tensor, chunk_frames: int) -> Iterator[Tensor]:
        """The audio of `decode` in pieces (batch, samples), in memory bounded by the chunks."""
        if chunk_frames < 1:
            raise ValueError(f"chunk_frames is {chunk_frames}: give at least 1")
        stream, chunks = self.decode_stream(), latents.split(chunk_frames, dim=1)
        ends = [*[False] * (len(chunks) - 1), True]
        return (stream.push(chunk, last) for chunk, last in zip(chunks, ends, strict=True))

    def decode_stream(self) -> DecoderStream:
        """Decodes latents that come in; all in all, the audio of `decode`."""
        self._need("decoder")
        return DecoderStream(self.decoder)

    def _need(self, part: str) -> None:
        if getattr(self, part) is None:
            raise ValueError(
                f"this Flow-VAE was loaded without its {part}: pass {part}_path to flow_vae.load"
            )


def save_encoder(path: str | Path, encoder: FlowVAEEncoder, quantise: bool = False) -> None:
    """Write encoder and flow to one safetensors file."""
    weights.save(path, encoder, asdict(encoder.config), ENCODER_KIND, quantise)


def save_decoder(path: str | Path, decoder: FlowVAEDecoder, quantise: bool = False) -> None:
    """Write the decoder to one safetensors file."""
    weights.save(path, decoder, asdict(decoder.config), DECODER_KIND, quantise)


def load(
    encoder_path: str | Path | None = None,
    decoder_path: str | Path | None = None,
    device: str | torch.device = "cpu",
) -> FlowVAE:
    """The Flow-VAE of one or two weights files, in eval mode.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no path at all, not the weights of that part, or parts of different models.
    """
    configs: dict[str, FlowVAEConfig] = {}
    tensors: dict[str, dict[str, Tensor]] = {}
    for path, kind in ((encoder_path, ENCODER_KIND), (decoder_path, DECODER_KIND)):
        if path is not None:
            data, tensors[kind] = weights.read(path, kind)
            configs[kind] = weights.build_config(FlowVAEConfig, data, path)
    if not configs:
        raise ValueError("nothing to load: pass encoder_path, decoder_path or both")
    config = _merge(list(configs.values()))
    model = FlowVAE(
        config, with_encoder=encoder_path is not None, with_decoder=decoder_path is not None
    )
    if encoder_path is not None:
        weights.load_into(model.encoder, tensors[ENCODER_KIND], encoder_path)
    if decoder_path is not None:
        weights.load_into(model.decoder, tensors[DECODER_KIND], decoder_path)
    return model.to(device).eval()


def _merge(configs: list[FlowVAEConfig]) -> FlowVAEConfig:
    """The one config, or the first (encoder's) with the decoder's sizes from the last."""
    first, last = configs[0], configs[-1]
    for name in ("sample_rate", "latent_dim", "hop", "kernel", "expansion"):
        ours, theirs = getattr(first, name), getattr(last, name)
        if ours != theirs:
            raise ValueError(
                f"encoder and decoder differ in {name} ({ours}, {theirs}): load files of one model"
            )
    return replace(
        first,
        decoder_n_fft=last.decoder_n_fft,
        decoder_channels=last.decoder_channels,
        decoder_layers=last.decoder_layers,
    )
