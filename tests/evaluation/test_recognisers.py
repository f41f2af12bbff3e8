import sys

import numpy as np
import pytest
import torch
from voices import voice

from minimax_speech.audio import io
from minimax_speech.errors import InputError
from minimax_speech.evaluation.recognisers import RECOGNISERS, CtcRecogniser
from minimax_speech.models import recogniser as models
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.models.weights import save_model


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(InputError, match=r"did you mean 'pocketsphinx'.*whisper-large-v3"):
        RECOGNISERS.create("pocketsfinx")
    with pytest.raises(InputError, match="takes no weights"):
        RECOGNISERS.create("pocketsphinx=model.bin")


@pytest.mark.parametrize(
    ("name", "package"), [("whisper-large-v3", "transformers"), ("paraformer", "funasr")]
)
def test_a_missing_package_is_named(monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=f"pip install {package}") as caught:
        RECOGNISERS.create(name)
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_there_are_named(tmp_path):
    pytest.importorskip("transformers", reason="transformers is not installed")
    with pytest.raises(InputError, match=r"whisper-large-v3=PATH"):
        RECOGNISERS.create(f"whisper-large-v3={tmp_path / 'none'}")


@pytest.fixture
def ctc(tmp_path):
    torch.manual_seed(0)
    config = models.RecogniserConfig(
        layers=1,
        transformer=TransformerConfig(dim=32, layers=1, heads=2, kv_heads=2),
        alphabet="abc ",
    )
    model = models.Recogniser(config)
    save_model(tmp_path / "recogniser.safetensors", model, config, models.KIND)
    return RECOGNISERS.create(f"ctc={tmp_path / 'recogniser.safetensors'}")


def test_ctc_batches_equal_singles(ctc, tmp_path):
    waves = [voice(0.3 + 0.2 * i, pitch=90 + 20 * i, seed=i) for i in range(3)]
    files = [tmp_path / f"{i}.wav" for i in range(3)]
    for file, wave in zip(files, waves, strict=True):
        io.write(file, wave, 24_000)
    assert isinstance(ctc, CtcRecogniser)
    ctc.batch_size = 2
    singles = [ctc.transcribe(*io.read(file), "en") for file in files]
    assert list(ctc.transcribe_files(files, ["en"] * 3)) == singles
    assert any(singles)


def test_pocketsphinx_hears_nothing_in_silence_and_the_same_twice(tmp_path):
    pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed")
    sphinx = RECOGNISERS.create("pocketsphinx")
    silence = np.zeros(16_000, np.float32)
    first = sphinx.transcribe(voice(1.0), 24_000, "en")
    assert sphinx.transcribe(silence, 16_000, "en") == ""
    assert sphinx.transcribe(np.zeros(0, np.float32), 16_000, "en") == ""
    assert sphinx.transcribe(voice(1.0), 24_000, "en") == first
    io.write(tmp_path / "a.wav", voice(1.0), 24_000)
    assert len(list(sphinx.transcribe_files([tmp_path / "a.wav"], ["en"], workers=2))) == 1


def test_pocketsphinx_knows_english_only():
    pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed")
    with pytest.raises(InputError, match="does not know the language 'de'"):
        RECOGNISERS.create("pocketsphinx").transcribe(voice(0.2), 24_000, "de")
