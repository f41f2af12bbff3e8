from dataclasses import asdict

import numpy as np
import pytest
from voices import voice

from minimax_speech.audio import io
from minimax_speech.evaluation.quality import (
    check_length,
    compare_files,
    compare_signals,
    expected_seconds,
)


@pytest.fixture
def judges():
    pytest.importorskip("pesq", reason="pesq is not installed (it needs a C compiler)")
    pytest.importorskip("pystoi", reason="pystoi is not installed")


@pytest.mark.usefixtures("judges")
def test_identical_audio_scores_the_maximum():
    speech = voice(2.0)
    result = compare_signals(speech, speech, 24_000)
    assert result.pesq_wb == pytest.approx(4.64, abs=0.01)
    assert result.pesq_nb == pytest.approx(4.55, abs=0.01)
    assert result.stoi == pytest.approx(1.0, abs=1e-6)
    assert result.ms_stft == 0


@pytest.mark.usefixtures("judges")
def test_noise_lowers_every_measure():
    speech = voice(2.0)
    noise = np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32)
    better = compare_signals(speech, speech + 0.003 * noise, 24_000)
    worse = compare_signals(speech, speech + 0.1 * noise, 24_000)
    assert better.pesq_wb is not None
    assert worse.pesq_wb is not None
    assert better.pesq_wb > worse.pesq_wb
    assert better.stoi > worse.stoi
    assert better.ms_stft < worse.ms_stft


@pytest.mark.usefixtures("judges")
def test_files_of_unequal_rate_and_length(tmp_path):
    speech = voice(2.0)
    io.write(tmp_path / "a.wav", io.resample(speech, 24_000, 48_000), 48_000)
    io.write(tmp_path / "b.wav", speech[:-100], 24_000)
    result = compare_files(tmp_path / "a.wav", tmp_path / "b.wav")
    assert result.stoi > 0.99
    assert set(asdict(result)) == {"pesq_wb", "pesq_nb", "stoi", "ms_stft"}


@pytest.mark.usefixtures("judges")
def test_silence_has_no_pesq():
    silence = np.zeros(24_000, np.float32)
    assert compare_signals(voice(1.0), silence, 24_000).pesq_wb is None


@pytest.mark.parametrize(
    ("seconds", "flag"), [(0.9, "truncated"), (1.1, None), (3.9, None), (4.1, "looping")]
)
def test_length_flags(seconds, flag):
    length = check_length(voice(seconds), 24_000, expected=2.0)
    assert length.flag == flag
    assert length.ratio == pytest.approx(seconds / 2, rel=1e-3)


def test_near_silence_is_empty():
    noise = 1e-4 * np.random.default_rng(0).standard_normal(48_000).astype(np.float32)
    assert check_length(noise, 24_000, expected=2.0).flag == "empty"


def test_expected_duration_knows_scripts():
    # About as long to say; one is written with a third of the signs.
    english = expected_seconds("The weather is very good today.", "en")
    chinese = expected_seconds("今天天气非常好。", "zh")
    assert 0.6 < english / chinese < 1.6
