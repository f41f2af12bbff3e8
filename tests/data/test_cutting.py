"""Cutting at pauses and after sentences."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.audio.subtitles import Word
from minimax_speech.audio.voice_activity import Stretch
from minimax_speech.data.cutting import Cut, Lengths, cut_at_pauses, cut_at_sentences

LENGTHS = Lengths(shortest=1.0, longest=6.0, pause=0.5, margin=0.1)


def stretches(*lengths_and_pauses: float) -> list[Stretch]:
    """Speech, pause, speech, … in seconds, from 1 s on."""
    made, position = [], 1.0
    for number, seconds in enumerate(lengths_and_pauses):
        if number % 2 == 0:
            made.append(Stretch(position, position + seconds))
        position += seconds
    return made


def places(cuts: list[tuple[Cut, str | None]]) -> list[tuple[float, float]]:
    return [(round(c.place.start, 3), round(c.place.end, 3)) for c, _ in cuts if not c.fault]


def faults(cuts: list[tuple[Cut, str | None]]) -> list[str]:
    return [cut.fault for cut, _ in cuts if cut.fault]


def test_long_pauses_end_an_utterance_and_short_ones_do_not() -> None:
    cuts = cut_at_pauses(stretches(2, 0.5, 2, 0.49, 2), 20.0, LENGTHS)
    assert places(cuts) == [(0.9, 3.1), (3.4, 8.09)]


def test_margins_share_a_short_pause_and_end_with_the_recording() -> None:
    speech = [Stretch(0.05, 2), Stretch(2.6, 5), Stretch(5.6, 8)]
    wide = Lengths(1.0, 6.0, 0.5, margin=0.5)
    assert places(cut_at_pauses(speech, 8.2, wide)) == [(0, 2.3), (2.3, 5.3), (5.3, 8.2)]


def test_what_is_too_long_is_cut_at_its_longest_pauses() -> None:
    cuts = cut_at_pauses(stretches(3, 0.2, 3, 0.4, 3, 0.3, 2), 20.0, LENGTHS)
    # 0.4 s parts 6.2 s from 5.3 s, of which the first is still too long with its margins.
    assert places(cuts) == [(0.9, 4.1), (4.1, 7.3), (7.5, 13.0)]


def test_what_cannot_be_cut_is_left_out() -> None:
    cuts = cut_at_pauses(stretches(7, 0.9, 2), 20.0, LENGTHS)
    assert faults(cuts) == ["no pause to cut at"]
    assert places(cuts) == [(8.8, 11.0)]


def test_what_is_too_short_joins_the_nearer_neighbour_or_is_left_out() -> None:
    assert places(cut_at_pauses(stretches(2, 0.9, 0.4, 0.6, 2), 20.0, LENGTHS)) == [
        (0.9, 3.1),
        (3.8, 7.0),
    ]
    assert places(cut_at_pauses(stretches(2, 0.6, 0.4, 0.9, 2), 20.0, LENGTHS)) == [
        (0.9, 4.1),
        (4.8, 7.0),
    ]
    alone = cut_at_pauses(stretches(2, 1.1, 0.4, 1.1, 2), 20.0, LENGTHS)
    assert faults(alone) == ["too short"]
    crowded = cut_at_pauses(stretches(5.5, 0.6, 0.4, 0.6, 5.5), 20.0, LENGTHS)
    assert faults(crowded) == ["too short"]
    several = cut_at_pauses(stretches(0.4, 0.6, 0.4, 0.6, 0.4), 20.0, LENGTHS)
    assert places(several) == [(0.9, 3.5)]


SECONDS = st.floats(0.05, 9).map(lambda value: round(value, 3))
PAUSES = st.floats(0.2, 3).map(lambda value: round(value, 3))


@given(st.lists(st.tuples(SECONDS, PAUSES), min_size=1, max_size=30))
def test_cuts_are_ordered_lie_in_pauses_and_lose_nothing(parts: list[tuple[float, float]]) -> None:
    speech = stretches(*(value for part in parts for value in part))
    cuts = [cut for cut, _ in cut_at_pauses(speech, speech[-1].end + 0.05, LENGTHS)]
    assert [index for cut in cuts for index in cut.stretches] == list(range(len(speech)))
    for cut in cuts:
        first, last = speech[cut.stretches[0]], speech[cut.stretches[-1]]
        assert 0 <= cut.place.start <= first.start
        assert last.end <= cut.place.end <= speech[-1].end + 0.05 + 1e-9
        length = cut.place.end - cut.place.start
        assert (cut.fault is None) == (LENGTHS.shortest <= length <= LENGTHS.longest)
    assert all(a.place.end <= b.place.start + 1e-9 for a, b in pairwise(cuts))


def spoken(*stretches_of_words: tuple[Stretch, str]) -> list[Word]:
    """The words of each stretch, evenly spread over it."""
    words = []
    for stretch, text in stretches_of_words:
        parts = text.split()
        step = (stretch.end - stretch.start) / max(1, len(parts))
        for number, word in enumerate(parts):
            start = stretch.start + number * step
            words.append(Word(word, start, start + step))
    return words


def test_sentences_end_utterances_where_a_pause_follows() -> None:
    speech = stretches(2, 0.3, 2, 0.9, 2, 0.3, 3, 0.3, 2)
    texts = [
        "Then Dr. Jones came into the room.",
        "He took a chair, and",
        "went out of it again.",
        "It rained the whole of that day. And so",
        "everybody stayed at home.",
    ]
    words = spoken(*zip(speech, texts, strict=True))
    cuts = cut_at_sentences(speech, words, "en", 20.0, LENGTHS)
    assert [text for _, text in cuts] == [texts[0], " ".join(texts[1:3]), " ".join(texts[3:])]
    assert faults(cuts) == []


def test_speech_without_words_is_left_out_and_parts_what_is_beside_it() -> None:
    speech = stretches(2, 0.3, 1, 0.3, 2, 0.6, 2)
    words = spoken((speech[0], "This was said"), (speech[2], "and that."), (speech[3], "The end."))
    cuts = cut_at_sentences(speech, words, "en", 20.0, LENGTHS)
    assert faults(cuts) == ["not in the transcript"]
    assert [text for cut, text in cuts if not cut.fault] == ["This was said", "and that. The end."]


def test_a_word_beside_speech_belongs_to_the_nearer_stretch() -> None:
    speech = stretches(2, 0.6, 2)
    words = [
        Word("Unquestionably,", 1, 2),
        Word("uncharacteristically.", 3.1, 3.25),
        Word("Incomprehensibilities,", 3.31, 3.4),
        Word("nevertheless.", 3.6, 5),
    ]
    cuts = cut_at_sentences(speech, words, "en", 20.0, LENGTHS)
    assert [text for _, text in cuts] == [
        "Unquestionably, uncharacteristically.",
        "Incomprehensibilities, nevertheless.",
    ]


def test_languages_without_spaces_get_none() -> None:
    speech = stretches(2, 0.6, 2)
    words = [Word("你", 1, 2), Word("好。", 2, 3), Word("再", 3.6, 4.5), Word("见。", 4.5, 5.6)]
    cuts = cut_at_sentences(speech, words, "zh", 9.0, LENGTHS)
    assert [text for _, text in cuts] == ["你好。再见。"]


@given(
    st.lists(st.tuples(SECONDS, PAUSES, st.sampled_from(["a b.", "c", "", "d. E f"])), min_size=1)
)
def test_every_word_is_in_one_text(parts: list[tuple[float, float, str]]) -> None:
    speech = stretches(*(value for part in parts for value in part[:2]))
    texts = [text for _, _, text in parts]
    words = spoken(*zip(speech, texts, strict=True))
    if words:
        cuts = cut_at_sentences(speech, words, "en", speech[-1].end, LENGTHS)
        assert " ".join(text for _, text in cuts if text).split() == " ".join(texts).split()
