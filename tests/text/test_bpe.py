"""The vocabulary: nothing is unspeakable, nothing typed is a control token."""

import json
import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.bpe import TextTokenizer

SENTENCES = [
    "The cat sat on the mat, and the other cat sat there.",
    "There is another thing that the weather did not change.",
    "Hello there! Is the other one here?",
] * 3


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return TextTokenizer.train({"en": SENTENCES, "de": []}, 330)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=40))
def test_any_text_comes_back(tokenizer: TextTokenizer, text: str) -> None:
    # White space as in Unicode: Python's also takes the four separators of ASCII for some.
    space = r"(?:[^\S\x1c-\x1f]|▁)+"
    kept = re.sub(space, " ", unicodedata.normalize("NFC", text)).strip(" ")
    assert tokenizer.decode(tokenizer.encode(text, "en")) == kept
    assert tokenizer.decode(tokenizer.encode(text, "en", dropout=0.5)) == kept


def test_layout_of_the_ids(tokenizer: TextTokenizer) -> None:
    assert (tokenizer.pad_id, tokenizer.bos_id, tokenizer.eos_id) == (0, 1, 2)
    assert tokenizer.languages == ["en", "de"]
    assert [tokenizer.language_id(code) for code in ("en", "de")] == [3, 4]
    assert tokenizer.vocab_size == 330
    with pytest.raises(InputError, match=r"'fr'.*en, de"):
        tokenizer.language_id("fr")


def test_typed_control_tokens_are_plain_text(tokenizer: TextTokenizer) -> None:
    for typed in ("<eos>", "<pad>", "<en>", "<0x41>"):
        ids = tokenizer.encode(typed, "en")
        assert min(ids) > 4
        assert tokenizer.decode(ids) == typed


def test_decode_skips_control_tokens(tokenizer: TextTokenizer) -> None:
    ids = [tokenizer.bos_id, tokenizer.language_id("en"), *tokenizer.encode("the cat", "en"), 2, 0]
    assert tokenizer.decode(ids) == "the cat"


def test_punctuation_stands_alone(tokenizer: TextTokenizer) -> None:
    assert tokenizer.encode("the cat,", "en") == [
        *tokenizer.encode("the cat", "en"),
        *tokenizer.encode("mat,", "en")[-1:],
    ]


def test_dropout_cuts_words_in_many_ways_and_repeats_by_seed(tokenizer: TextTokenizer) -> None:
    text = "the other weather there"
    ways = {tuple(tokenizer.encode(text, "en", 0.5, random.Random(seed))) for seed in range(20)}
    assert len(ways) > 5
    first, second = (tokenizer.encode(text, "en", 0.5, random.Random(1)) for _ in range(2))
    assert first == second
    # With a vanishing probability the two ways of merging are the same algorithm.
    for sentence in SENTENCES[:3]:
        assert tokenizer.encode(sentence, "en", 1e-12, random.Random(0)) == tokenizer.encode(
            sentence, "en"
        )
    with pytest.raises(InputError, match="dropout=2"):
        tokenizer.encode(text, "en", dropout=2)


def test_the_file_carries_everything(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    lowered = TextTokenizer.train({"en": SENTENCES}, 300, lowercase=True)
    lowered.save(path)
    loaded = TextTokenizer.load(path)
    assert loaded.encode("THE Cat É", "en") == lowered.encode("the cat é", "en")
    assert loaded.decode(loaded.encode("THE Cat É", "en")) == "the cat é"
    assert loaded.encode("the CAT", "en", 1e-12) == loaded.encode("the cat", "en")
    assert loaded.languages == ["en"]


def test_the_file_says_whether_readings_are_encoded(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    TextTokenizer.train({"zh": ["你好。"] * 3}, 300, form="read").save(path)
    loaded = TextTokenizer.load(path)
    assert loaded.form == "read"
    assert loaded.decode(loaded.encode("你好。", "zh")) == "ni2 hao3."
    path.write_text(path.read_text().replace('"form": "read"', '"form": "sung"'))
    with pytest.raises(InputError, match="form 'sung'"):
        TextTokenizer.load(path)


def test_broken_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tokenizer file"):
        TextTokenizer.load(tmp_path / "absent.json")
    cut = tmp_path / "cut.json"
    TextTokenizer.train({"en": SENTENCES}, 300).save(cut)
    whole = cut.read_text(encoding="utf-8")
    cut.write_text(whole[: len(whole) // 2], encoding="utf-8")
    with pytest.raises(InputError, match="not a readable tokenizer") as raised:
        TextTokenizer.load(cut)
    assert "\n" not in str(raised.value)
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a readable tokenizer"):
        TextTokenizer.load(binary)
    foreign = json.loads(whole)
    del foreign["model"]["vocab"]["<bos>"]
    cut.write_text(json.dumps(foreign), encoding="utf-8")
    with pytest.raises(InputError, match="lacks <bos>"):
        TextTokenizer.load(cut)


def test_too_small_a_vocabulary() -> None:
    with pytest.raises(InputError, match=r"vocab_size=100.*262"):
        TextTokenizer.train({"en": SENTENCES}, 100)


def test_more_languages_leave_the_others_as_they_are(tokenizer: TextTokenizer) -> None:
    more = tokenizer.extended({"de": [], "fr": ["Größe, süß; größer und Übel."], "pl": []}, 400)
    assert more.languages == ["en", "de", "fr", "pl"]
    for sentence in SENTENCES:
        before = [tokenizer.tokens[index] for index in tokenizer.encode(sentence, "en")]
        assert [more.tokens[index] for index in more.encode(sentence, "en")] == before
    assert more.decode(more.encode("Größe", "fr")) == "Größe"
    letters = {more.tokens[index] for index in more.encode("ßöü", "fr")}
    assert {"ß", "ö", "ü"} <= letters
    assert more.tokens[: more.language_id("fr")] == tokenizer.tokens[: more.language_id("fr")]
    assert more.tokens.index("<0x00>") == more.language_id("pl") + 1


def test_more_characters_only_as_far_as_there_is_room(
    tokenizer: TextTokenizer, tmp_path: Path
) -> None:
    more = tokenizer.extended({"fr": ["ßßß öö ü"]}, tokenizer.vocab_size + 3)
    assert more.vocab_size == tokenizer.vocab_size + 3
    assert more.tokens[-2:] == ["ß", "ö"]
    assert more.decode(more.encode("ßöü", "fr")) == "ßöü"
    more.save(tmp_path / "tokenizer.json")
    assert TextTokenizer.load(tmp_path / "tokenizer.json").tokens == more.tokens
    with pytest.raises(InputError, match="330 tokens and 1 more languages"):
        tokenizer.extended({"fr": []}, 330)


def test_extending_by_what_is_known_changes_nothing(tokenizer: TextTokenizer) -> None:
    assert tokenizer.extended({"de": []}, tokenizer.vocab_size).tokens == tokenizer.tokens
