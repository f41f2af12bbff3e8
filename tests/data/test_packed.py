from pathlib import Path

import numpy as np
import pytest

from minimax_speech.data.packed import PackedFeatures, PackedWriter
from minimax_speech.errors import InputError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {f"clip/{i}": rng.standard_normal((length, 3)) for i, length in enumerate((4, 0, 7))}
    with PackedWriter(tmp_path / "new", "latents", "float16", (3,)) as writer:
        for name, array in arrays.items():
            writer.add(name, array)
    features = PackedFeatures(tmp_path / "new", "latents")
    for name, array in arrays.items():
        assert name in features
        assert features[name].dtype == np.float16
        assert np.array_equal(features[name], array.astype(np.float16))
    assert "clip/9" not in features
    with pytest.raises(KeyError):
        features["clip/9"]


def test_an_interrupted_writer_leaves_no_index(tmp_path: Path) -> None:
    with PackedWriter(tmp_path, "tokens", "int16") as writer:
        writer.add("old", np.arange(3))

    def interrupted() -> None:
        with PackedWriter(tmp_path, "tokens", "int16") as writer:
            writer.add("new", np.arange(5))
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        interrupted()
    with pytest.raises(InputError, match="tts prepare features"):
        PackedFeatures(tmp_path, "tokens")


def test_an_array_of_another_shape_is_refused(tmp_path: Path) -> None:
    with (
        PackedWriter(tmp_path, "latents", "float16", (3,)) as writer,
        pytest.raises(ValueError, match=r"\(2, 4\)"),
    ):
        writer.add("clip", np.zeros((2, 4)))


@pytest.mark.parametrize("damage", ["index", "data"])
def test_damaged_features_say_so_in_one_line(tmp_path: Path, damage: str) -> None:
    with PackedWriter(tmp_path, "tokens", "int16") as writer:
        writer.add("clip", np.arange(1000))
    path = tmp_path / ("tokens.json" if damage == "index" else "tokens.bin")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError) as caught:
        PackedFeatures(tmp_path, "tokens")
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
