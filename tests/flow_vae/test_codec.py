"""Encoder and decoder: sizes, alignment, chunks, autocast."""

from collections.abc import Callable

import pytest
import torch

from flow_vae import FlowVAE, FlowVAEConfig
from flow_vae.layers import InverseSTFT, LogSpectrogram

Make = Callable[..., FlowVAE]


def test_default_sizes() -> None:
    model = FlowVAE(FlowVAEConfig())
    assert 3.5e6 < sum(p.numel() for p in model.encoder.parameters()) < 4.5e6
    assert 12e6 < sum(p.numel() for p in model.decoder.parameters()) < 14e6


@pytest.mark.parametrize(
    ("samples", "frames"), [(1, 1), (480, 1), (481, 2), (4801, 11), (9600, 20)]
)
def test_frames_and_samples_are_exact(tiny: Make, samples: int, frames: int) -> None:
    output = tiny()(torch.randn(2, samples))
    assert output.posterior.mean.shape == (2, frames, 6)
    assert output.posterior.log_std.shape == (2, frames, 6)
    assert output.latents.shape == (2, frames, 6)
    assert output.kl.shape == (2, frames)
    assert output.audio.shape == (2, frames * 480)


def test_log_std_is_bounded_and_posterior_differs_from_its_sample(tiny: Make) -> None:
    output = tiny()(torch.randn(1, 4800) * 100)
    assert output.posterior.log_std.min() >= -7
    assert output.posterior.log_std.max() <= 2
    assert not torch.equal(output.latents, output.posterior.mean)


def test_encoder_is_aligned_with_the_audio(tiny: Make) -> None:
    encoder = tiny(encoder_layers=1, kernel=1).encoder
    audio = torch.zeros(1, 480 * 20)
    click = audio.clone()
    click[0, 480 * 9 + 240] = 1.0
    change = (encoder(click).mean - encoder(audio).mean).abs().sum(-1)[0]
    assert change.argmax().item() in (9, 8, 10)
    assert not change[:7].any()
    assert not change[12:].any()


@pytest.mark.parametrize(("n_fft", "hop"), [(960, 240), (480, 240), (1440, 240)])
def test_inverse_stft_inverts_the_stft(n_fft: int, hop: int) -> None:
    istft = InverseSTFT(n_fft, hop)
    audio = torch.randn(2, 12 * hop)
    side = (n_fft - hop) // 2
    segments = torch.nn.functional.pad(audio, (side, side)).unfold(-1, n_fft, hop)
    spectrum = torch.fft.rfft(segments * istft.window)
    restored = istft(spectrum)
    assert restored.shape == audio.shape
    # Where the Hann window of the outermost frame is near zero nothing can be restored.
    torch.testing.assert_close(restored[:, 2:-2], audio[:, 2:-2], rtol=1e-3, atol=1e-3)


def test_inverse_stft_context_is_what_reaches_a_frame() -> None:
    istft = InverseSTFT(960, 240)
    spectrum = torch.randn(1, 13, 481, dtype=torch.complex64, requires_grad=True)
    istft(spectrum)[0, 6 * 240 : 7 * 240].square().sum().backward()
    assert spectrum.grad is not None
    reached = spectrum.grad.abs().sum(-1)[0].nonzero().flatten()
    assert (reached.min(), reached.max()) == (6 - istft.context_frames, 6 + istft.context_frames)


def test_log_spectrogram_is_clamped_and_fp32_under_autocast() -> None:
    spectrogram = LogSpectrogram(1024, 240)
    silence = spectrogram(torch.zeros(1, 480))
    torch.testing.assert_close(silence.exp(), torch.full((1, 2, 513), 1e-5))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert spectrogram(torch.randn(1, 480)).dtype == torch.float32


@pytest.mark.parametrize("chunk_frames", [1, 7, 40, 100])
def test_chunks_equal_the_whole(tiny: Make, chunk_frames: int) -> None:
    model = tiny()
    latents = torch.randn(2, 40, 6) * 3
    whole = model.decode(latents)
    chunks = list(model.decode_chunks(latents, chunk_frames))
    assert len(chunks) == -(-40 // chunk_frames)
    if chunk_frames == 7:  # what depends on later frames waits for them
        reach = model.decoder.context_frames
        assert chunks[0].shape[1] >= (7 - reach) * 480
        assert chunks[1].shape[1] == 7 * 480
    torch.testing.assert_close(torch.cat(chunks, dim=1), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_context_is_the_receptive_field(tiny: Make, layers: int) -> None:
    decoder = tiny(decoder_layers=layers).decoder
    middle = 15
    latents = torch.randn(1, 31, 6, requires_grad=True)
    decoder(latents)[0, middle * 480 : (middle + 1) * 480].square().sum().backward()
    assert latents.grad is not None
    reached = latents.grad.abs().sum(-1)[0].nonzero().flatten()
    extent = max(middle - int(reached.min()), int(reached.max()) - middle)
    assert extent <= decoder.context_frames <= extent + 1


def test_chunks_must_hold_a_frame(tiny: Make) -> None:
    with pytest.raises(ValueError, match="chunk_frames is 0"):
        next(tiny().decode_chunks(torch.randn(1, 4, 6), 0))


@pytest.mark.parametrize("layers", [1, 3])
def test_padding_does_not_change_a_row(tiny: Make, layers: int) -> None:
    model, lengths = tiny(decoder_layers=layers), torch.tensor([1, 40, 2, 17, 39])
    for parameter in model.decoder.parameters():  # biases at zero would let zeros through as zeros
        torch.nn.init.normal_(parameter, std=0.2)
    latents = 3 * torch.randn(5, 40, 6)
    together = model.decode(latents, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = model.decode(latents[row : row + 1, :length])[0]
        torch.testing.assert_close(together[row, : 480 * length], alone, rtol=1e-5, atol=1e-6)


def test_the_batch_does_not_change_a_clip(tiny: Make) -> None:
    model = tiny()
    audio = torch.randn(3, 4800)
    together = model.decode(model.encode(audio).mean)
    alone = model.decode(model.encode(audio[1:2]).mean)
    torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_autocast_keeps_audio_posterior_and_kl_in_fp32(tiny: Make) -> None:
    model = tiny()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = model(torch.randn(1, 4800))
    tensors = (output.audio, output.posterior.mean, output.posterior.log_std, output.kl)
    assert {t.dtype for t in tensors} == {torch.float32}


def test_compiles_without_a_break(tiny: Make) -> None:
    model = tiny()
    audio = torch.randn(1, 960)
    output = torch.compile(model, backend="eager", fullgraph=True)(audio)
    assert output.audio.shape == (1, 960)
    torch.testing.assert_close(output.posterior.mean, model.encode(audio).mean)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flow": "spline"}, "flow is 'spline'"),
        ({"hop": 481}, "hop is 481"),
        ({"latent_dim": 7}, "latent_dim is 7"),
        ({"kernel": 4}, "kernel is 4"),
        ({"flow_couplings": 3}, "flow_couplings is 3"),
        ({"encoder_n_fft": 1023}, "encoder_n_fft is 1023"),
        ({"decoder_n_fft": 1000}, "decoder_n_fft is 1000"),
    ],
)
def test_impossible_sizes_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FlowVAEConfig(**change)
