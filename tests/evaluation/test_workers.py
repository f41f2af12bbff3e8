import pytest

from minimax_speech.evaluation.workers import ordered_map, show_progress


def test_processes_keep_the_order():
    numbers = list(range(12))
    assert list(ordered_map(divmod, numbers, [5] * 12, workers=2)) == [
        divmod(number, 5) for number in numbers
    ]


def test_few_jobs_stay_in_this_process():
    assert list(ordered_map(lambda x: x + 1, [1, 2], workers=8)) == [2, 3]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_passes_everything_through_and_shows_on_a_terminal_only(
    terminal, capsys, monkeypatch
):
    monkeypatch.setenv("FORCE_COLOR", "1" if terminal else "")  # rich then takes it for one
    assert list(show_progress(iter("abc"), 3, "spelling")) == ["a", "b", "c"]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("spelling" in captured.err) == terminal
