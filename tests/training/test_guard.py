"""Steps that would do harm leave no trace, and a run of nothing else ends."""

from pathlib import Path

import pytest
import torch
from miniature import Miniature, history
from test_loop import exported, run

from minimax_speech.errors import InputError
from minimax_speech.training.guard import FEWEST, REMEMBERED, Guard


def guard(spike: float = 0.0, patience: int = 3, optimizers: int = 1) -> Guard:
    names = [str(number) for number in range(optimizers)]
    return Guard(spike, patience, names, torch.device("cpu"), ranks=1)


def judged(guard: Guard, *norms: float, loss: float = 1.0) -> bool:
    return bool(guard.judge(torch.tensor([loss]), torch.tensor(norms)))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_skipped(bad: float) -> None:
    assert not judged(guard(), 5.0)
    assert judged(guard(), 5.0, loss=bad)
    assert judged(guard(), abs(bad))
    assert judged(guard(optimizers=2), 1.0, abs(bad))


def test_a_spike_is_measured_by_the_median_of_steps_that_were_taken() -> None:
    watch = guard(spike=4.0)
    for number in range(FEWEST):
        assert not judged(watch, 100.0 if number == 3 else 1.0)  # too early to tell
    assert not judged(watch, 3.9)
    assert judged(watch, 4.1)
    for _ in range(2 * REMEMBERED):
        assert judged(watch, 50.0)  # what is skipped never becomes usual
    assert not judged(watch, 3.9)
    assert watch.skipped == 2 * REMEMBERED + 1


def test_the_median_follows_the_run() -> None:
    watch = guard(spike=4.0)
    for norm in (1.0, 3.0, 9.0):
        for _ in range(REMEMBERED):
            assert not judged(watch, norm)
    assert judged(watch, 37.0)


def test_an_optimizer_without_gradient_is_not_judged() -> None:
    """As adversaries are, before they join in."""
    watch = guard(spike=4.0, optimizers=2)
    for _ in range(FEWEST):
        assert not judged(watch, 1.0, 0.0)
    for _ in range(FEWEST):
        assert not judged(watch, 1.0, 20.0)
    assert judged(watch, 1.0, 90.0)


def test_too_many_in_a_row_end_the_run() -> None:
    watch = guard(patience=3)
    for bad in (True, True, False, True, True):
        judged(watch, float("nan") if bad else 1.0)
        watch.check(1)
    judged(watch, float("nan"))
    with pytest.raises(InputError, match=r"3 steps in a row up to step 7 .* lower optim\.lr"):
        watch.check(7)


# -- in a run --------------------------------------------------------------------------------------


def test_a_skipped_step_changes_nothing(miniature: Miniature, tmp_path: Path) -> None:
    """As if the batch had never come: the steps around it are those of a run without it."""
    values = {}
    for name, steps, poisoned in (("whole", 6, []), ("parts", 8, [2, 5])):
        model = {"poisoned": poisoned}
        task, _ = run(miniature, tmp_path / name, steps=steps, model=model, ema=0.5)
        values[name] = exported(tmp_path / name), task.networks["number"].value.item()
    assert values["parts"] == pytest.approx(values["whole"])
    skipped = [record.get("skipped", 0) for record in history(tmp_path / "parts")]
    assert skipped == [0, 0, 1, 1, 1, 2, 2, 2]


def test_a_run_that_only_skips_ends_with_a_line(miniature: Miniature, tmp_path: Path) -> None:
    model = {"poisoned": list(range(100))}
    with pytest.raises(InputError, match="4 steps in a row up to step 4"):
        run(miniature, tmp_path, steps=100, model=model, max_skips=4)
    assert not (tmp_path / "export").exists()


def test_spikes_are_skipped_where_it_is_asked_for(miniature: Miniature, tmp_path: Path) -> None:
    model = {"poisoned": [40], "poison": 1e6}
    for spike, skipped in ((0.0, 0), (8.0, 1)):
        out = tmp_path / str(spike)
        run(miniature, out, steps=42, model=model, spike=spike)
        assert history(out)[-1].get("skipped", 0) == skipped


def test_what_networks_note_is_put_back(miniature: Miniature, tmp_path: Path) -> None:
    model = {"poisoned": [1]}
    task, _ = run(miniature, tmp_path, steps=3, model=model)
    assert task.networks["number"].met == 2  # not three batches
