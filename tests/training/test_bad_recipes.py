"""Whatever is wrong with a recipe or its data is said in one line."""

import json
from pathlib import Path

import pytest
from miniature import Miniature, recipe

from minimax_speech.data.manifest import Utterance, write_manifest
from minimax_speech.errors import InputError
from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.training.run import load_recipe, train


def message(stage: str, path: Path, *overrides: str) -> str:
    with pytest.raises(InputError) as caught:
        train(stage, path, overrides)
    said = str(caught.value)
    assert "\n" not in said
    return said


def refused(miniature: Miniature, stage: str, *overrides: str) -> str:
    """What is said to a toy recipe over the miniature corpus that is changed so."""
    out = miniature.folder / "never"
    said = message(stage, recipe(stage), *miniature.settings(out), *overrides)
    assert not out.exists()
    return said


def test_an_unknown_stage_lists_the_stages() -> None:
    assert "tokenizer, flow-vae, speech-lm" in message("talker", recipe("tokenizer"))


def test_a_recipe_of_another_stage() -> None:
    said = message("flow-vae", recipe("tokenizer"))
    assert "is a recipe for tokenizer, not for flow-vae" in said


def test_a_missing_recipe(tmp_path: Path) -> None:
    assert "does not exist" in message("tokenizer", tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("trian.max_steps=3", "train"),
        ("train.max_step=3", "max_steps"),
        ("data.source=[]", "sources"),
        ("model.ctc_wait=1", "ctc_weight"),
        ("model.tokenizer.chanels=3", "channels"),
    ],
)
def test_an_unknown_key_names_the_nearest(key: str, near: str) -> None:
    said = message("tokenizer", recipe("tokenizer"), key)
    assert key.split("=")[0].split(".")[-1] in said or "trian" in said
    assert near in said


def test_a_value_of_the_wrong_type() -> None:
    said = message("tokenizer", recipe("tokenizer"), "train.max_steps=many")
    assert "train.max_steps is 'many'" in said


def test_overrides_reach_the_model_section() -> None:
    run = load_recipe("tokenizer", recipe("tokenizer"), ["model.ctc_weight=0.5"])
    assert run.model["ctc_weight"] == 0.5


def test_a_missing_manifest(miniature: Miniature, tmp_path: Path) -> None:
    source = json.dumps([{"manifest": str(tmp_path / "none.jsonl")}])
    assert "none.jsonl" in refused(miniature, "tokenizer", f"data.sources={source}")


def test_no_source(miniature: Miniature) -> None:
    assert "data.sources is empty" in refused(miniature, "tokenizer", "data.sources=[]")


def test_a_source_without_usable_utterances(miniature: Miniature, tmp_path: Path) -> None:
    write_manifest([], tmp_path / "empty.jsonl")
    source = json.dumps([{"manifest": str(tmp_path / "empty.jsonl")}])
    assert "empty.jsonl has no utterance" in refused(
        miniature, "tokenizer", f"data.sources={source}"
    )
    said = refused(miniature, "tokenizer", "data.min_seconds=30", "data.max_seconds=40")
    assert "30.0-40.0 s" in said


def test_no_transcripts_for_a_stage_that_needs_them(miniature: Miniature, tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    clip = Utterance(tmp_path / "a.wav", None, "s", "en", 2.0)
    write_manifest([clip], tmp_path / "m.jsonl")
    source = json.dumps([{"manifest": str(tmp_path / "m.jsonl")}])
    assert "check transcripts" in refused(miniature, "recogniser", f"data.sources={source}")


def test_missing_audio(miniature: Miniature, tmp_path: Path) -> None:
    clip = Utterance(tmp_path / "gone.wav", "a", "s", "en", 2.0)
    write_manifest([clip], tmp_path / "m.jsonl")
    source = json.dumps([{"manifest": str(tmp_path / "m.jsonl")}])
    assert "gone.wav, which does not exist" in refused(
        miniature, "tokenizer", f"data.sources={source}"
    )


def test_a_language_without_a_token(miniature: Miniature, tmp_path: Path) -> None:
    TextTokenizer.train({"de": ["a b"], "fr": []}, 300).save(tmp_path / "tokenizer.json")
    said = refused(miniature, "speech-lm", f"data.tokenizer={tmp_path / 'tokenizer.json'}")
    assert "language 'en'" in said
    assert "de, fr" in said


def test_missing_features(miniature: Miniature, tmp_path: Path) -> None:
    source = {"manifest": str(miniature.manifest)}
    said = refused(miniature, "speech-lm", f"data.sources={json.dumps([source])}")
    assert "needs `features`" in said
    source["features"] = str(tmp_path)
    said = refused(miniature, "speech-lm", f"data.sources={json.dumps([source])}")
    assert "tts prepare features" in said


def test_a_language_power_that_is_none(miniature: Miniature) -> None:
    assert "language_power is 2" in refused(miniature, "tokenizer", "data.language_power=2")


def test_a_repeat_that_is_no_number_of_times(miniature: Miniature) -> None:
    source = json.dumps([{"manifest": str(miniature.manifest), "repeat": 0}])
    assert "repeat 0" in refused(miniature, "tokenizer", f"data.sources={source}")


@pytest.mark.parametrize(
    ("stage", "override", "says"),
    [
        ("speech-lm", "data.tokenizer=null", "data.tokenizer is missing"),
        ("speech-lm", "data.tokenizer=none.json", "no tokenizer file at none.json"),
        ("speech-lm", "data.exclude_texts=none.txt", "data.exclude_texts none.txt"),
        ("speech-lm", "model.speech_lm.audio_vocab=50", "the features hold 123 tokens"),
        ("speech-lm", "model.flow_matching.network.audio_vocab=50", "flow_matching.network"),
        ("speech-lm", "model.flow_matching.network.latent_dim=8", "have 64 channels"),
        ("flow-matching", "init_from=null", "init_from is missing"),
        ("speech-lm", "model.freeze_speaker_encoder=true", "name its folder in init_from"),
        ("flow-matching", "init_from=none", "no model 'none': give a folder, or a bundled one"),
        ("flow-matching", "init_from=/", "/speaker_encoder.safetensors"),
        ("tokenizer", "init_from=/", "/audio_tokenizer.safetensors"),
        ("flow-vae", "model.vae.flow_couplings=3", "flow_couplings is 3"),
        ("tokenizer", "model.tokenizer.layers=[1, 2]", "layers is [1, 2]"),
        ("recogniser", "model.recogniser.transformer.heads=5", "heads 5"),
    ],
)
def test_settings_that_do_not_fit(
    miniature: Miniature, stage: str, override: str, says: str
) -> None:
    assert says in refused(miniature, stage, override)
