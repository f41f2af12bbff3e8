"""Respelling: by markup and by dictionary, whole words only."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.markup import paragraphs
from minimax_speech.text.normalise import normalise
from minimax_speech.text.pronunciation import Pronunciation
from minimax_speech.text.scripts import admit

ENTRIES = {"gif": "jif", "Nguyen": "win", "US": "you ess", "New  York": "noo york", "don": "dawn"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A GIF, a gif; Gif!", "A Jif, a jif; Jif!"),
        ("gifs, agif, gif2, re-gif", "gifs, agif, gif2, re-jif"),
        ("The gif's end; Nguyen’s", "The jif's end; Win’s"),
        ("Don said: don't, o'don", "Dawn said: don't, o'don"),
        ("Mr Nguyen, nguyen", "Mr Win, nguyen"),
        ("Tell us of the US.", "Tell us of the You ess."),
        ("In New York and New\nYork", "In Noo york and Noo york"),
        ("*gif* _gif_ <i class=gif>gif</i>", "*jif* _jif_ <i class=gif>jif</i>"),
        ("[Nguyen](Nwin) [gif](GIF) [a b](A-B c'd)", "Nwin gif a-b c'd"),
        ("[here](gif.png) ![gif](gif) [gif]()", "[here](gif.png) ![jif](gif) [jif]()"),
        ("[here](page2) [there](/docs/)", "[here](page2) [there](/docs/)"),
        ("[gif](http://x.org/gif)", "[jif](http://x.org/gif)"),
        ("<#0.5#>gif", "<#0.5#>jif"),
        ("[Łódź](woodge) [naïve](nah-éev)", "Woodge nah-éev"),
    ],
)
def test_words_are_respelled(text: str, read: str) -> None:
    assert Pronunciation(ENTRIES).apply(text, "en") == read


def test_markup_needs_no_dictionary_and_links_stay_links() -> None:
    text = "[Nguyen](win) wrote [this](http://x.org) and [that](/a/b) ([1](#one))."
    assert paragraphs(Pronunciation().apply(text, "en"), ".") == ["Win wrote this and that (1)."]


def test_a_dictionary_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(
        "\ufeff# words\n\n  gif   jif \nNew York\tnoo york\nSQL sequel server\r\n".encode()
    )
    respelled = Pronunciation.load(path).apply("A gif of New York in SQL.", "en")
    assert respelled == "A jif of Noo york in Sequel server."


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("gif", "'gif' has no respelling: write the word as it is to be read"),
        ("gif\t", "'gif' has no respelling"),
        ("gif j1f", "respelling 'j1f': use letters, spaces, - and '"),
        ("gif <#1#>", "respelling '<#1#>'"),
        ("ok oh", "'ok' has an entry already: leave one out"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"# words\nok okay\n{line}\n")
    with pytest.raises(InputError) as error:
        Pronunciation.load(path)
    assert str(error.value).startswith(f"pronunciation file {path}, line 3: {problem}")
    assert "\n" not in str(error.value)


def test_a_dictionary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pronunciation file .*none\.txt cannot be read"):
        Pronunciation.load(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 cafay\n")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        Pronunciation.load(tmp_path / "latin.txt")


@pytest.mark.parametrize(("word", "respelling"), [("gif", ""), (" ", "x"), ("gif", 5), ("a", "1")])
def test_a_wrong_entry_is_named(word: str, respelling: str) -> None:
    with pytest.raises(InputError, match=r"^pronunciation of '"):
        Pronunciation({word: respelling})


@given(st.text(max_size=60))
def test_a_text_without_known_words_stays(text: str) -> None:
    if "](" not in text:
        assert Pronunciation({"zyxwv": "x"}).apply(text, "en") == text


@given(st.text(alphabet="[](gif) <>&;'s-\n", max_size=40))
def test_any_text_can_be_respelled(text: str) -> None:
    assert isinstance(Pronunciation(ENTRIES).apply(text, "en"), str)


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("zh", "[重](chong2)庆", "chong2庆"),
        ("zh", "去[重庆](Chong2 qing4)吧", "去chong2 qing4吧"),
        ("zh", "[绿](lü4)[绿](lv4)[女儿](nv3er2)", "lü4lv4nv3er2"),
        ("zh", "[Song](song2)爱玲", "song2爱玲"),
        ("zh", "[重](虫)庆", "虫庆"),
        ("yue", "[廣東](gwong2 dung1)人", "gwong2 dung1人"),
        ("yue", "[唔](m4)[五](ng5)[靴](hoe1)", "m4ng5hoe1"),
        ("ja", "[東京](とうきょう)と[今日](キョー)", "とうきょうとキョー"),
        ("ru", "[Wi](вай)-[Fi](фай)", "Вай-Фай"),
        ("de", "[Chips](Tschipps)", "Tschipps"),
    ],
)
def test_respellings_of_a_language(language: str, text: str, read: str) -> None:
    assert Pronunciation().apply(text, language) == read


@pytest.mark.parametrize(
    ("language", "text", "problem"),
    [
        ("zh", "[重](chong)庆", "'chong' of '重': write pinyin with tones, as in chong2"),
        ("zh", "[重](chong6)", "write pinyin"),
        ("zh", "[重](xhong2)", "write pinyin"),
        ("yue", "[重](chong2)", "write jyutping with tones, as in cung4"),
        ("yue", "[重](cung7)", "write jyutping"),
        ("ja", "[東京](東狂)", "write it in kana"),
        ("ja", "[東京](toukyou)", "write it in kana"),
        ("en", "[重](chong2)", "'chong2' of '重': English reads Latin letters, spaces, - and '"),
        ("en", "[word](/wɜːd/)", "'/wɜːd/' of 'word': no phonetic alphabet is read"),
        ("en", "[мир](мир)", "English reads Latin letters"),
        ("ru", "[мир](mir)", "Russian reads Cyrillic letters"),
    ],
)
def test_what_a_language_cannot_read_is_refused(language: str, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=re.escape(problem)) as error:
        Pronunciation().apply(text, language)
    assert "\n" not in str(error.value)


def test_a_dictionary_is_for_the_language_of_the_text() -> None:
    words = Pronunciation({"重": "chong2", "gif": "jif"})
    assert words.apply("A gif.", "en") == "A jif."
    assert words.apply("重", "zh") == "chong2"
    with pytest.raises(InputError, match="'chong2' of '重': English reads Latin"):
        words.apply("重", "en")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "去chong2 qing4, 我有lü4."),
        ("yue", "去gwong2 dung1, 我有ng5."),
    ],
)
def test_tones_are_no_figures(language: str, text: str) -> None:
    assert normalise(text, language) == text
    assert normalise(text, language, ["zh", "yue", "en"]) == text
    assert admit(text, [language]) == text
