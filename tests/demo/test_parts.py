"""The parts of the demo that need no browser."""

import base64
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("gradio", reason="the extra demo is not installed")

import gradio as gr

from demo import reports
from demo.app import build_page
from demo.player import _PIECES_KEPT, live
from demo.told import told
from demo.uploads import Uploads
from minimax_speech import Audio, MiniMaxSpeech, Voice
from minimax_speech.audio.hearing import HeardClip
from minimax_speech.errors import Busy, InputError
from minimax_speech.studio import Spoken, Studio, TuningNews
from minimax_speech.training.pvc.making import TuningProgress


def speech(folder: Path, count: int) -> Iterator[Audio | Spoken]:
    for number in range(count):
        yield Audio(np.full(10, number / 100, np.float32), 24_000)
    yield Spoken(folder / "speech.wav", folder / "speech.srt", 1.5, [], None)


def test_a_player_is_given_the_latest_pieces_and_then_the_files(tmp_path: Path) -> None:
    values = list(live(speech(tmp_path, 2 * _PIECES_KEPT)))
    assert len({value["id"] for value in values}) == 1
    assert [len(value["pieces"]) for value in values[:3]] == [1, 2, 3]
    *_, last, done = values
    numbers = [number for number, _ in last["pieces"]]
    assert numbers == list(range(_PIECES_KEPT, 2 * _PIECES_KEPT))
    samples = np.frombuffer(base64.b64decode(last["pieces"][-1][1]), "<i2")
    assert samples.tolist() == [round(0.47 * 32767)] * 10
    assert last["done"] is None
    assert done["done"]["audio"]["path"] == str(tmp_path / "speech.wav")
    assert done["done"]["seconds"] == 1.5


def test_refusals_are_shown_as_text() -> None:
    def refuse(error: Exception) -> None:
        raise error

    def begin(error: Exception) -> Iterator[int]:
        yield 1
        raise error

    for error, part in ((InputError("<b> is wrong"), "&lt;b&gt; is wrong"), (Busy(3, 2), "again")):
        with pytest.raises(gr.Error, match=part):
            told(refuse)(error)
        with pytest.raises(gr.Error, match=part):
            list(told(begin)(error))
    with pytest.raises(ZeroDivisionError):
        told(refuse)(ZeroDivisionError())


def test_uploads_are_deleted_with_the_last_page_that_has_them(tmp_path: Path) -> None:
    both, one = tmp_path / "both.wav", tmp_path / "one.wav"
    for file in (both, one):
        file.touch()
    uploads = Uploads()
    uploads.note("first", [both, one])
    uploads.note("second", [both])
    uploads.forget("first")
    assert [path.name for path in tmp_path.iterdir()] == ["both.wav"]
    uploads.forget("second")
    uploads.forget("second")
    assert not list(tmp_path.iterdir())


def test_a_clip_shows_what_is_used_and_what_is_wrong() -> None:
    heard = HeardClip("<a>.wav", 4.0, 1.0, 3.0, -20.0, -3.0, 0.01, [0.5] * 40, 4.0, ["1 % clipped"])
    shown = reports.clips([heard])
    assert "&lt;a&gt;.wav" in shown
    assert shown.count('class="cut"') == 20
    assert "4.0 s · 2.0 s used" in shown
    assert "1 % clipped" in shown
    assert "no clipping" not in shown


def test_a_bar_tells_loss_step_and_time() -> None:
    news = TuningNews(TuningProgress("tuning", 20, 80, 1.25), 150.0)
    shown = reports.tuning(news)
    assert 'value="20" max="80"' in shown
    assert "step 20 of 80 · loss 1.2500 · 2 min left" in shown
    assert "Reading" in reports.tuning(TuningNews())


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"mixture": {"a": 0.75, "b": 0.25}}, "mixed: a 75%, b 25%"),
        ({"attributes": {"gender": "male"}}, "designed: male"),
        ({"method": "pvc", "recordings": 9, "seconds": 300.0}, "tuned on 9 recordings, 5 min"),
        ({"references": ["a.wav"], "seconds": 2.5}, "cloned from a.wav (2.5 s)"),
        ({"references": ["a", "b", "c"], "seconds": 9.0}, "cloned from 3 clips (9.0 s)"),
        ({}, "a voice of the model"),
    ],
)
def test_a_card_tells_where_a_voice_comes_from(facts: dict[str, object], part: str) -> None:
    shown = reports.voice_card(Voice(np.ones(2, np.float32), "x<y", "", metadata=facts))
    assert part in shown
    assert "x&lt;y" in shown


def test_only_tabs_lie_in_a_row_of_tabs(tiny_model: Path) -> None:
    with closing(Studio(MiniMaxSpeech.from_pretrained(tiny_model))) as studio:
        config: Any = build_page(studio).get_config_file()
    kinds = {one["id"]: one["type"] for one in config["components"]}

    def rows(part: dict[str, Any]) -> Iterator[list[str]]:
        children = part.get("children") or []
        if kinds.get(part["id"]) == "tabs":
            yield [kinds[child["id"]] for child in children]
        for child in children:
            yield from rows(child)

    assert list(rows(config["layout"])) == [["tabitem"] * 5, ["tabitem"] * 2]
