"""From a corpus and a base model to a designer, and from its descriptions to voices."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from miniature import Miniature, history, recipe

from minimax_speech import MiniMaxSpeech
from minimax_speech.data.manifest import read_manifest, write_manifest
from minimax_speech.data.packed import PackedFeatures
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle
from minimax_speech.models.voice_designer import TRAITS, VoiceDesigner
from minimax_speech.training import voice_features
from minimax_speech.training.run import train
from minimax_speech.training.tasks.voice_designer import fill_genders
from minimax_speech.training.voice_features import extract_voices, timbre_feature

DESIGNER = "voice_designer.safetensors"


@pytest.fixture(scope="session")
def voices(
    miniature: Miniature, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Features of the miniature corpus, as the tiny model hears it."""
    folder = tmp_path_factory.mktemp("voices")
    extract_voices(miniature.manifest, folder, tiny_model, jobs=1, progress=False)
    return folder


@pytest.fixture(scope="session")
def run(
    miniature: Miniature, tiny_model: Path, voices: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("designer") / "run"
    settings = [*miniature.settings(out, voices), f"model.base={tiny_model}", "train.log_steps=1"]
    train("voice-designer", recipe("voice-designer"), settings)
    return out


@pytest.fixture(scope="session")
def model(run: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with its designer."""
    folder = tmp_path_factory.mktemp("designing") / "tiny"
    shutil.copytree(tiny_model, folder)
    shutil.copy(run / "export" / DESIGNER, folder)
    return folder


def test_voices_are_those_of_the_model(
    miniature: Miniature, tiny_model: Path, voices: Path
) -> None:
    bundle = Bundle.load(tiny_model)
    heard = PackedFeatures(voices, timbre_feature(bundle.config.fingerprint))
    traits = PackedFeatures(voices, "traits")
    utterances = [item for item in read_manifest(miniature.manifest) if item.id in heard]
    assert len(utterances) > 20
    for item in utterances:
        assert heard[item.id].shape == (1, bundle.speaker_encoder.config.timbre_dim)
        assert heard[item.id].std() == pytest.approx(1, rel=0.01)
    anna = [traits[item.id][0, 0] for item in utterances if item.speaker == "anna"]
    assert np.median(anna) == pytest.approx(210, rel=0.03)


def test_interrupted_work_goes_on(
    miniature: Miniature, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_features, "PART_UTTERANCES", 10)
    real, given = voice_features.run_shards, []

    def first_part_only(out: Path, tasks: list, *more: object, **options: object) -> dict[str, str]:
        left = [t for t in tasks if not (out / "parts" / f"{t.name}.json").is_file()]
        given.append(len(left))
        return real(out, left[:1] if len(given) == 1 else tasks, *more, **options)

    monkeypatch.setattr(voice_features, "run_shards", first_part_only)
    extract = lambda: extract_voices(miniature.manifest, tmp_path, tiny_model, 1, progress=False)  # noqa: E731
    with pytest.raises(FileNotFoundError):
        extract()
    assert extract() > 20
    assert given == [3, 2]


def test_a_manifest_without_a_voice_is_refused(
    miniature: Miniature, tiny_model: Path, tmp_path: Path
) -> None:
    short = [replace(item, duration=0.2) for item in read_manifest(miniature.manifest)[:2]]
    write_manifest(short, tmp_path / "manifest.jsonl")
    with pytest.raises(InputError, match="holds no voice"):
        extract_voices(tmp_path / "manifest.jsonl", tmp_path, tiny_model, 1, progress=False)


def test_it_learns(run: Path, tiny_model: Path) -> None:
    losses = history(run)
    reading = [record["reading"] for record in losses]
    assert sum(reading[-3:]) < 0.9 * sum(reading[:3])
    assert {"reading", "drawing", "read"} <= set(history(run, "valid")[-1])
    designer = VoiceDesigner.load(run / "export" / DESIGNER)
    assert designer.config.base == Bundle.load(tiny_model).config.fingerprint
    pitches = designer.quantiles[0, TRAITS.index("pitch")]
    assert 90 < pitches[0] < 115
    assert 195 < pitches[-1] < 230


def test_voices_of_another_model_are_refused(
    miniature: Miniature, voices: Path, tmp_path: Path
) -> None:
    settings = [*miniature.settings(tmp_path, voices), "model.base=small"]
    with pytest.raises(InputError, match="no timbre-"):
        train("voice-designer", recipe("voice-designer"), settings)


def test_genders_are_told_where_the_traits_tell_them() -> None:
    rng = np.random.default_rng(0)
    female = np.column_stack((rng.normal(200, 10, 500), 5 + rng.random((500, 4))))
    male = np.column_stack((rng.normal(110, 10, 500), 5 + rng.random((500, 4))))
    gender = np.repeat([1.0, -1.0], 500)
    traits = np.column_stack((gender, np.concatenate((female, male))))
    traits[::2, 0] = np.nan
    traits[0, 1] = 150.0  # between the two
    fill_genders(traits)
    assert np.isnan(traits[0, 0])
    told = traits[2::2, 0]
    assert np.isfinite(told).mean() > 0.9
    assert set(told[np.isfinite(told)] * gender[2::2][np.isfinite(told)]) == {1.0}


# -- designing ------------------------------------------------------------------------------------


def test_a_seed_gives_one_voice_and_another_seed_another(model: Path) -> None:
    tts = MiniMaxSpeech.from_pretrained(model, device="cpu")
    first, again, other = (
        tts.design_voice(gender="female", pitch="high", rate="fast", seed=seed)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first.timbre, again.timbre)
    assert not np.allclose(first.timbre, other.timbre, atol=0.1)
    assert first.timbre.std() == pytest.approx(1, rel=0.01)
    assert first.metadata["attributes"] == {"gender": "female", "pitch": "high", "rate": "fast"}
    assert first.prosody == {"speed": 1.25}


def test_a_voice_speaks_at_its_own_rate_unless_told(model: Path) -> None:
    tts = MiniMaxSpeech.from_pretrained(model, device="cpu")
    plain = tts.voice("default")
    fast = replace(plain, metadata={"prosody": {"speed": 2.0}})
    text = "The quick brown fox jumps over the lazy dog."
    usual, own, told = tts.synthesize([text] * 3, [plain, fast, plain], language="en")
    assert np.array_equal(usual.samples, told.samples)
    assert own.seconds == pytest.approx(usual.seconds / 2, rel=0.2)
    alone = tts.synthesize(text, fast, speed=1).samples
    assert np.allclose(alone, usual.samples, atol=1e-5)
    streamed = np.concatenate([piece.samples for piece in tts.stream(text, fast, live=False)])
    assert len(streamed) == len(own.samples)


def test_what_says_nothing_is_refused(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tts = MiniMaxSpeech.from_pretrained(model, device="cpu")
    monkeypatch.setattr(VoiceDesigner, "read", lambda *_: {})
    with pytest.raises(InputError, match="'hello' says nothing of a voice"):
        tts.design_voice("hello")
    with pytest.raises(InputError, match="does not speak 'de'"):
        tts.design_voice(language="German")
    with pytest.raises(InputError, match="very low, low"):
        tts.design_voice(pitch="highest")


def test_an_accent_is_said_to_be_left_out(model: Path, caplog: pytest.LogCaptureFixture) -> None:
    tts = MiniMaxSpeech.from_pretrained(model, device="cpu")
    tts.design_voice(gender="male", accent="ru")
    assert "accent (ru) is left out" in caplog.text


def change_base(folder: Path) -> None:
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text.replace("fingerprint: ", "fingerprint: f"))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda folder: (folder / DESIGNER).unlink(), "designs no voices"),
        (change_base, "belongs to another model"),
    ],
)
def test_a_model_without_its_designer(
    model: Path, tmp_path: Path, change: Callable[[Path], None], part: str
) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(model, folder)
    change(folder)
    tts = MiniMaxSpeech.from_pretrained(folder, device="cpu")
    with pytest.raises(InputError, match=part):
        tts.design_voice(gender="male")
