import pytest
import torch

from speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig

RATE = 24_000
TINY = SpeakerEncoderConfig(n_mels=20, channels=16, layers=3, attention_channels=8, timbre_dim=12)


@pytest.fixture
def encoder() -> SpeakerEncoder:
    torch.manual_seed(0)
    return SpeakerEncoder(TINY).eval()


def test_default_size_is_about_two_and_a_half_million() -> None:
    model = SpeakerEncoder(SpeakerEncoderConfig())
    assert 2.2e6 < sum(p.numel() for p in model.parameters()) < 2.8e6


@pytest.mark.parametrize("garbage", [0.0, 100.0, float("nan"), float("inf")])
def test_padding_and_batch_do_not_change_the_vector(
    encoder: SpeakerEncoder, garbage: float
) -> None:
    clips = [torch.randn(n, 20) for n in (30, 57, 41)]
    batch = torch.full((3, 64, 20), garbage)
    for row, clip in zip(batch, clips, strict=True):
        row[: len(clip)] = clip
    lengths = torch.tensor([len(c) for c in clips])
    alone = torch.cat([encoder(c.unsqueeze(0), torch.tensor([len(c)])) for c in clips])
    torch.testing.assert_close(encoder(batch, lengths), alone, rtol=1e-5, atol=1e-5)


def test_the_vector_depends_on_every_valid_frame(encoder: SpeakerEncoder) -> None:
    mel = torch.randn(1, 40, 20, requires_grad=True)
    encoder(mel, torch.tensor([33])).square().matmul(torch.arange(12.0)).sum().backward()
    assert mel.grad is not None
    per_frame = mel.grad.abs().sum(-1)[0]
    assert (per_frame[:33] > 0).all()
    assert (per_frame[33:] == 0).all()


def test_vectors_are_normalised_and_fp32_under_autocast(encoder: SpeakerEncoder) -> None:
    mel, lengths = torch.randn(2, 40, 20), torch.tensor([40, 25])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = encoder(mel, lengths)
    assert vectors.dtype == torch.float32
    torch.testing.assert_close(vectors.mean(-1), torch.zeros(2), rtol=0, atol=1e-4)
    torch.testing.assert_close(vectors.norm(dim=-1), torch.full((2,), 12**0.5), rtol=1e-3, atol=0)


def test_embed_of_one_short_clip_is_the_forward_pass(encoder: SpeakerEncoder) -> None:
    clip = torch.randn(3 * RATE) * 0.1
    mel = encoder.log_mel(clip.unsqueeze(0))
    expected = encoder(mel, torch.tensor([300]))[0]
    torch.testing.assert_close(encoder.embed([clip], RATE), expected, rtol=1e-4, atol=1e-5)


def test_embed_weighs_clips_by_their_seconds(encoder: SpeakerEncoder) -> None:
    short, long = torch.randn(RATE) * 0.1, torch.sin(torch.arange(3.0 * RATE) * 0.05)
    apart = [encoder.embed([clip], RATE) for clip in (short, long)]
    mean = 0.25 * apart[0] + 0.75 * apart[1]
    expected = torch.nn.functional.layer_norm(mean, (12,))
    torch.testing.assert_close(encoder.embed([short, long], RATE), expected, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(encoder.embed([short, long], RATE), apart[0], atol=1e-2)


def test_embed_cuts_long_clips_into_equal_windows(encoder: SpeakerEncoder) -> None:
    clip = torch.randn(12 * RATE) * torch.linspace(0.01, 0.5, 12 * RATE)
    torch.testing.assert_close(
        encoder.embed([clip], RATE),
        encoder.embed([clip[: 6 * RATE], clip[6 * RATE :]], RATE),
        rtol=1e-5,
        atol=1e-5,
    )


def test_embed_resamples(encoder: SpeakerEncoder) -> None:
    time = torch.arange(2 * 48_000) / 48_000
    clip = torch.sin(2 * torch.pi * 440 * time) * 0.3
    half = clip[::2]
    torch.testing.assert_close(
        encoder.embed([clip], 48_000), encoder.embed([half], RATE), rtol=0, atol=0.05
    )


@pytest.mark.parametrize(
    ("clips", "message"),
    [
        ([torch.randn(RATE - 1)], "1.00 s long: give at least 1 s"),
        ([], "0.00 s long"),
        ([torch.randn(1, RATE)], "shape"),
        ([torch.full((RATE,), float("nan"))], "NaN"),
        ([torch.zeros(RATE)], "silent"),
    ],
)
def test_embed_refuses_unusable_clips(
    encoder: SpeakerEncoder, clips: list[torch.Tensor], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        encoder.embed(clips, RATE)


def test_short_clips_may_add_up_to_a_second(encoder: SpeakerEncoder) -> None:
    assert encoder.embed([torch.randn(RATE // 2), torch.randn(RATE // 2)], RATE).shape == (12,)


def test_compiles_without_a_break(encoder: SpeakerEncoder) -> None:
    compiled = torch.compile(encoder, backend="eager", fullgraph=True)
    mel, lengths = torch.randn(2, 40, 20), torch.tensor([40, 25])
    torch.testing.assert_close(compiled(mel, lengths), encoder(mel, lengths))
