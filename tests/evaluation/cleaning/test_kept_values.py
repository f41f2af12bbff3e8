"""Measured values in a file: each measured once, whatever interrupts."""

from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from minimax_speech.data.manifest import Utterance
from minimax_speech.evaluation.cleaning.kept_values import measure_all


@pytest.fixture
def utterances(tmp_path: Path) -> list[Utterance]:
    made = []
    for number in range(10):
        audio = tmp_path / f"{number}.wav"
        audio.write_bytes(bytes(number))
        made.append(Utterance(audio, None, "me", "en", duration=1.0 + number, id=str(number)))
    return made


class Meter:
    """Measures, and remembers what; stops at one utterance."""

    def __init__(self, stop_at: str | None = None) -> None:
        self.measured: list[str] = []
        self._stop_at = stop_at

    def __call__(self, utterance: Utterance) -> dict[str, Any]:
        if utterance.id == self._stop_at:
            raise KeyboardInterrupt
        self.measured.append(utterance.id)
        return {"length": utterance.duration}


def run(file: Path, utterances: list[Utterance], meter: Callable[..., Any], workers: int = 1):
    return measure_all(file, utterances, meter, workers, "measuring")


def test_an_interruption_loses_nothing(tmp_path: Path, utterances: list[Utterance]) -> None:
    file = tmp_path / "folder" / "kept.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(file, utterances, Meter(stop_at="4"))
    data = file.read_bytes()
    file.write_bytes(data[:-7])  # a line half-written when the machine went down
    meter = Meter()
    values = run(file, utterances, meter)
    assert meter.measured == ["3", "4", "5", "6", "7", "8", "9"]
    assert values == {u.id: {"length": u.duration} for u in utterances}
    assert file.read_bytes().startswith(data)
    again = Meter()
    assert run(file, utterances, again) == values
    assert again.measured == []


def test_other_audio_is_measured_again(tmp_path: Path, utterances: list[Utterance]) -> None:
    file = tmp_path / "kept.jsonl"
    run(file, utterances, Meter())
    utterances[1].audio.write_bytes(b"changed")
    utterances[2].audio.unlink()
    longer = Utterance(utterances[3].audio, None, "me", "en", duration=9.5, id="3")
    said = Utterance(utterances[4].audio, "Other words.", "you", "en", duration=5.0, id="4")
    changed = [*utterances[:3], longer, said, *utterances[5:]]
    meter = Meter()
    assert run(file, changed, meter)["3"] == {"length": 9.5}
    assert meter.measured == ["1", "2", "3"]  # texts and speakers are not measured
    last = Meter()
    run(file, changed, last)
    assert last.measured == []


def test_only_what_is_asked_for_is_measured(tmp_path: Path, utterances: list[Utterance]) -> None:
    file = tmp_path / "kept.jsonl"
    assert set(run(file, utterances[:2], Meter())) == {"0", "1"}
    meter = Meter()
    assert set(run(file, utterances[1:3], meter)) == {"1", "2"}
    assert meter.measured == ["2"]


def test_processes_write_the_same_file(tmp_path: Path, utterances: list[Utterance]) -> None:
    measure = attrgetter("duration")
    alone = run(tmp_path / "one.jsonl", utterances, measure)
    assert run(tmp_path / "two.jsonl", utterances, measure, workers=2) == alone
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
