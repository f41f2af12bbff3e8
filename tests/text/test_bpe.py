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
    return TextTokenizer.train(SENTENCES, 330, ["en", "de"])


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=40))
def test_any_text_comes_back(tokenizer: TextTokenizer, text: str) -> None:
    # White space as in Unicode: Python's also takes the four separators of ASCII for some.
    space = r"(?:[^\S\x1c-\x1f]|▁)+"
    kept = re.sub(space, " ", unicodedata.normalize("NFC", text)).strip(" ")
    assert tokenizer.decode(tokenizer.encode(text)) == kept
    assert tokenizer.decode(tokenizer.encode(text, dropout=0.5)) == kept


def test_layout_of_the_ids(tokenizer: TextTokenizer) -> None:
    assert (tokenizer.pad_id, tokenizer.bos_id, tokenizer.eos_id) == (0, 1, 2)
    assert tokenizer.languages == ["en", "de"]
    assert [tokenizer.language_id(code) for code in ("en", "de")] == [3, 4]
    assert tokenizer.vocab_size == 330
    with pytest.raises(InputError, match=r"'fr'.*en, de"):
        tokenizer.language_id("fr")


def test_typed_control_tokens_are_plain_text(tokenizer: TextTokenizer) -> None:
    for typed in ("<eos>", "<pad>", "<en>", "<0x41>"):
        ids = tokenizer.encode(typed)
        assert min(ids) > 4
        assert tokenizer.decode(ids) == typed


def test_decode_skips_control_tokens(tokenizer: TextTokenizer) -> None:
    ids = [tokenizer.bos_id, tokenizer.language_id("en"), *tokenizer.encode("the cat"), 2, 0]
    assert tokenizer.decode(ids) == "the cat"


def test_punctuation_stands_alone(tokenizer: TextTokenizer) -> None:
    assert tokenizer.encode("the cat,") == [
        *tokenizer.encode("the cat"),
        *tokenizer.encode("mat,")[-1:],
    ]


def test_dropout_cuts_words_in_many_ways_and_repeats_by_seed(tokenizer: TextTokenizer) -> None:
    text = "the other weather there"
    ways = {tuple(tokenizer.encode(text, 0.5, random.Random(seed))) for seed in range(20)}
    assert len(ways) > 5
    first, second = (tokenizer.encode(text, 0.5, random.Random(1)) for _ in range(2))
    assert first == second
    # With a vanishing probability the two ways of merging are the same algorithm.
    for sentence in SENTENCES[:3]:
        assert tokenizer.encode(sentence, 1e-12, random.Random(0)) == tokenizer.encode(sentence)
    with pytest.raises(InputError, match="dropout=2"):
        tokenizer.encode(text, dropout=2)


def test_the_file_carries_everything(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    lowered = TextTokenizer.train(SENTENCES, 300, ["en"], lowercase=True)
    lowered.save(path)
    loaded = TextTokenizer.load(path)
    assert loaded.encode("THE Cat É") == lowered.encode("the cat é")
    assert loaded.decode(loaded.encode("THE Cat É")) == "the cat é"
    assert loaded.encode("the CAT", 1e-12) == loaded.encode("the cat")
    assert loaded.languages == ["en"]


def test_broken_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tokenizer file"):
        TextTokenizer.load(tmp_path / "absent.json")
    cut = tmp_path / "cut.json"
    TextTokenizer.train(SENTENCES, 300, ["en"]).save(cut)
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
        TextTokenizer.train(SENTENCES, 100, ["en"])


def test_more_languages_leave_the_others_as_they_are(tokenizer: TextTokenizer) -> None:
    more = tokenizer.extended(["Größe, süß; größer und Übel."], 400, ["de", "fr", "pl"])
    assert more.languages == ["en", "de", "fr", "pl"]
    for sentence in SENTENCES:
        before = [tokenizer.tokens[index] for index in tokenizer.encode(sentence)]
        assert [more.tokens[index] for index in more.encode(sentence)] == before
    assert more.decode(more.encode("Größe")) == "Größe"
    letters = {more.tokens[index] for index in more.encode("ßöü")}
    assert {"ß", "ö", "ü"} <= letters
    assert more.tokens[: more.language_id("fr")] == tokenizer.tokens[: more.language_id("fr")]
    assert more.tokens.index("<0x00>") == more.language_id("pl") + 1


def test_more_characters_only_as_far_as_there_is_room(
    tokenizer: TextTokenizer, tmp_path: Path
) -> None:
    more = tokenizer.extended(["ßßß öö ü"], tokenizer.vocab_size + 3, ["fr"])
    assert more.vocab_size == tokenizer.vocab_size + 3
    assert more.tokens[-2:] == ["ß", "ö"]
    assert more.decode(more.encode("ßöü")) == "ßöü"
    more.save(tmp_path / "tokenizer.json")
    assert TextTokenizer.load(tmp_path / "tokenizer.json").tokens == more.tokens
    with pytest.raises(InputError, match="330 tokens and 1 more languages"):
        tokenizer.extended([], 330, ["fr"])


def test_extending_by_what_is_known_changes_nothing(tokenizer: TextTokenizer) -> None:
    assert tokenizer.extended([], tokenizer.vocab_size, ["de"]).tokens == tokenizer.tokens
