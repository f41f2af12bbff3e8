"""`tts doctor`: what it finds, and what it advises."""

import json
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio.io import Audio
from minimax_speech.cli import diagnosis, doctor, extras
from minimax_speech.cli.self_test import self_test, verdict
from minimax_speech.errors import InputError

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]


def test_it_says_what_is_missing_and_how_to_get_it(
    tts: Run, calls: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = extras.Optional("absent_package", "eval", "nothing", compiled=True)
    monkeypatch.setattr(diagnosis, "OPTIONAL", (absent,))
    monkeypatch.setattr(diagnosis.shutil, "which", lambda _: None)
    assert tts("doctor", "--json") == 0
    captured = capsys.readouterr()
    findings = {f["name"]: f for f in json.loads(captured.out)}
    assert findings["absent_package"]["state"] == "missing"
    assert "C compiler" in findings["absent_package"]["advice"]
    assert "minimax-speech[eval]" in findings["absent_package"]["advice"]
    assert findings["ffmpeg"]["state"] == "missing"
    assert findings["torch"]["state"] == "ok"
    assert "real-time factor" in findings["speed"]["detail"]
    assert all(f["advice"] for f in findings.values() if f["state"] != "ok")


def test_people_read_a_line_each_and_the_advice_below(
    tts: Run, calls: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = diagnosis.Finding("poor", "port 8000", "in use", "choose another")
    monkeypatch.setattr(diagnosis, "examine", lambda: [found])
    assert tts("doctor") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["poor", "port", "8000", "in", "use"]
    assert lines[1].strip() == "→ choose another"


@pytest.mark.parametrize(
    ("options", "part"), [(["-m", "nomodel"], "'nomodel'"), (["--device", "tpu"], "'tpu'")]
)
def test_it_refuses_what_was_asked_for_and_is_not_there(
    tts: Run, capsys: Capture, options: list[str], part: str
) -> None:
    assert tts("doctor", *options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1


def test_it_fails_when_synthesis_does(
    tts: Run, calls: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise InputError("no model")

    monkeypatch.setattr(doctor, "self_test", broken)
    assert tts("doctor") == 1
    assert "no model" in capsys.readouterr().out


def states(findings: Sequence[diagnosis.Finding]) -> list[str]:
    return [finding.state for finding in findings]


def test_loading_is_not_counted_as_speaking(
    calls: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    beeper = sys.modules["minimax_speech.api"].MiniMaxSpeech
    monkeypatch.setattr(beeper, "load", lambda self: self.calls.append(("loaded",)))
    assert states(self_test(None, "cpu"))[0] == "ok"
    assert [call[0] for call in calls] == ["load", "loaded", "synthesize"]


def test_silence_is_no_speech(calls: object, monkeypatch: pytest.MonkeyPatch) -> None:
    beeper = sys.modules["minimax_speech.api"].MiniMaxSpeech
    silence = Audio(np.zeros(2400, np.float32), 24_000)
    monkeypatch.setattr(beeper, "synthesize", lambda *_: silence)
    assert states(self_test(None, "cpu")) == ["broken"]


@pytest.mark.parametrize(
    ("rtf", "kind", "state", "words"),
    [
        (0.1, "cpu", "ok", "10.0 times"),
        (0.5, "cpu", "poor", "0.25"),
        (0.15, "cuda", "poor", "0.1"),
        (0.5, "mps", "ok", "2.0 times"),
        (1.5, "mps", "poor", "slower than it is heard"),
    ],
)
def test_the_verdict_is_by_what_is_good_on_the_device(
    rtf: float, kind: str, state: str, words: str
) -> None:
    found = verdict(rtf, kind)
    assert (found.state, words in found.detail) == (state, True)
    assert bool(found.advice) == (state != "ok")


def test_a_port_in_use_is_found() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = diagnosis._port("tts serve", port)
    assert (found.state, f"--port {port + 1}" in found.advice) == ("poor", True)
    assert diagnosis._port("tts serve", port).state == "ok"


def test_a_home_that_is_a_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "new" / "home"))
    assert states(diagnosis._home()) == ["ok"]
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").touch()
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "file" / "home"))
    (found,) = diagnosis._home()
    assert (found.state, "MINIMAX_SPEECH_HOME" in found.advice) == ("poor", True)


def test_threads_that_fight_over_cores_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    monkeypatch.setattr(diagnosis, "cores", lambda: 8)
    assert states(diagnosis._threads()) == ["ok"]
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert "unset OMP_WAIT_POLICY" in diagnosis._threads()[0].advice
    monkeypatch.setattr(diagnosis, "cores", lambda: 2)
    assert diagnosis._threads()[0].advice == "export OMP_NUM_THREADS=2"


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda _: (1 << 40, 1 << 40, 1 << 20))
    (found,) = diagnosis._disk()
    assert (found.state, "TMPDIR" in found.advice) == ("poor", True)


def test_a_check_that_crashes_is_a_finding() -> None:
    def crash() -> list[diagnosis.Finding]:
        raise RuntimeError("two\nlines")

    (found,) = diagnosis.guarded("device", crash)
    assert (found.state, found.detail) == ("broken", "RuntimeError: two lines")
