"""Every stage really trains at toy size, lowers its loss and exports files that load."""

import shutil
from functools import partial
from pathlib import Path

import pytest
import torch
from miniature import Miniature, history, recipe

import flow_vae
import speaker_encoder
from minimax_speech.config import load_yaml
from minimax_speech.data.manifest import read_manifest, write_manifest
from minimax_speech.data.packed import PackedFeatures
from minimax_speech.errors import InputError
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.recogniser import Recogniser
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.training import features as feature_making
from minimax_speech.training.features import extract_features
from minimax_speech.training.run import train

WINDOW = 3
"""Log lines at either end whose losses are compared."""


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def tokenizer_run(miniature: Miniature, runs: Path) -> Path:
    return trained("tokenizer", miniature, runs)


@pytest.fixture(scope="session")
def vae_run(miniature: Miniature, runs: Path) -> Path:
    return trained("flow-vae", miniature, runs)


@pytest.fixture(scope="session")
def features(miniature: Miniature, runs: Path, tokenizer_run: Path, vae_run: Path) -> Path:
    folder = runs / "features"
    extract_features(
        miniature.manifest,
        folder,
        tokenizer_run / "export" / "audio_tokenizer.safetensors",
        vae_run / "export" / "flow_vae_encoder.safetensors",
        batch_seconds=12,
        workers=0,
    )
    return folder


@pytest.fixture(scope="session")
def lm_run(miniature: Miniature, runs: Path, features: Path) -> Path:
    return trained("speech-lm", miniature, runs, features)


def trained(
    stage: str,
    miniature: Miniature,
    runs: Path,
    features: Path | None = None,
    *overrides: str,
) -> Path:
    out = runs / stage
    settings = [*miniature.settings(out, features), "train.log_steps=1", *overrides]
    exported = train(stage, recipe(stage), settings)
    assert exported == out / "export"
    return out


def falls(out: Path, name: str) -> bool:
    losses = [record[name] for record in history(out)]
    assert len(losses) <= 40
    return sum(losses[-WINDOW:]) < 0.9 * sum(losses[:WINDOW])


def weights(run: Path, name: str) -> Path:
    return run / "export" / f"{name}.safetensors"


def test_tokenizer(tokenizer_run: Path) -> None:
    assert falls(tokenizer_run, "mel")
    assert falls(tokenizer_run, "ctc")
    tokenizer = AudioTokenizer.load(weights(tokenizer_run, "audio_tokenizer"))
    assert tokenizer.config.alphabet == " adeiklmnoprswyz"
    assert {"loss", "cer", "codes"} <= set(history(tokenizer_run, "valid")[-1])


def test_flow_vae(vae_run: Path) -> None:
    assert falls(vae_run, "mel")
    assert falls(vae_run, "loss/generator")
    model = flow_vae.load(
        weights(vae_run, "flow_vae_encoder"), weights(vae_run, "flow_vae_decoder")
    )
    assert model.decode(model.encode(torch.zeros(1, 4800)).mean).shape == (1, 4800)
    assert weights(vae_run, "discriminators").is_file()


def test_features_are_those_of_each_utterance_alone(
    miniature: Miniature, features: Path, tokenizer_run: Path
) -> None:
    tokens, latents = PackedFeatures(features, "tokens"), PackedFeatures(features, "latents")
    utterances = read_manifest(miniature.manifest)
    alone = features.parent / "alone"
    used = extract_features(
        miniature.manifest,
        alone,
        weights(tokenizer_run, "audio_tokenizer"),
        batch_seconds=0.1,
        workers=0,
    )
    met = {token for utterance in utterances for token in tokens[utterance.id].tolist()}
    codes = AudioTokenizer.load(weights(tokenizer_run, "audio_tokenizer")).codebook_size
    assert used == pytest.approx(len(met) / codes)
    for utterance in utterances:
        count = -(-round(utterance.duration * 24_000) // 960)
        assert tokens[utterance.id].shape == (count,)
        assert latents[utterance.id].shape == (2 * count, 64)
        assert (tokens[utterance.id] == PackedFeatures(alone, "tokens")[utterance.id]).all()


def test_interrupted_features_go_on(
    miniature: Miniature,
    features: Path,
    tokenizer_run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feature_making, "PART_SECONDS", 8.0)
    encode, parts = feature_making.Encoder.encode, []

    def encode_two(encoder: object, utterances: list, out: Path, advance: object) -> None:
        parts.append(out)
        if len(parts) == 3:
            raise KeyboardInterrupt
        encode(encoder, utterances, out, advance)

    monkeypatch.setattr(feature_making.Encoder, "encode", encode_two)
    make = partial(
        extract_features,
        miniature.manifest,
        tmp_path,
        weights(tokenizer_run, "audio_tokenizer"),
        workers=0,
    )
    with pytest.raises(KeyboardInterrupt):
        make()
    assert not (tmp_path / "tokens.json").exists()
    make()
    assert parts.count(parts[0]) == parts.count(parts[1]) == 1  # what was finished stays
    assert parts.count(parts[2]) == 2
    assert len(set(parts)) > 4
    ours, theirs = PackedFeatures(tmp_path, "tokens"), PackedFeatures(features, "tokens")
    assert ours.rows.keys() == theirs.rows.keys()
    assert all((ours[name] == theirs[name]).all() for name in ours.rows)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".bin"}


def test_features_of_nothing_are_refused(miniature: Miniature, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give an audio tokenizer"):
        extract_features(miniature.manifest, tmp_path)
    weights = tmp_path / "none.safetensors"
    for part in ({"audio_tokenizer": weights}, {"vae_encoder": weights}):
        with pytest.raises(InputError, match=r"none\.safetensors"):
            extract_features(miniature.manifest, tmp_path, **part)


def test_an_empty_manifest_has_no_features(tokenizer_run: Path, tmp_path: Path) -> None:
    write_manifest([], tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match=r"empty\.jsonl holds no utterance"):
        extract_features(
            tmp_path / "empty.jsonl", tmp_path, weights(tokenizer_run, "audio_tokenizer")
        )


def test_speech_lm(lm_run: Path) -> None:
    assert falls(lm_run, "tokens")
    assert falls(lm_run, "flow")
    lm = SpeechLM.load(weights(lm_run, "speech_lm"))
    encoder = speaker_encoder.load(weights(lm_run, "speaker_encoder"))
    flow = FlowMatching.load(weights(lm_run, "flow_matching"))
    assert lm.config.timbre_dim == encoder.config.timbre_dim == flow.config.network.timbre_dim
    assert lm.config.text_vocab == 300


@pytest.fixture(scope="session")
def flow_run(miniature: Miniature, runs: Path, features: Path, lm_run: Path) -> Path:
    return trained("flow-matching", miniature, runs, features, f"init_from={lm_run / 'export'}")


def test_flow_matching(lm_run: Path, flow_run: Path) -> None:
    run = flow_run
    flow = FlowMatching.load(weights(run, "flow_matching"))
    before = FlowMatching.load(weights(lm_run, "flow_matching"))
    assert history(run)[0]["flow"] < history(lm_run)[0]["flow"]  # goes on, does not begin anew
    assert not torch.equal(flow.network.input.weight, before.network.input.weight)
    timbre = [
        speaker_encoder.load(weights(r, "speaker_encoder")).state_dict() for r in (run, lm_run)
    ]
    assert all(torch.equal(value, timbre[1][name]) for name, value in timbre[0].items())


def test_flow_distillation(
    miniature: Miniature, runs: Path, features: Path, flow_run: Path
) -> None:
    start = f"init_from={flow_run / 'export'}"
    gently = ("optim.lr=3e-4", "train.valid_steps=5")  # it begins as its teacher
    run = trained("flow-distillation", miniature, runs, features, start, *gently)
    losses = [record["loss"] for record in history(run, "valid")]
    assert losses[-1] < 0.8 * losses[0]
    student = FlowMatching.load(weights(run, "flow_matching"))
    teacher = FlowMatching.load(weights(flow_run, "flow_matching"))
    assert student.config.network.distilled
    assert not teacher.config.network.distilled
    assert torch.equal(student.latent_mean, teacher.latent_mean)
    assert not torch.equal(student.network.input.weight, teacher.network.input.weight)
    assert student.network.guidance is not None
    assert student.network.guidance.weight.any()


def test_distilled_flow_matching_is_adapted(
    miniature: Miniature, runs: Path, features: Path, flow_run: Path
) -> None:
    gently = ("optim.lr=3e-4", "train.valid_steps=5")
    start = f"init_from={flow_run / 'export'}"
    first = trained("flow-distillation", miniature, runs / "first", features, start, *gently)
    start = f"init_from={first / 'export'}"
    often = "train.valid_steps=5"
    run = trained("flow-distillation", miniature, runs / "adapted", features, start, often)
    losses = [record["loss"] for record in history(run, "valid")]
    assert losses[-1] < losses[0]
    assert FlowMatching.load(weights(run, "flow_matching")).config.network.distilled
    with pytest.raises(InputError, match="is distilled: train it on with the stage flow-dist"):
        trained("flow-matching", miniature, runs / "adapted", features, start)


@pytest.fixture
def german(miniature: Miniature, lm_run: Path, tmp_path: Path) -> Path:
    """A model folder as far as training reads it; beside it the tokenizer for another language."""
    model = tmp_path / "model"
    shutil.copytree(lm_run / "export", model)
    shutil.copy(miniature.folder / "tokenizer.json", model)
    text = TextTokenizer.load(model / "tokenizer.json")
    text.extended({"en": [], "de": ["größe"]}, 400).save(tmp_path / "tokenizer.json")
    return model


def finetuned(
    stage: str, miniature: Miniature, features: Path, model: Path, *overrides: str
) -> Path:
    out = model.parent / stage
    settings = [*miniature.settings(out, features), f"init_from={model}", "data.workers=0"]
    text = f"data.tokenizer={model.parent / 'tokenizer.json'}"
    train(stage, recipe(stage, "finetune"), [*settings, text, *overrides])
    return out


def test_fine_tuning_adds_a_language(miniature: Miniature, features: Path, german: Path) -> None:
    settings = ["train.max_steps=1", "optim.lr=0", "train.ema=0"]
    run = finetuned("speech-lm", miniature, features, german, *settings)
    before = SpeechLM.load(german / "speech_lm.safetensors")
    after = SpeechLM.load(weights(run, "speech_lm"))
    assert after.config.text_vocab == before.config.text_vocab + 4  # a language, g, ö, ß
    old = TextTokenizer.load(german / "tokenizer.json")
    new = TextTokenizer.load(german.parent / "tokenizer.json")
    rows, fresh = before.embedding.weight, after.embedding.weight
    for index, token in enumerate(old.tokens):
        assert torch.equal(fresh[new.tokens.index(token)], rows[index])
    assert torch.equal(fresh[new.language_id("de")], rows[old.language_id("en")])
    assert torch.equal(fresh[new.vocab_size :], rows[old.vocab_size :])
    assert fresh[new.tokens.index("ö")].any()
    assert before.transformer.state_dict().keys() == after.transformer.state_dict().keys()


def test_fine_tuning_goes_on_and_leaves_the_speaker_encoder(
    miniature: Miniature, features: Path, german: Path
) -> None:
    settings = ["train.max_steps=12", "optim.lr=3e-3", "train.log_steps=1", "train.valid_steps=4"]
    run = finetuned("speech-lm", miniature, features, german, *settings)
    losses = [record["loss"] for record in history(run, "valid")]
    assert losses[-1] < losses[0]
    encoders = [
        speaker_encoder.load(path).state_dict()
        for path in (german / "speaker_encoder.safetensors", weights(run, "speaker_encoder"))
    ]
    assert all(torch.equal(value, encoders[1][name]) for name, value in encoders[0].items())
    assert not weights(run, "flow_matching").exists()  # it has a stage of its own


def test_recogniser(miniature: Miniature, runs: Path) -> None:
    run = trained("recogniser", miniature, runs, None, "model.tell_languages=true")
    assert falls(run, "loss/model")
    recogniser = Recogniser.load(weights(run, "recogniser"))
    assert len(recogniser.transcribe([torch.zeros(24_000)], ["en"])) == 1
    assert recogniser.config.languages == ["en"]
    assert "cer" in history(run, "valid")[-1]


@pytest.mark.parametrize("name", ["config.yaml", "export/config.yaml"])
def test_the_resolved_recipe_is_kept(tokenizer_run: Path, name: str) -> None:
    kept = load_yaml(tokenizer_run / name)
    assert kept["model"]["ctc_weight"] == 0.3  # a default that the recipe does not name
    assert kept["train"]["max_steps"] == 30
