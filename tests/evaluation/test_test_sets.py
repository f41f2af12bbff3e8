import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.evaluation.test_sets import TestItem, load


def write(tmp_path, name, *lines):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_json_lines(tmp_path):
    path = write(
        tmp_path,
        "list.jsonl",
        '{"id": "a", "text": "Hello.", "reference": "clips/a.wav", "language": "de",'
        ' "target": "/abs/a.flac", "speaker": "anna", "reference_text": "Hm."}',
        "",
        '{"id": "b", "text": "Yes.", "voice": "kathleen"}',
    )
    first, second = load(path)
    assert first == TestItem(
        id="a",
        text="Hello.",
        language="de",
        reference=tmp_path / "clips/a.wav",
        reference_text="Hm.",
        target=tmp_path / "/abs/a.flac",
        speaker="anna",
    )
    assert second == TestItem(id="b", text="Yes.", language="en", voice="kathleen")


def test_seed_tts_lists(tmp_path):
    path = write(
        tmp_path, "meta.lst", "u1|He said so.|prompt/p1.wav|Good day.", "u2||p.wav|你好|gt/u2.wav"
    )
    first, second = load(path, language="zh")
    assert first.reference_text == "He said so."
    assert first.reference == tmp_path / "prompt/p1.wav"
    assert (first.text, first.target, first.language) == ("Good day.", None, "zh")
    assert (second.reference_text, second.target) == (None, tmp_path / "gt/u2.wav")


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("x.jsonl", "{", "not JSON"),
        ("x.jsonl", "[1]", "not a JSON object"),
        ("x.jsonl", '{"id": "a"}', '"text" is missing'),
        ("x.jsonl", '{"id": "a", "text": 3}', "write a string"),
        ("x.jsonl", '{"id": "a", "text": "b", "spaeker": "c"}', "unknown field 'spaeker'"),
        ("x.jsonl", '{"id": "../a", "text": "b"}', "cannot name a file"),
        ("x.jsonl", '{"id": "a\\u0000b", "text": "b"}', "cannot name a file"),
        ("x.jsonl", f'{{"id": "{"a" * 201}", "text": "b"}}', "cannot name a file"),
        ("x.jsonl", '{"id": "a", "text": " "}', "empty"),
        ("x.jsonl", '{"id": "a", "text": "b", "voice": "v", "reference": "r"}', "keep one"),
        ("x.lst", "a|b|c", "3 fields"),
        ("x.lst", "a|b||d", "prompt_wav is empty"),
    ],
)
def test_a_bad_line_is_named(tmp_path, name, line, message):
    good = '{"id": "g", "text": "t"}' if name.endswith("jsonl") else "g|p|p.wav|t"
    path = write(tmp_path, name, good, line)
    with pytest.raises(InputError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert "\n" not in str(caught.value)


def test_an_id_may_not_repeat(tmp_path):
    with pytest.raises(InputError, match=r":2: id 'a' was used before, in line 1"):
        load(write(tmp_path, "x.lst", "a|p|p.wav|t", "a|p|p.wav|u"))


def test_a_missing_or_empty_list(tmp_path):
    with pytest.raises(InputError, match=r"test list .* cannot be read"):
        load(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="is empty"):
        load(write(tmp_path, "x.jsonl", ""))


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_survives_a_json_list(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("lists") / "list.jsonl"
    lines = [json.dumps({"id": str(i), "text": t}, ensure_ascii=False) for i, t in enumerate(texts)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [item.text for item in load(path)] == texts


def test_a_list_of_texts(tmp_path: Path) -> None:
    items = load(write(tmp_path, "texts.txt", "Good day.", "", "Why | not?"), "en")
    assert [(item.id, item.text, item.voice) for item in items] == [
        ("0001", "Good day.", None),
        ("0003", "Why | not?", None),
    ]
