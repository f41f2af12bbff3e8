import pytest

from minimax_speech.evaluation.intelligibility import count_errors, scoring_text


def test_case_punctuation_and_numbers_do_not_count():
    assert scoring_text("“Well, don't!” -- he paid 21 dollars.", "en") == (
        scoring_text("well don't he paid twenty-one dollars", "en")
    )


def test_quotes_are_no_apostrophes():
    assert scoring_text("'Yes', it's 'fine'", "en") == "yes it's fine"


def test_english_counts_words_and_characters():
    counts = count_errors("The cat sat.", "the cat sat on", "en")
    assert (counts.words, counts.word_errors) == (3, 1)
    assert counts.wer == pytest.approx(100 / 3)
    assert (counts.characters, counts.character_errors) == (len("the cat sat"), len(" on"))


@pytest.mark.parametrize(
    ("language", "text", "heard"), [("zh", "你好吗", "你 好妈"), ("th", "สวย", "สวบ")]
)
def test_languages_without_spaces_are_scored_by_characters(language, text, heard):
    counts = count_errors(text, heard, language)
    assert (counts.words, counts.word_errors) == (3, 1)
    assert counts.wer == counts.cer


def test_silence_misses_every_word():
    counts = count_errors("one two", "", "en")
    assert counts.wer == 100
    assert counts.cer == 100


def test_a_text_without_words_is_refused():
    with pytest.raises(ValueError, match="no words"):
        count_errors("...", "hm", "en")
