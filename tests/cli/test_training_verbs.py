"""The verbs that measure and plan training."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "recipes" / "toy" / "flow-matching.yaml"


def test_training_is_measured_without_data(
    tts: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ("--steps", "2", "--gpus", "2", "--kernels", "3", "-o", "speed.json", "--json")
    assert tts("bench-training", RECIPE, *options, "train.ema=0") == 0
    report = json.loads((tmp_path / "speed.json").read_text())
    assert json.loads(capsys.readouterr().out) == report
    assert (report["stage"], report["gpus"], report["parallel"]) == ("flow-matching", 1, "ddp")
    assert report["tokens_per_second"] > report["steps_per_second"] > 0
    assert 0 <= report["data_wait"] <= 1
    assert "mfu" not in report  # a processor's peak is not known
    assert report["losses"][0] > report["losses"][1]
    assert len(report["kernels"]) == 3
    assert report["busy"] > 0
    assert {"matrix products", "attention", "other"} <= report["milliseconds_a_step"].keys()
    assert [path.name for path in tmp_path.iterdir()] == ["speed.json"]


def test_a_wrong_place_for_the_report_is_refused_at_once(tts: Run, tmp_path: Path) -> None:
    assert tts("bench-training", RECIPE, "-o", tmp_path / "none" / "speed.json") == 2


def test_info_tells_what_a_recipe_asks(tts: Run, capsys: Capture) -> None:
    recipe = ROOT / "recipes" / "base" / "flow-matching.yaml"
    options = ("--recipe", recipe, "--gpus", "16", "--card", "A100", "--utilisation", "0.5")
    assert tts("info", *options) == 0
    shown = capsys.readouterr().out
    for part in ("258,136,320 parameters", "each of 16 GPUs (ddp)", "GFLOP", "16 A100 at 50%"):
        assert part in shown
    assert tts("info", *options, "--json", "train.parallel=fsdp", "train.max_steps=1") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["parallel"], facts["steps"]) == ("fsdp", 1)
    seconds = facts["flops_per_step"] / (16 * 0.5 * 312e12)
    assert facts["days"] == pytest.approx(seconds / 86_400)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--recipe", "none.yaml"), "none.yaml does not exist"),
        (("--recipe", str(RECIPE), "--card", "abacus"), "'abacus'"),
        (("--recipe", str(RECIPE), "-m", "small"), "--model or --recipe"),
        (("train.ema=0",), "name one with --recipe"),
    ],
)
def test_info_refuses(tts: Run, capsys: Capture, arguments: tuple[str, ...], part: str) -> None:
    assert tts("info", *arguments) == 2
    captured = capsys.readouterr()
    assert part in captured.err
    assert captured.err.count("\n") == 1
