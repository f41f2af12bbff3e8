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
from minimax_speech.training.checkpoint import (
    Progress,
    latest_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from minimax_speech.training.loop import Loop
from minimax_speech.training.run import train

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


def test_resuming_equals_never_stopping(
    miniature: Miniature, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_speech_lm(miniature, tmp_path / "whole")

    def stop_halfway(loop: Loop) -> None:
        loop.stopping = loop.progress.step == STEPS // 2

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_agree_to_stop", stop_halfway)
        run_speech_lm(miniature, tmp_path / "parts")
    assert latest_checkpoint(tmp_path / "parts" / "checkpoints").name == "step-00000004"
    # Loader processes fetch ahead: what they fetched and nobody used must come again.
    run_speech_lm(miniature, tmp_path / "parts", "data.workers=1")

    whole, parts = (
        latest_checkpoint(tmp_path / name / "checkpoints") for name in ("whole", "parts")
    )
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
    saved = latest_checkpoint(out / "checkpoints")
    steps = int(saved.name.removeprefix("step-"))
    assert steps >= 3
    train("speech-lm", recipe("speech-lm"), [*settings, f"train.max_steps={steps + 2}"])
    assert [record["step"] for record in history(out)][-2:] == [steps + 1, steps + 2]


# -- the files themselves --------------------------------------------------------------------------


def stepped(features: int = 4) -> tuple[dict[str, nn.Module], dict[str, torch.optim.Optimizer]]:
    network = nn.Linear(features, 3)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, features)).sum().backward()
    optimizer.step()
    return {"net": network}, {"model": optimizer}


def saved(folder: Path, step: int = 1, keep: int = 2) -> Path:
    networks, optimizers = stepped()
    return save_checkpoint(folder, networks, {}, optimizers, Progress(step, step, 1.5), keep)


def test_a_checkpoint_holds_everything(tmp_path: Path) -> None:
    networks, optimizers = stepped()
    path = save_checkpoint(tmp_path, networks, networks, optimizers, Progress(7, 14, 2.5), keep=1)
    others, other_optimizers = stepped()
    averaged = {"net": nn.Linear(4, 3)}
    progress = load_checkpoint(path, others, averaged, other_optimizers)
    assert progress == Progress(7, 14, 2.5)
    for restored in (others, averaged):
        assert torch.equal(restored["net"].weight, networks["net"].weight)
    ours, theirs = optimizers["model"].state_dict(), other_optimizers["model"].state_dict()
    for index, entries in ours["state"].items():
        for name, value in entries.items():
            assert torch.equal(value, theirs["state"][index][name])


def test_optimizer_state_takes_the_memory_layout_of_its_parameter(tmp_path: Path) -> None:
    def stepped_convolution() -> tuple[nn.Module, torch.optim.Optimizer]:
        network = nn.Conv2d(4, 8, 3).to(memory_format=torch.channels_last)
        optimizer = torch.optim.AdamW(network.parameters())
        network(torch.ones(1, 4, 5, 5)).sum().backward()
        optimizer.step()
        return network, optimizer

    network, optimizer = stepped_convolution()
    path = save_checkpoint(tmp_path, {"n": network}, {}, {"o": optimizer}, Progress(), keep=1)
    other, other_optimizer = stepped_convolution()
    load_checkpoint(path, {"n": other}, {}, {"o": other_optimizer})
    state = other_optimizer.state[other.weight]["exp_avg"]
    assert state.stride() == other.weight.stride()
    assert torch.equal(state, optimizer.state[network.weight]["exp_avg"])


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 10):
        saved(tmp_path, step)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["step-00000002", "step-00000010"]
    assert latest_checkpoint(tmp_path).name == "step-00000010"


def test_an_interrupted_save_leaves_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = saved(tmp_path, 1)

    def disk_full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save_file", disk_full)
        with pytest.raises(OSError, match="no space"):
            saved(tmp_path, 2)
    assert latest_checkpoint(tmp_path) == older
    assert latest_checkpoint(saved(tmp_path, 2).parent).name == "step-00000002"


def one_line(path: Path, features: int = 4) -> str:
    networks, optimizers = stepped(features)
    with pytest.raises(InputError) as caught:
        load_checkpoint(path, networks, {}, optimizers)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    assert "size mismatch for weight" in one_line(saved(tmp_path), features=5)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    weights = path / "net.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    assert "cannot resume" in one_line(path)
    weights.unlink()
    assert "net.safetensors" in one_line(path)


def test_no_checkpoint(tmp_path: Path) -> None:
    assert latest_checkpoint(tmp_path / "nowhere") is None
