"""Model directories: assembled, loaded part by part, and refused in one line when broken."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from tiny import PARTS

from minimax_speech import config as configs
from minimax_speech.errors import InputError
from minimax_speech.inference.assembly import assemble
from minimax_speech.inference.bundle import VOICE_PARTS, Bundle, fingerprint
from minimax_speech.inference.model_folder import CONFIG, find_model
from minimax_speech.inference.options import resolve
from minimax_speech.inference.pipeline import Pipeline, SpeechRequest
from minimax_speech.inference.settings import Settings
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_matching import KIND, FlowMatching
from minimax_speech.models.weights import save_model


@pytest.fixture
def copied(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to break."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def speak_and_listen(folder: Path) -> None:
    """Use every part of a model."""
    bundle = Bundle.load(folder)
    request = SpeechRequest("Hi.", bundle.default_voice, "en")
    Pipeline(bundle).speak([request], Settings())
    for part in ("speaker_encoder", "audio_tokenizer", "encoder"):
        getattr(bundle, part)
    bundle.check_voice_parts()


def fault(folder: Path) -> str:
    with pytest.raises(InputError) as error:
        speak_and_listen(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_whole_model_works(copied: Path) -> None:
    speak_and_listen(copied)


def test_distilled_flow_matching_takes_few_steps_and_knows_its_limit(
    tiny_parts: Path, tmp_path: Path
) -> None:
    parts = Path(shutil.copytree(tiny_parts, tmp_path / "parts"))
    config = FlowMatching.load(parts / "flow_matching.safetensors").config
    config.network.distilled = True
    save_model(parts / "flow_matching.safetensors", FlowMatching(config), config, KIND)
    bundle = Bundle.load(assembled(parts, tmp_path / "model"))
    defaults, flow = bundle.config.generation, bundle.flow_matching.config
    assert defaults.steps < Settings().steps
    assert resolve({"cfg_scale": 2.0}, defaults, flow)[0].cfg_scale == 2.0
    with pytest.raises(InputError, match=r"cfg_scale is 2\.5: use 0 to 2,"):
        resolve({"cfg_scale": 2.5}, defaults, flow)


def test_parts_are_loaded_when_needed(copied: Path) -> None:
    for part in ("speaker_encoder", "flow_vae_encoder"):
        (copied / f"{part}.safetensors").unlink()
    bundle = Bundle.load(copied)
    request = SpeechRequest("Hi.", bundle.default_voice, "en")
    assert len(Pipeline(bundle).speak([request], Settings())[0].samples)


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_or_truncated_part_is_one_line(copied: Path, part: str) -> None:
    path = copied / f"{part}.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert path.name in fault(copied)
    path.unlink()
    assert f"lacks {path.name}" in fault(copied)


def test_parts_of_another_kind_or_model_are_one_line(copied: Path, tiny_parts: Path) -> None:
    lm = copied / "speech_lm.safetensors"
    shutil.copyfile(copied / "flow_matching.safetensors", lm)
    assert "holds a flow_matching, expected a speech_lm" in fault(copied)
    for name in ("speech_lm", "speaker_encoder"):
        shutil.copyfile(tiny_parts / f"{name}.safetensors", copied / f"{name}.safetensors")
    assert "are not those that config.yaml names" in fault(copied)


def test_a_missing_file_is_one_line(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    assert "lacks tokenizer.json" in fault(copied)


def test_a_model_without_its_default_voice_says_what_to_do(copied: Path) -> None:
    default = copied / "voices" / "default.safetensors"
    default.rename(default.with_name("anna.safetensors"))
    line = fault(copied)
    assert "no voice 'default'" in line
    assert "a --voice (anna)" in line
    assert f"tts voice export {default}" in line


def test_a_tokenizer_of_another_model_is_one_line(copied: Path) -> None:
    from minimax_speech.text.bpe import TextTokenizer

    TextTokenizer.train({"en": ["other words altogether"] * 3}, 290).save(copied / "tokenizer.json")
    assert "text ids" in fault(copied)


def test_a_broken_config_is_one_line(copied: Path) -> None:
    (copied / CONFIG).write_text("name: x\nlanguags: [en]\n")
    assert "languags" in fault(copied)
    (copied / CONFIG).unlink()
    assert "has no config.yaml" in fault(copied)
    assert "give a folder" in fault(copied / "nowhere")


def test_models_are_found_by_folder(tiny_model: Path) -> None:
    assert find_model(tiny_model) == find_model(str(tiny_model)) == tiny_model
    with pytest.raises(InputError, match="no model 'nonsense'"):
        find_model("nonsense")


def test_without_a_bundled_model_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minimax_speech.inference.model_folder.files", lambda _: tmp_path)
    with pytest.raises(InputError, match=r"no model is bundled.*egs/teachers_en.*--model"):
        find_model()


def assembled(parts: Path, out: Path, quantise: bool = True, **options: Any) -> Path:
    reports = assemble(
        dict.fromkeys(PARTS, parts),
        parts / "tokenizer.json",
        out,
        name="tiny",
        languages=["en"],
        card="",
        quantise=quantise,
        **options,
    )
    assert {report.name for report in reports} == set(PARTS)
    for report in reports:
        assert report.bytes == (out / f"{report.name}.safetensors").stat().st_size
        assert (0 < report.relative_error < 0.01) if quantise else report.relative_error == 0
    return out


def test_numbers_that_are_not_finite_are_refused(tiny_parts: Path, tmp_path: Path) -> None:
    parts = Path(shutil.copytree(tiny_parts, tmp_path / "parts"))
    tokenizer = AudioTokenizer.load(parts / "audio_tokenizer.safetensors")
    tokenizer.norm.variance[0] = float("inf")
    path = parts / "audio_tokenizer.safetensors"
    save_model(path, tokenizer, tokenizer.config, "audio_tokenizer")
    with pytest.raises(InputError, match=r"audio_tokenizer\.safetensors.*norm\.variance.*finite"):
        assembled(parts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_states_its_licence(tiny_parts: Path, tmp_path: Path) -> None:
    assert Bundle(assembled(tiny_parts, tmp_path / "mute")).config.licence == ""
    free = assembled(tiny_parts, tmp_path / "free", licence="CC0-1.0")
    assert Bundle(free).config.licence == "CC0-1.0"


def test_quantised_parts_are_smaller_and_close(tiny_parts: Path, tmp_path: Path) -> None:
    small = assembled(tiny_parts, tmp_path / "int8")
    large = assembled(tiny_parts, tmp_path / "fp32", quantise=False)
    name = "speech_lm.safetensors"
    assert (small / name).stat().st_size < 0.4 * (large / name).stat().st_size
    with safe_open(small / name, "pt") as file:
        assert file.get_tensor("embedding.weight").dtype == torch.int8
    ids, timbre = torch.arange(20)[None], torch.ones(1, 32)
    with torch.inference_mode():
        ours, exact = (Bundle.load(f).speech_lm(ids, timbre) for f in (small, large))
    assert float((ours - exact).square().mean().sqrt()) < 0.03 * float(exact.std())


def test_the_fingerprint_follows_the_tensors_alone(tiny_parts: Path, tmp_path: Path) -> None:
    small = assembled(tiny_parts, tmp_path / "int8")
    again = assembled(tiny_parts, tmp_path / "again")
    assert fingerprint(small) == fingerprint(again)
    assert fingerprint(small) != fingerprint(tiny_parts)
    assert configs.load_yaml(small / CONFIG)["fingerprint"] == fingerprint(small)


@pytest.mark.parametrize("part", VOICE_PARTS)
def test_the_fingerprint_is_of_each_part_that_makes_voices(
    part: str, tiny_model: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(tiny_model, copied)
    path = copied / f"{part}.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert fingerprint(copied) != fingerprint(tiny_model)


def test_a_model_is_written_over_whole_or_not_at_all(tiny_parts: Path, tmp_path: Path) -> None:
    """The folder keeps its voices, and they count."""
    model = assembled(tiny_parts, tmp_path / "model")
    (model / "voices").mkdir()
    (model / "voices" / "a.safetensors").write_bytes(bytes(3 << 20))
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=r"takes 3\.\d MiB, more than 3:"):
        assembled(tiny_parts, model, quantise=False, max_mib=3)
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before
    assembled(tiny_parts, model, quantise=False)
    assert {path for path in model.rglob("*") if path.is_file()} == set(before)
    assert (model / "speech_lm.safetensors").read_bytes() not in before.values()


def test_impossible_assemblies_are_refused(tiny_parts: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="MiB, more than"):
        assembled(tiny_parts, tmp_path / "new" / "large", max_mib=0.01)
    assert list(tmp_path.iterdir()) == []
    options = {"name": "", "languages": ["en", "sv"], "card": ""}
    with pytest.raises(InputError, match="has no language 'sv': choose from en"):
        assemble(
            dict.fromkeys(PARTS, tiny_parts), tiny_parts / "tokenizer.json", tmp_path, **options
        )
    with pytest.raises(InputError, match="lacks part"):
        assemble({}, tiny_parts / "x", tmp_path / "none", name="", languages=[], card="")
    odd = {**dict.fromkeys(PARTS, tiny_parts), "nose": tiny_parts}
    with pytest.raises(InputError, match="unknown part 'nose'"):
        assemble(odd, tiny_parts / "x", tmp_path / "odd", name="", languages=[], card="")
