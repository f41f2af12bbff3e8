import pytest

from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.text.fertility import fertilities

ENGLISH = ["The cat sat on the mat, and the other cat sat there."] * 20
GERMAN = ["Die Katze lag auf der Matte."] * 2


def test_pieces_are_counted_by_language() -> None:
    tokenizer = TextTokenizer.train({"en": ENGLISH, "de": GERMAN}, 340)
    found = fertilities(tokenizer, {"en": ENGLISH, "de": ["Ω Ω"], "fr": []})
    assert set(found) == {"en", "de"}
    pieces = len(tokenizer.encode(ENGLISH[0], "en"))
    assert found["en"].pieces == 20 * pieces
    assert found["en"].per_word == pytest.approx(pieces / 12)
    assert found["en"].as_bytes == 0
    assert found["de"].as_bytes > 0.5


def test_small_languages_are_not_cut_into_letters() -> None:
    texts = {"en": ENGLISH * 50, "de": GERMAN}
    tokenizer = TextTokenizer.train(texts, 400)
    found = fertilities(tokenizer, texts)
    assert found["de"].per_word < 3


def test_what_is_read_is_encoded_where_the_file_says_so() -> None:
    tokenizer = TextTokenizer.train({"zh": ["你好，世界。"] * 5}, 330, form="read")
    assert tokenizer.decode(tokenizer.encode("世界", "zh")) == "shi4 jie4"
    assert fertilities(tokenizer, {"zh": ["世界。"]})["zh"].as_bytes == 0
