import dataclasses
import json

import pytest

from minimax_speech.errors import InputError
from minimax_speech.evaluation.report import Provenance, Report, Summary, compare
from minimax_speech.evaluation.statistics import Interval


def report(wers, words=None):
    rows = [
        {"id": str(i), "words": words[i] if words else 1, "measures": {"wer/x": wer}}
        for i, wer in enumerate(wers)
    ]
    similarity = Summary(
        Interval(0.8, 0.7, 0.9, 3),
        floor=Interval(0.5, 0.4, 0.6, 2),
        ceiling=Interval(0.9, 0.8, 1.0, 2),
        gap_closed=Interval(0.75, 0.5, 1.0, 3),
    )
    summaries = {
        "all": {"wer/x": Summary(Interval(12.34, 10, 15, 3), "%"), "similarity/y": similarity}
    }
    made = Provenance.of_this_process(7, {"steps": 4})
    return Report("Set A", rows, summaries, made, {"empty": [], "looping": ["2"]})


def test_json_round_trip(tmp_path):
    original = report([1.0, 2.0, None])
    data, _ = original.save(tmp_path / "new" / "folder")
    assert Report.load(data) == original
    assert json.loads(data.read_text())["provenance"]["seed"] == 7
    assert sorted(path.name for path in data.parent.iterdir()) == ["report.json", "report.md"]


def test_markdown_tells_everything(tmp_path):
    _, table = report([1.0, 2.0, 3.0]).save(tmp_path)
    text = table.read_text()
    assert "| wer/x | 12.3 % | 10.0 to 15.0 | 3 |  |  |  |" in text
    assert (
        "| similarity/y | 0.800 | 0.700 to 0.900 | 3 | 0.500 | 0.900 | 75 % (50 to 100) |" in text
    )
    for line in ("- seed: 7", "- steps: 4", "- looping: 1 (2)", "- empty: 0", "minimax-speech"):
        assert line in text


def test_compare_pairs_by_id_and_weights_by_words():
    ours, theirs = report([10.0, 20.0, 5.0], words=[1, 3, 9]), report([0.0, 0.0, None])
    difference = compare(ours, theirs, "wer/x")
    assert difference.count == 2
    assert difference.mean == pytest.approx((10 * 1 + 20 * 3) / 4)
    reordered = dataclasses.replace(theirs, rows=theirs.rows[::-1])
    assert compare(ours, reordered, "wer/x") == difference
    with pytest.raises(InputError, match="cer/x"):
        compare(ours, theirs, "cer/x")


@pytest.mark.parametrize("content", ["", "{}", "[]"])
def test_what_is_no_report_is_refused(tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(InputError, match=r"r\.json"):
        Report.load(tmp_path / "r.json")
