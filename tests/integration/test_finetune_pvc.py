"""Professional voice cloning, from a folder to a voice that speaks."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from containers import write_container
from tiny import tone

from minimax_speech import MiniMaxSpeech, home
from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.data.manifest import read_manifest
from minimax_speech.data.recordings import ingest
from minimax_speech.errors import InputError
from minimax_speech.files import digest
from minimax_speech.finetuning import _utterances
from minimax_speech.training.pvc.making import TuningProgress
from minimax_speech.training.pvc.tuning import Tuning
from minimax_speech.voice import Voice

Run = Callable[..., object]


def record(folder: Path, count: int, seconds: float = 3.0) -> Path:
    """A folder of recordings of one voice, the first of which come with their text."""
    folder.mkdir()
    for number in range(count):
        io.write(folder / f"{number}.wav", tone(seconds, 200 + 10 * number), 24_000)
        if number < 3:
            (folder / f"{number}.txt").write_text("Hello there.")
    return folder


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    return record(tmp_path / "clips", 6)


def tune(run: Run, model: Path, clips: Path, *options: object) -> object:
    fixed = ("--data", clips, "-m", model, "-l", "en", "-j", 1)
    return run("finetune", "pvc", *fixed, "--steps", 4, *options)


def test_a_tuned_voice_is_a_voice_like_all_others(
    run: Run, tiny_model: Path, clips: Path, tts: MiniMaxSpeech
) -> None:
    files = sorted(path for path in tiny_model.rglob("*") if path.is_file())
    before = digest(*files)
    made = tune(run, tiny_model, clips, "--name", "alice", "--consent", "By letter, 2 May.")
    assert (made.code, made.out) == (0, f"{home.voice_file('alice')}\n"), made.err
    assert digest(*files) == before
    assert [path.name for path in home.voices_folder().iterdir()] == ["alice.safetensors"]
    assert not home.work_folder("pvc", "alice").exists()
    shown = json.loads(run("voice", "show", "alice", "--json", "-m", tiny_model).out)
    assert (shown["method"], shown["steps"], shown["recordings"]) == ("pvc", 4, 6)
    assert shown["seconds"] == pytest.approx(18, abs=0.5)
    assert (shown["language"], shown["consent"]) == ("en", "By letter, 2 May.")
    voice = tts.voice("alice")
    pooled = tts.voice([clips / f"{number}.wav" for number in range(6)])
    assert not np.array_equal(voice.timbre, pooled.timbre)
    assert voice.prompt
    options = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
    assert len(tts.synthesize("Hello.", voice, language="en", **options).samples) > 0
    assert "hidden" not in run("voice", "mix", "both", "-v", "alice", "-v", "default").err
    # The same seed makes the same voice, also as a file.
    again = tune(run, tiny_model, clips, "-o", "bob.safetensors")
    assert again.code == 0, again.err
    bob = Voice.load("bob.safetensors")
    assert bob.name == "bob"
    assert np.array_equal(bob.timbre, voice.timbre)


def test_an_interrupted_run_goes_on(
    run: Run, tiny_model: Path, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    heard: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(Tuning, "save", interrupt)
        stopped = tune(run, tiny_model, clips, "--name", "alice")
    assert (stopped.code, stopped.err.splitlines()[-1]) == (130, "interrupted")
    assert not home.voice_file("alice").exists()
    monkeypatch.setattr("minimax_speech.training.pvc.examples._encoded", lambda *_: heard.append(1))
    assert tune(run, tiny_model, clips, "--name", "alice").code == 0
    assert not heard
    assert home.voice_file("alice").exists()


def test_other_recordings_under_a_name_that_was_interrupted_are_refused(
    run: Run, tiny_model: Path, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Tuning, "save", lambda *_: 1 / 0)
        assert tune(run, tiny_model, clips, "--name", "alice").code == 1
    others = record(tmp_path / "others", 7)
    refused = tune(run, tiny_model, others, "--name", "alice")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--fresh" in refused.err
    assert tune(run, tiny_model, others, "--name", "alice", "--fresh").code == 0


@pytest.mark.parametrize(
    ("count", "seconds", "options", "part"),
    [
        (3, 3.0, ("--name", "a"), "9.0 s of speech in 3 recordings"),
        (0, 3.0, ("--name", "a"), "no recording was found"),
        (6, 0.5, ("--name", "a"), "6 too short"),
        (6, 3.0, (), "give --name"),
        (6, 3.0, ("--name", "default"), "would be hidden"),
        (6, 3.0, ("--name", "a/b"), "'a/b' cannot be saved"),
        (6, 3.0, ("-o", "a.wav"), "must end in .safetensors"),
        (6, 3.0, ("-o", "/proc/a.safetensors"), "/proc is not writable"),
        (6, 3.0, ("--name", "a", "-l", "de"), "language 'de' is not one of this model's"),
        (6, 3.0, ("--name", "a", "--recogniser", "ears"), "unknown recogniser 'ears'"),
        (6, 3.0, ("--name", "a", "-m", "none"), "no model 'none'"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(
    run: Run,
    tiny_model: Path,
    tmp_path: Path,
    count: int,
    seconds: float,
    options: tuple[str, ...],
    part: str,
) -> None:
    clips = record(tmp_path / "clips", count, seconds)
    refused = tune(run, tiny_model, clips, *options)
    assert (refused.code, refused.out) == (2, ""), refused.err
    assert part in refused.err
    assert refused.err.count("\n") == 1
    assert not list(home.voices_folder().glob("*"))


def test_a_taken_name_is_refused_before_the_work(run: Run, tiny_model: Path, clips: Path) -> None:
    Voice(np.ones(32, np.float32), "alice", "x").save(_made(home.voice_file("alice")))
    refused = tune(run, tiny_model, clips, "--name", "alice")
    assert refused.code == 2
    assert "exists already" in refused.err
    assert not home.work_folder("pvc", "alice").exists()
    assert tune(run, tiny_model, clips, "--name", "alice", "--force").code == 0


def test_a_manifest_of_several_speakers_or_of_none_is_refused(
    run: Run, tiny_model: Path, clips: Path
) -> None:
    lines = [{"path": f"{number}.wav", "speaker": "ab"[number % 2]} for number in range(6)]
    manifest = clips / "manifest.jsonl"
    for text, part in (
        ("".join(json.dumps(line) + "\n" for line in lines), "holds 2 speakers (a, b …)"),
        ("hello\n", "manifest.jsonl:1: this line is wrong"),
        ("", "no recording was found"),
    ):
        manifest.write_text(text)
        for options in ((clips, "--manifest", manifest), (manifest,)):
            refused = tune(run, tiny_model, *options, "--name", "alice")
            assert (refused.code, refused.err.count("\n")) == (2, 1), refused.err
            assert part in refused.err


def test_an_unreadable_recording_is_left_out_and_named(
    run: Run, tiny_model: Path, clips: Path
) -> None:
    (clips / "broken.wav").write_bytes(b"no sound")
    made = tune(run, tiny_model, clips, "--name", "alice")
    assert made.code == 0
    assert "1 unreadable (broken.wav)" in made.err


def test_a_long_recording_is_cut_and_a_caller_can_watch(
    tts: MiniMaxSpeech, spoken: dict[str, dict[str, Samples]], tmp_path: Path
) -> None:
    pytest.importorskip("silero_vad", reason="cutting long recordings takes silero-vad")
    pause = np.zeros(24_000, np.float32)
    talk = np.concatenate([part for one in spoken["clb"].values() for part in (one, pause)] * 2)
    io.write(tmp_path / "talk.wav", talk, 24_000)
    news: list[TuningProgress] = []
    voice = tts.finetune_voice(
        "eve", [tmp_path / "talk.wav"], "en", steps=2, jobs=1, tell=news.append
    )
    assert (voice.name, voice.language) == ("eve", "en")
    assert 4 <= voice.metadata["recordings"] <= 10
    assert [one.stage for one in news] == ["listening"] * voice.metadata["recordings"] + [
        "tuning"
    ] * 2
    with pytest.raises(InputError, match="no recordings are given"):
        tts.finetune_voice("eve", [])


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    return path


def test_files_of_any_kind_are_taken_in(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")
    memo = write_container(tmp_path / "memo.m4a", tone(2.0), 24_000)
    io.write(tmp_path / "clip.flac", tone(1.0), 24_000)
    folder = _utterances([memo, tmp_path / "clip.flac"], tmp_path, "eve", "en", 1)
    manifest = ingest(folder, tmp_path / "out", language="en", jobs=1, progress=False)
    seconds = [utterance.duration for utterance in read_manifest(manifest)]
    assert seconds == pytest.approx([2.0, 1.0], abs=0.1)
