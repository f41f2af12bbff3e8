"""`tts voice`: saving, listing, removing and exporting."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech import home
from minimax_speech.cli import voice
from minimax_speech.errors import InputError
from minimax_speech.voice import CONSENT_STATEMENT, Prompt, Voice

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def model(calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model with one voice, kathleen."""
    folder = tmp_path / "model"
    (folder / "voices").mkdir(parents=True)
    Voice(np.ones(8, np.float32), "kathleen", "beeper").save(
        folder / "voices" / "kathleen.safetensors"
    )
    monkeypatch.setattr(voice, "model_folder", lambda _: folder)
    return folder


def test_a_voice_is_saved_listed_shown_and_removed(tts: Run, calls: Calls, capsys: Capture) -> None:
    assert tts("voice", "add", "alice", "-r", "a.wav", "-r", "b.wav") == 0
    assert ("voice", ["a.wav", "b.wav"], None) in calls
    assert Voice.load(home.voice_file("alice")).name == "alice"
    capsys.readouterr()
    assert tts("voice", "list") == 0
    assert capsys.readouterr().out == "alice\tsaved\ten\t-\t-\t-\nkathleen\tmodel\t-\t-\t-\t-\n"
    assert tts("voice", "show", "alice", "--json") == 0
    assert json.loads(capsys.readouterr().out)["model"] == "beeper"
    assert tts("voice", "remove", "alice") == 0
    assert tts("voice", "list", "--json") == 0
    assert [v["name"] for v in json.loads(capsys.readouterr().out)] == ["kathleen"]


def test_voices_are_mixed_and_saved(tts: Run, calls: Calls, capsys: Capture) -> None:
    assert tts("voice", "add", "alice", "-r", "a.wav") == 0
    capsys.readouterr()
    assert tts("voice", "mix", "carol", "-v", "alice:3", "-v", "kathleen:1") == 0
    assert capsys.readouterr().out == f"{home.voice_file('carol')}\n"
    carol = Voice.load(home.voice_file("carol"))
    assert (carol.name, carol.metadata["mixture"]) == ("carol", {"alice": 0.75, "kathleen": 0.25})
    assert tts("voice", "mix", "carol", "-v", "alice", "-v", "kathleen") == 2
    assert "--force" in capsys.readouterr().err
    for voices in (["alice"], ["alice", "nobody"], ["alice:-1", "kathleen"], ["alice:0", "alice"]):
        line = [part for voice in voices for part in ("-v", voice)]
        assert tts("voice", "mix", "dora", *line) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert tts("voice", "mix", "dora") == 2
    assert not home.voice_file("dora").exists()


def test_a_voice_that_keeps_its_recordings_is_upgraded(
    tts: Run, calls: Calls, capsys: Capture
) -> None:
    assert tts("voice", "add", "alice", "-r", "a.wav", "--keep-recordings") == 0
    assert tts("voice", "upgrade", "alice", "-m", "other") == 0
    assert calls[-2:] == [("load", "other", "auto"), ("upgrade", "alice")]
    capsys.readouterr()
    assert tts("voice", "show", "alice", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["model"], facts["recordings_seconds"]) == ("beeper 2", 0.1)
    assert tts("voice", "upgrade", "nobody") == 2
    assert "no saved voice is called 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["hello.", None])
def test_a_voice_shows_its_prompt(text: str | None, tts: Run, model: Path, capsys: Capture) -> None:
    prompt = Prompt(text, np.zeros(40, np.int32), np.zeros((80, 4), np.float32))
    path = model / "voices" / "prompted.safetensors"
    Voice(np.ones(8, np.float32), "prompted", "beeper", prompt=prompt).save(path)
    for name, seconds, words in (("prompted", 1.6, text), ("kathleen", None, None)):
        assert tts("voice", "show", name, "--json") == 0
        facts = json.loads(capsys.readouterr().out)
        assert (facts["prompt_seconds"], facts["prompt_text"]) == (seconds, words)


def test_a_voice_is_not_replaced_by_accident(tts: Run, capsys: Capture) -> None:
    assert tts("voice", "add", "alice", "-r", "a.wav") == 0
    assert tts("voice", "add", "alice", "-r", "b.wav") == 2
    assert "--force" in capsys.readouterr().err
    assert tts("voice", "add", "alice", "-r", "b.wav", "--force") == 0


def test_a_bundled_voice_can_be_exported(tts: Run, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "k.safetensors"
    assert tts("voice", "export", "kathleen", target) == 0
    assert Voice.load(target).name == "kathleen"
    assert capsys.readouterr().out == f"{target}\n"
    assert tts("voice", "export", "kathleen", target) == 2
    assert tts("voice", "export", "kathleen", tmp_path / "none" / "k.safetensors") == 2
    capsys.readouterr()
    assert tts("voice", "export", "kathleen", tmp_path / "k") == 2
    assert "must end in .safetensors: name it k.safetensors" in capsys.readouterr().err
    assert not (tmp_path / "k").exists()


def test_what_is_known_about_a_voice_is_kept_and_shown(tts: Run, capsys: Capture) -> None:
    about = ["-l", "de-AT", "--gender", "f", "--source", "https://a.b", "--licence", "CC0-1.0"]
    assert tts("voice", "add", "alice", "-r", "a.wav", *about) == 0
    capsys.readouterr()
    assert tts("voice", "list") == 0
    assert capsys.readouterr().out.startswith("alice\tsaved\tde\tf\tCC0-1.0\thttps://a.b\n")
    assert tts("voice", "show", "alice") == 0
    shown = capsys.readouterr().out
    for line in ("language: de", "gender: f", "source: https://a.b", "licence: CC0-1.0"):
        assert f"{line}\n" in shown
    assert "None" not in shown
    assert tts("voice", "add", "bob", "-r", "a.wav", "-l", "xx") == 2
    assert "unknown language 'xx'" in capsys.readouterr().err


def test_the_owners_consent_is_kept_and_shown(
    tts: Run, tmp_path: Path, calls: Calls, capsys: Capture
) -> None:
    assert tts("voice", "add", "alice", "-r", "a.wav", "--consent", CONSENT_STATEMENT) == 0
    copy = tmp_path / "copy.safetensors"
    assert tts("voice", "export", "alice", copy) == 0
    capsys.readouterr()
    for name in ("alice", copy):
        assert tts("voice", "show", name) == 0
        assert f"consent: {CONSENT_STATEMENT}\n" in capsys.readouterr().out


def test_a_voice_of_the_model_is_not_hidden_by_accident(tts: Run, capsys: Capture) -> None:
    assert tts("voice", "add", "kathleen", "-r", "a.wav") == 2
    assert "would be hidden" in capsys.readouterr().err
    assert tts("voice", "add", "kathleen", "-r", "a.wav", "--force") == 0
    capsys.readouterr()
    assert tts("voice", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(v["name"], v["origin"]) for v in listed] == [
        ("kathleen", "saved"),
        ("kathleen", "hidden"),
    ]


def test_a_damaged_voice_does_not_hide_the_others(tts: Run, capsys: Capture, model: Path) -> None:
    (model / "voices" / "broken.safetensors").write_text("no voice")
    assert tts("voice", "list") == 0
    captured = capsys.readouterr()
    assert [line.split("\t")[0] for line in captured.out.splitlines()] == ["broken", "kathleen"]
    assert "broken.safetensors is damaged" in captured.err


def test_a_file_with_the_name_of_a_voice_is_not_that_voice(
    tts: Run, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kathleen").write_text("notes on kathleen")
    assert tts("voice", "show", "kathleen") == 0
    assert "name: kathleen" in capsys.readouterr().out
    assert tts("voice", "show", "./kathleen") == 2
    assert "is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["show", "nobody"], ["remove", "nobody"], ["remove", "kathleen"]])
def test_an_unknown_voice_is_named(tts: Run, capsys: Capture, verb: list[str]) -> None:
    assert tts("voice", *verb) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert verb[1] in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".x", " a", "a\n", "a:1", "*"])
def test_names_that_are_no_file_names(name: str) -> None:
    with pytest.raises(InputError, match="cannot be saved"):
        home.voice_file(name)


def test_the_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path))
    assert home.voices_folder() == tmp_path / "voices"
    monkeypatch.delenv("MINIMAX_SPEECH_HOME")
    assert home.voices_folder().parts[-2:] == ("minimax_speech", "voices")
