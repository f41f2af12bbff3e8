import math

import librosa
import numpy as np
import pytest
import torch

from speaker_encoder import LogMel


@pytest.mark.parametrize(("samples", "frames"), [(240, 1), (2400, 10), (2401, 11), (24_000, 100)])
def test_frames_are_exact(samples: int, frames: int) -> None:
    log_mel = LogMel()
    assert log_mel(torch.randn(2, samples)).shape == (2, frames, 80)
    assert log_mel.frames(samples) == frames


def test_it_is_the_spectrogram_that_librosa_makes() -> None:
    audio = torch.randn(24_000, generator=torch.Generator().manual_seed(0)) * 0.1
    log_mel = LogMel()
    theirs = librosa.feature.melspectrogram(
        y=np.pad(audio.numpy(), (1024 - 240) // 2),
        sr=24_000,
        n_fft=1024,
        hop_length=240,
        n_mels=80,
        power=1.0,
        center=False,
    )
    torch.testing.assert_close(
        log_mel(audio[None])[0], torch.from_numpy(np.log(theirs.T)), atol=1e-3, rtol=0
    )


def test_silence_sits_at_the_clamp() -> None:
    mel = LogMel()(torch.zeros(1, 2400))
    torch.testing.assert_close(mel, torch.full_like(mel, math.log(1e-5)))


def test_a_click_shows_in_the_frame_that_it_belongs_to() -> None:
    audio = torch.zeros(1, 4800)
    audio[0, 7 * 240 + 120] = 1.0
    assert LogMel()(audio).sum(-1).argmax().item() == 7


def test_a_higher_tone_lights_a_higher_band() -> None:
    time = torch.arange(24_000) / 24_000
    tones = torch.stack([torch.sin(2 * math.pi * f * time) for f in (200.0, 1000.0, 5000.0)])
    bands = LogMel()(tones)[:, 50].argmax(-1)
    assert bands[0] < bands[1] < bands[2]


def test_is_fp32_under_autocast() -> None:
    audio = torch.randn(1, 4800) * 0.1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mel = LogMel()(audio.bfloat16().float())
    torch.testing.assert_close(mel, LogMel()(audio.bfloat16()), rtol=0, atol=0)


def test_gradient_is_finite_in_silence() -> None:
    audio = torch.zeros(1, 4800, requires_grad=True)
    LogMel()(audio).sum().backward()
    assert audio.grad is not None
    assert audio.grad.isfinite().all()


def test_hop_must_fit_the_window() -> None:
    with pytest.raises(ValueError, match="hop 241 does not fit n_fft 1024"):
        LogMel(hop=241)
