"""Made sentences: distinct, repeatable, spoken, and none that evaluation uses."""

import random
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from minimax_speech.data.sentence_figures import figures
from minimax_speech.data.sentence_table import sentence_table
from minimax_speech.data.sentences import labelled_sentences, make_sentences
from minimax_speech.errors import InputError

SOURCE = """The old man walked home, and he opened the door.
She bought 3 apples, but they were not ripe.
the clock struck at 5 pm
We saw the river.
It was a cold day.
They never came back.
He likes tea.
He likes tea!
Stop
Never say this sentence aloud.
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "en.txt"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_all_kinds_distinct_and_spoken(source: Path) -> None:
    made = list(labelled_sentences([source], "en", 600, seed=1))
    table = sentence_table("en")
    assert table is not None
    assert {kind for _, kind in made} == {"source", *table.shares}
    texts = [text for text, _ in made]
    keys = {re.sub(r"\W", "", text).lower() for text in texts}
    assert len(texts) == len(keys) == 600
    assert not any(re.search(r"[\d{}$%_]", text) for text in texts)
    assert max(len(text.split()) for text in texts) <= 30
    assert any(len(text.split()) == 1 for text in texts)


def test_source_sentences_are_kept_finished_and_deduplicated(source: Path) -> None:
    kept = [text for text, kind in labelled_sentences([source], "en", 50) if kind == "source"]
    assert "The clock struck at five P M." in kept
    assert "She bought three apples, but they were not ripe." in kept
    assert len([text for text in kept if text.startswith("He likes tea")]) == 1
    assert "Stop." not in kept  # one word, under the limit
    assert "Stop." in [
        text
        for text, kind in labelled_sentences([source], "en", 50, fewest_words=1)
        if kind == "source"
    ]


def test_the_seed_decides(source: Path) -> None:
    one, again, other = (list(make_sentences([source], "en", 200, seed)) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_excluded_sentences_never_come_out(source: Path, tmp_path: Path) -> None:
    exclude = tmp_path / "eval.txt"
    exclude.write_text("never say this sentence, ALOUD\nshe bought 3 apples but they were not ripe")
    made = list(make_sentences([source], "en", 400, exclude=exclude))
    assert not [text for text in made if text.startswith("Never say this sentence")]
    assert "She bought three apples, but they were not ripe." not in made


def test_the_word_list_is_spoken_through_before_it_repeats(source: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    rare = [a + b + c for a in "bdfgk" for b in "aeio" for c in ("lm", "rt", "nk")]
    words.write_text("\n".join([*rare, "Paris", "cat's"]))
    text = " ".join(make_sentences([source], "en", 900, words=words)).lower()
    assert all(re.search(rf"\b{word}\b", text) for word in rare)
    assert "cat's" not in text


def test_a_language_without_a_table_has_its_sentences_recombined(tmp_path: Path) -> None:
    source = tmp_path / "sv.txt"
    lines = ["Jag heter Åsa.", "Han kom hem, men hon sov redan", "Det regnar, och vi blir våta"]
    source.write_text("\n".join(lines), encoding="utf-8")
    made = list(labelled_sentences([source], "sv", 100))
    kept = {text for text, kind in made if kind == "source"}
    assert kept == {
        "Jag heter Åsa.",
        "Han kom hem, men hon sov redan.",
        "Det regnar, och vi blir våta.",
    }
    new = [text for text, kind in made if kind == "recombined"]
    assert "Han kom hem, och vi blir våta." in new
    assert "Det regnar, och vi blir våta. Jag heter Åsa." in new
    assert len(new) == len(set(new))


@pytest.mark.parametrize(
    ("language", "lines", "expected"),
    [
        (
            "zh",
            ["今天天气很好", "我们去公园玩"],
            {"今天天气很好。我们去公园玩。", "今天天气很好。"},
        ),
        ("th", ["วันนี้อากาศดีมาก", "เราไปเดินเล่นกัน"], {"วันนี้อากาศดีมาก."}),
        ("hi", ["मेरा नाम राम है", "मेरे नाम रोम हो"], {"मेरा नाम राम है.", "मेरे नाम रोम हो."}),
    ],
)
def test_sentences_without_spaces_or_with_marks(
    tmp_path: Path, language: str, lines: list[str], expected: set[str]
) -> None:
    source = tmp_path / "in.txt"
    source.write_text("\n".join(lines), encoding="utf-8")
    assert expected <= set(make_sentences([source], language, 10))


def test_words_in_letters_of_two_scripts_are_left_out(tmp_path: Path) -> None:
    source = tmp_path / "uk.txt"
    source.write_text("Урядник не чiпав нас.\nУрядник не чіпав їх.", encoding="utf-8")
    assert list(make_sentences([source], "uk", 10)) == ["Урядник не чіпав їх."]


def test_bad_input_is_told(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.txt"):
        list(make_sentences([tmp_path / "absent.txt"], "en", 5))
    with pytest.raises(InputError, match="count=0"):
        list(make_sentences([source], "en", 0))
    with pytest.raises(InputError, match="unknown language"):
        list(make_sentences([source], "xx", 5))


def test_every_slot_of_the_tables_can_be_filled() -> None:
    folder = Path(sentence_table.__code__.co_filename).parent
    for path in folder.glob("sentences_*.yaml"):
        table = sentence_table(path.stem.removeprefix("sentences_"))
        assert table is not None
        known = table.slots.keys() | figures(["word"]).keys()
        assert set(re.findall(r"\{(\w+)", path.read_text(encoding="utf-8"))) <= known
        assert table.shares.keys() - {"recombined", "pairs"} == table.templates.keys()
        items = yaml.safe_load(path.read_text(encoding="utf-8"))["slots"].values()
        assert all(isinstance(item, str) for slot in items for item in slot)


def test_words_come_once_before_any_comes_again() -> None:
    draw, generator = figures(["one", "two", "three"])["word"], random.Random(0)
    assert Counter(draw(generator) for _ in range(6)) == {"one": 2, "two": 2, "three": 2}
