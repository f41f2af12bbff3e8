"""`tts synthesize`: what reaches the model, what goes where, and how mistakes are answered."""

import errno
import io
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.audio.writer import Writer
from minimax_speech.cli.mixing import parse_weighted
from minimax_speech.errors import InputError

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


def error_line(capsys: Capture) -> str:
    """The one line on stderr, with nothing on stdout."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("error: ")
    return captured.err


def test_the_answer_is_on_stdout_and_the_rest_on_stderr(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "a.wav"
    assert tts("synthesize", "Hello.", "-o", out) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{out}\n"
    assert "real-time factor" in captured.err
    assert soundfile.info(out).frames == 2400
    assert calls == [
        ("load", None, "auto"),
        ("synthesize", "Hello.", None, {"language": "auto", "seed": 0}),
    ]


def test_every_option_reaches_the_model(tts: Run, calls: Calls, tmp_path: Path) -> None:
    line = (
        "-l de --seed 7 --temperature 0.5 --top-p 0.9 --top-k 20 --repetition-penalty 1.1 "
        "--speed 1.5 --pitch -3 --volume 2 -e happy:0.7 "
        "--cfg-scale 2 --steps 4 --solver midpoint -m small --device cpu -r a.wav "
        "--reference-text words"
    )
    assert tts("synthesize", "Hallo.", "-o", tmp_path / "a.flac", *line.split()) == 0
    settings = {
        "language": "de",
        "seed": 7,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 20,
        "repetition_penalty": 1.1,
        "cfg_scale": 2.0,
        "steps": 4,
        "solver": "midpoint",
        "speed": 1.5,
        "pitch": -3.0,
        "volume": 2.0,
        "emotion": "happy:0.7",
    }
    assert calls == [
        ("load", "small", "cpu"),
        ("voice", ["a.wav"], "words"),
        ("synthesize", "Hallo.", "cloned", settings),
    ]


def test_a_pronunciation_is_read_before_the_model(tts: Run, calls: Calls, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("gif jif\n")
    line = ["synthesize", "A gif.", "-o", tmp_path / "a.wav", "--pronunciation", words]
    assert tts(*line) == 0
    assert calls[-1][3]["pronunciation"] == words
    calls.clear()
    words.write_text("gif\n")
    assert tts(*line) == 2
    assert calls == []


def test_several_references_are_pooled(tts: Run, calls: Calls, tmp_path: Path) -> None:
    assert tts("synthesize", "Hi.", "-r", "a.wav", "-r", "b.wav", "-o", tmp_path / "a.wav") == 0
    assert ("voice", ["a.wav", "b.wav"], None) in calls


def test_voices_are_mixed_by_weight(tts: Run, calls: Calls, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    assert tts("synthesize", "Hi.", "-v", "alice:0.7", "-v", "bob", "-o", out) == 0
    assert calls[-1][2] == {"alice": 0.4118, "bob": 0.5882}
    assert tts("synthesize", "Hi.", "-v", "alice", "-o", out) == 0
    assert calls[-1][2] == "alice"


def test_text_from_a_file_and_from_stdin(
    tts: Run, calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.txt").write_bytes(b"\xef\xbb\xbfFrom a file.")
    assert tts("synthesize", "--text-file", tmp_path / "t.txt", "-o", tmp_path / "a.wav") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("From stdin."))
    assert tts("synthesize", "-", "-o", tmp_path / "a.wav") == 0
    assert [call[1] for call in calls if call[0] == "synthesize"] == ["From a file.", "From stdin."]


def test_json_answers_with_one_object(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "a.wav"
    line = ["synthesize", "Hello there.", "-o", out, "-l", "en", "-v", "bob", "--json"]
    assert tts(*line, "--seed", 3) == 0
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer.pop("rtf"), float)
    assert answer == {
        "path": str(out),
        "seconds": 0.1,
        "seed": 3,
        "language": "en",
        "voice": "bob",
    }


def test_audio_on_stdout_is_nothing_but_audio(
    tts: Run, calls: Calls, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert tts("synthesize", "Hello.", "-o", "-", "--sample-rate", 48_000) == 0
    info = soundfile.info(io.BytesIO(capsysbinary.readouterr().out))
    assert (info.format, info.samplerate, info.frames) == ("WAV", 48_000, 4800)


def test_a_stream_is_written_as_it_is_made(
    tts: Run, calls: Calls, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert tts("synthesize", "Hello.", "-o", "-", "--stream") == 0
    captured = capsysbinary.readouterr()
    assert b"first audio after" in captured.err
    samples, _ = soundfile.read(io.BytesIO(captured.out), dtype="float32")
    assert samples == pytest.approx([0.25] * 2400, abs=1e-4)
    assert calls[-1][3]["live"] is True
    assert tts("synthesize", "Hello.", "-o", tmp_path / "a.wav", "--stream", "--json") == 0
    assert json.loads(capsysbinary.readouterr().out)["first_audio"] >= 0
    assert soundfile.info(tmp_path / "a.wav").frames == 2400


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no /dev/stdout here")
def test_stdout_by_another_name(
    tts: Run, calls: Calls, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert tts("synthesize", "Hello.", "-o", "/dev/stdout") == 0
    assert soundfile.info(io.BytesIO(capfdbinary.readouterr().out)).frames == 2400
    assert tts("synthesize", "Hello.", "-o", "/dev/stdout", "--json") == 2


def test_a_person_sees_how_far_it_is(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.wav"
    assert tts("synthesize", "Hello.", "-o", out) == 0
    assert "speaking" not in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert tts("synthesize", "Hello.", "-o", out) == 0
    captured = capsys.readouterr()
    assert "1/2" in captured.err
    assert captured.out == f"{out}\n"


def test_subtitles_lie_beside_the_audio(tts: Run, calls: Calls, tmp_path: Path) -> None:
    line = ["synthesize", "Hello.", "-o", tmp_path / "a.wav", "--subtitles"]
    assert tts(*line, tmp_path / "a.srt") == 0
    assert "00:00:00,000 --> 00:00:00,100\nHello." in (tmp_path / "a.srt").read_text()
    assert tts(*line, tmp_path / "a.json") == 0
    words = json.loads((tmp_path / "a.json").read_text())
    assert words == [{"word": "Hello.", "start": 0.0, "end": 0.1}]


def test_without_its_subtitles_there_is_no_audio(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    line = ["-o", tmp_path / "a.wav", "--subtitles", tmp_path / "a.srt"]
    assert tts("synthesize", "Hello.", *line) == 1
    assert f"{tmp_path / 'a.srt'} could not be written: No space left" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_program_told_to_end_leaves_nothing_half_written(
    tts: Run, calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*_: object) -> None:
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(Writer, "write", told)
    assert tts("synthesize", "Hello.", "-o", tmp_path / "a.wav") == 143
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_check_is_told(tts: Run, calls: Calls, tmp_path: Path, capsys: Capture) -> None:
    assert tts("synthesize", "Hello.", "-o", tmp_path / "a.wav", "--check", "--json") == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["heard"] == 0.9
    assert "90% of the characters are heard" in captured.err
    assert calls[-1][3]["check"] is True


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["-o", "a.wav"], "give the text"),
        (["Hi.", "-o", "a.wav", "--subtitles", "a.txt"], ".srt, .vtt, .json"),
        (["Hi.", "-o", "a.wav", "--subtitles", "none/a.srt"], "does not exist"),
        (["Hi.", "--text-file", "t.txt", "-o", "a.wav"], "once"),
        (["--text-file", "none.txt", "-o", "a.wav"], "none.txt"),
        ([" \n", "-o", "a.wav"], "empty"),
        (["Hi."], "--output"),
        (["Hi.", "-o", "a.xyz"], "wav, flac, mp3, ogg"),
        (["Hi.", "-o", "a.wav", "--format", "xyz"], "'xyz'"),
        (["Hi.", "-o", "none/a.wav"], "does not exist"),
        (["Hi.", "-o", "."], "extension"),
        (["Hi.", "-o", "a.ogg", "--sample-rate", "44100"], "44100"),
        (["Hi.", "-o", "-", "--json"], "stdout"),
        (["Hi.", "-o", "-", "--stream", "--format", "mp3"], "mp3"),
        (["Hi.", "-o", "a.wav", "-r", "a.wav", "-v", "bob"], "not both"),
        (["Hi.", "-o", "a.wav", "--reference-text", "x"], "exactly one"),
        (["Hi.", "-o", "a.wav", "-r", "a", "-r", "b", "--reference-text", "x"], "not 2"),
        (["Hi.", "-o", "a.wav", "--steps", "0"], "--steps"),
        (["Hi.", "-o", "a.wav", "--temprature", "1"], "--temprature"),
        (["Hi.", "-o", "a.wav", "--speed", "0.4"], "speed is 0.4: use 0.5 to 2"),
        (["Hi.", "-o", "a.wav", "--pitch", "13"], "pitch is 13.0: use -12 to 12"),
        (["Hi.", "-o", "a.wav", "--volume", "loud"], "--volume"),
        (["Hi. <#x#>", "-o", "a.wav"], "'<#x#>'"),
        (["Hi.", "-o", "a.wav", "--pronunciation", "none.txt"], "none.txt"),
        (["Hi.", "-o", "a.wav", "-v", "bob:0"], "weight above 0"),
        (["Hi.", "-o", "a.wav", "-v", "bob:0.7,al:0.3"], "as in -v bob:0.7 -v al:0.3"),
    ],
)
def test_a_mistake_costs_one_line_and_no_loading(
    tts: Run,
    calls: Calls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tts("synthesize", *arguments) == 2
    assert part in error_line(capsys)
    assert calls == []
    assert list(tmp_path.iterdir()) == []


def test_what_the_model_refuses_is_passed_on(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture
) -> None:
    assert tts("synthesize", "Hi.", "-v", "nobody", "-o", tmp_path / "a.wav") == 2
    assert "'nobody'" in error_line(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_is_one_line_and_code_1(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture
) -> None:
    assert tts("synthesize", "crash", "-o", tmp_path / "a.wav") == 1
    assert "RuntimeError: two lines" in error_line(capsys)


@pytest.mark.parametrize("where", ["front", "back", "environment"])
def test_debug_shows_the_traceback(
    tts: Run,
    calls: Calls,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    line = ["synthesize", "crash", "-o", str(tmp_path / "a.wav")]
    if where == "environment":
        monkeypatch.setenv("TTS_DEBUG", "1")
    line = {"front": ["--debug", *line], "back": [*line, "--debug"]}.get(where, line)
    assert tts(*line) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130_and_one_line(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture
) -> None:
    assert tts("synthesize", "stop", "-o", tmp_path / "a.wav") == 130
    assert capsys.readouterr().err.strip() == "interrupted"


@given(st.from_regex(r"[A-Za-z0-9 _./\\-]{1,20}", fullmatch=True), st.floats(0.01, 100))
def test_weights_are_read_back(name: str, weight: float) -> None:
    assert parse_weighted(f"{name}:{weight}") == (name, weight)
    assert parse_weighted(name) == (name, 1.0)


@pytest.mark.parametrize("spec", ["", ":1", "a:0", "a:-1", "a:inf", "a:nan"])
def test_weights_that_mean_nothing(spec: str) -> None:
    with pytest.raises(InputError, match="weight above 0"):
        parse_weighted(spec)


def test_a_colon_in_a_path_is_no_weight() -> None:
    assert parse_weighted("C:\\voices\\a.safetensors") == ("C:\\voices\\a.safetensors", 1.0)
