"""A run that stops and goes on ends as if it had never stopped; a broken checkpoint says so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from miniature import ROOT, Miniature, history, recipe
from safetensors.torch import load_file
from torch import nn

from minimax_speech.errors import InputError
from minimax_speech.training import checkpoint as checkpoints
from minimax_speech.training.checkpoint import Checkpoints, Progress, State, optimizer_state
from minimax_speech.training.optim import make_optimizer
from minimax_speech.training.report import Report
from minimax_speech.training.run import train
from minimax_speech.training.run_config import OptimConfig

STEPS = 8
SETTINGS = [
    f"train.max_steps={STEPS}",
    "train.log_steps=1",
    "train.valid_steps=3",
    "train.accumulate=2",
    "model.speech_lm.transformer.dropout=0.1",
    "model.speech_lm.token_dropout=0.1",
]


def run_speech_lm(miniature: Miniature, out: Path, *overrides: str) -> None:
    settings = [*miniature.settings(out), *SETTINGS, *overrides]
    train("speech-lm", recipe("speech-lm"), settings)


def same_files(first: Path, second: Path) -> bool:
    names = sorted(path.name for path in first.glob("*.safetensors"))
    assert names == sorted(path.name for path in second.glob("*.safetensors"))
    for name in names:
        ours, theirs = load_file(first / name), load_file(second / name)
        assert ours.keys() == theirs.keys()
        for key in ours:
            if not torch.equal(ours[key], theirs[key]):
                return False
    return bool(names)


def latest(out: Path) -> Path:
    path = Checkpoints(out / "checkpoints", keep=2).latest()
    assert path is not None
    return path


def test_resuming_equals_never_stopping(
    miniature: Miniature, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_speech_lm(miniature, tmp_path / "whole")

    step = Report.step

    def stop_halfway(report: Report, metrics: dict, share: float, lr: float) -> None:
        step(report, metrics, share, lr)
        if share * STEPS == STEPS // 2 - 1:  # the step after it is the last
            os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(Report, "step", stop_halfway)
        run_speech_lm(miniature, tmp_path / "parts")
    assert latest(tmp_path / "parts").name == "step-00000004"
    # Loader processes fetch ahead: what they fetched and nobody used must come again.
    run_speech_lm(miniature, tmp_path / "parts", "data.workers=1")

    whole, parts = (latest(tmp_path / name) for name in ("whole", "parts"))
    assert whole.name == parts.name == "step-00000008"
    assert same_files(whole, parts)  # networks, averages, optimizer
    assert same_files(tmp_path / "whole" / "export", tmp_path / "parts" / "export")
    first, second = (
        [record["loss/model"] for record in history(tmp_path / name)] for name in ("whole", "parts")
    )
    assert first == second
    assert len(first) == STEPS


def test_another_seed_is_another_run(miniature: Miniature, tmp_path: Path) -> None:
    for seed in (0, 1):
        run_speech_lm(miniature, tmp_path / str(seed), f"seed={seed}", "train.max_steps=1")
    assert not same_files(tmp_path / "0" / "export", tmp_path / "1" / "export")


def test_sigterm_saves_and_the_run_goes_on(miniature: Miniature, tmp_path: Path) -> None:
    out = tmp_path / "run"
    settings = [*miniature.settings(out), "train.log_steps=1", "train.valid_steps=1000000"]
    endless = [*settings, "train.max_steps=1000000", "data.workers=1"]
    command = [sys.executable, "-m", "minimax_speech.cli", "train", "speech-lm", *endless]
    with subprocess.Popen(
        [*command, "--config", str(recipe("speech-lm"))],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    ) as process:
        while not (out / "history.jsonl").exists() or len(history(out)) < 3:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGTERM)  # as schedulers do: loader processes get it too
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    steps = int(latest(out).name.removeprefix("step-"))
    assert steps >= 3
    train("speech-lm", recipe("speech-lm"), [*settings, f"train.max_steps={steps + 2}"])
    assert [record["step"] for record in history(out)][-2:] == [steps + 1, steps + 2]


# -- the files themselves --------------------------------------------------------------------------


def stepped(features: int = 4) -> State:
    """The state of a network and its optimizer, after a step."""
    network = nn.Linear(features, 3)
    optimizer = make_optimizer([network], OptimConfig())
    network(torch.ones(1, features)).sum().backward()
    optimizer.step()
    parts = {"net": network.state_dict(), "optimizer": optimizer_state(optimizer, {"": network})}
    return {f"{part}/{name}": t for part, tensors in parts.items() for name, t in tensors.items()}


def saved(folder: Path, step: int = 1, keep: int = 2) -> Path:
    checkpoints = Checkpoints(folder, keep)
    checkpoints.save(stepped(), Progress(step, step, 1.5))
    checkpoints.wait()
    path = checkpoints.latest()
    assert path is not None
    return path


def test_a_checkpoint_holds_everything(tmp_path: Path) -> None:
    checkpoints, state = Checkpoints(tmp_path, keep=1), stepped()
    checkpoints.save(state, Progress(7, 14, 2.5))
    later = {name: tensor.clone() for name, tensor in state.items()}
    for tensor in state.values():
        tensor.zero_()  # what is written is what was there when it was saved
    checkpoints.wait()
    other = stepped()
    assert checkpoints.load(checkpoints.latest(), other) == Progress(7, 14, 2.5)
    assert later.keys() == other.keys()
    assert {"net/weight", "optimizer/.weight.exp_avg", "optimizer/.bias.step"} <= later.keys()
    assert all(torch.equal(tensor, other[name]) for name, tensor in later.items())
    assert later["optimizer/.bias.step"] == 1


def test_optimizer_state_takes_the_memory_layout_of_its_parameter(tmp_path: Path) -> None:
    def convolution() -> State:
        network = nn.Conv2d(4, 8, 3).to(memory_format=torch.channels_last)
        optimizer = make_optimizer([network], OptimConfig())
        network(torch.ones(1, 4, 5, 5)).sum().backward()
        optimizer.step()
        return {"weight": network.weight.detach(), **optimizer_state(optimizer, {"n": network})}

    checkpoints, state, other = Checkpoints(tmp_path, keep=1), convolution(), convolution()
    checkpoints.save(state, Progress())
    checkpoints.wait()
    checkpoints.load(checkpoints.latest(), other)
    moment = other["n.weight.exp_avg"]
    assert moment.stride() == other["weight"].stride()
    assert torch.equal(moment, state["n.weight.exp_avg"])


def test_nothing_is_pickled(tmp_path: Path) -> None:
    files = {path.name for path in saved(tmp_path).iterdir()}
    assert "state.json" in files
    assert {Path(name).suffix for name in files} == {".json", ".safetensors"}


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 10):
        path = saved(tmp_path, step)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["step-00000002", "step-00000010"]
    assert path.name == "step-00000010"


def test_an_interrupted_save_leaves_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = saved(tmp_path, 1)

    def disk_full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints._Writer, "write_data", disk_full)
        with pytest.raises(InputError, match="no space left"):
            saved(tmp_path, 2)
    assert (tmp_path / ".step-00000002.partial").exists()
    assert Checkpoints(tmp_path, keep=2).latest() == older
    assert saved(tmp_path, 3).name == "step-00000003"
    assert not list(tmp_path.glob(".*"))


def one_line(path: Path, features: int = 4) -> str:
    with pytest.raises(InputError) as caught:
        Checkpoints(path.parent, keep=2).load(path, stepped(features))
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    assert "weight" in one_line(saved(tmp_path), features=5)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    (weights,) = path.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-10])
    assert "cannot resume" in one_line(path)
    weights.unlink()
    assert "cannot resume" in one_line(path)


def test_no_checkpoint(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path / "nowhere", keep=2).latest() is None
