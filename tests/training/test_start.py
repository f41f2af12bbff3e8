"""What a run takes from the model that it starts from."""

from pathlib import Path
from typing import Any

import pytest
from tiny import write_parts

from minimax_speech.errors import InputError
from minimax_speech.inference.model_folder import find_model
from minimax_speech.models.weights import read_config
from minimax_speech.training.start import find_start, with_sizes
from minimax_speech.training.tasks.speech_lm import SpeechLMTask


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    write_parts(folder)
    return folder


def sized(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    return with_sizes(settings, SpeechLMTask.parts, folder)


def test_parts_say_their_sizes(parts: Path) -> None:
    taken = sized({"timbre_swap": 0.0}, parts)
    assert taken.pop("timbre_swap") == 0.0
    assert taken == {
        name: read_config(parts / f"{name}.safetensors", name)
        for name in ("speech_lm", "speaker_encoder", "flow_matching")
    }


def test_a_recipe_says_otherwise(parts: Path) -> None:
    plain = sized({}, parts)["speech_lm"]
    settings = {"speech_lm": {"token_dropout": 0.4, "transformer": {"dropout": 0.2}}}
    changed = sized(settings, parts)["speech_lm"]
    assert (changed["token_dropout"], changed["transformer"]["dropout"]) == (0.4, 0.2)
    assert changed["transformer"] | {"dropout": 0.0} == plain["transformer"] | {"dropout": 0.0}
    assert sized({"flow_matching": None}, parts)["flow_matching"] is None


def test_parts_that_are_not_there_begin_anew(tmp_path: Path) -> None:
    assert sized({"speech_lm": {"text_vocab": 300}}, tmp_path) == {"speech_lm": {"text_vocab": 300}}
    (tmp_path / "speech_lm.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match="damaged"):
        sized({}, tmp_path)


def test_a_start_is_a_folder_or_a_model(parts: Path) -> None:
    assert find_start(str(parts)) == parts
    assert find_start("small") == find_model("small")
    with pytest.raises(InputError, match="no model 'large'"):
        find_start("large")
