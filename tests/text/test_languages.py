"""The registry and detection by script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text import languages
from minimax_speech.text.tables import spoken_forms


def test_there_are_32_and_each_reads_numbers() -> None:
    assert len(languages.LANGUAGES) == 32
    for language in languages.LANGUAGES.values():
        forms = spoken_forms(language.code)
        assert not any(map(str.isdigit, forms.reader.read("21")))


@pytest.mark.parametrize(
    ("written", "code"), [("en", "en"), ("en-US", "en"), ("PT_br", "pt"), ("zh-HK", "yue")]
)
def test_get_accepts_region_forms(written: str, code: str) -> None:
    assert languages.get(written).code == code


def test_get_lists_the_codes() -> None:
    with pytest.raises(InputError, match=r"'tlh'.*zh, yue, en.*hr, hu"):
        languages.get("tlh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello there", "en"),
        ("你好吗", "zh"),
        ("佢哋喺邊度", "yue"),
        ("これは日本語です", "ja"),
        ("안녕하세요", "ko"),
        ("Мы были здесь", "ru"),
        ("Її місто", "uk"),
        ("Γειά σου", "el"),
        ("שלום", "he"),
        ("नमस्ते", "hi"),
        ("สวัสดี", "th"),
        ("مرحبا", "ar"),
    ],
)
def test_detect(text: str, code: str) -> None:
    assert languages.detect(text, ["en", *languages.LANGUAGES]) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Der Zug nach Hamburg fährt heute leider erst eine Stunde später ab.", "de"),
        ("De trein naar Utrecht vertrekt vandaag helaas pas een uur later.", "nl"),
        ("Le train pour Lyon ne part malheureusement que dans une heure.", "fr"),
        ("El tren a Sevilla sale hoy por desgracia una hora más tarde.", "es"),
        ("O trem para Recife infelizmente só sai daqui a uma hora hoje.", "pt"),
        ("Il treno per Bologna oggi parte purtroppo con un'ora di ritardo.", "it"),
        ("Trenul spre Cluj pleacă astăzi din păcate cu o oră mai târziu.", "ro"),
        ("Pociąg do Krakowa odjeżdża dziś niestety dopiero za godzinę.", "pl"),
        ("Vlak do Brna dnes bohužel odjíždí až za hodinu později.", "cs"),
        ("Vlak do Žiliny dnes bohužiaľ odchádza až o hodinu neskôr.", "sk"),
        ("Vlak za Split danas nažalost kreće tek sat vremena kasnije.", "hr"),
        ("Toget til Aarhus kører desværre først om en time i dag.", "da"),
        ("Tåget till Malmö går tyvärr inte förrän om en timme idag.", "sv"),
        ("Juna Turkuun lähtee tänään valitettavasti vasta tunnin päästä.", "fi"),
        ("A szegedi vonat ma sajnos csak egy óra múlva indul el.", "hu"),
        ("İzmir treni bugün maalesef ancak bir saat sonra kalkacak.", "tr"),
        ("Chuyến tàu đi Huế hôm nay tiếc là muộn một tiếng đồng hồ.", "vi"),
        ("Kereta ke Bandung hari ini berangkat satu jam lagi karena rusak.", "id"),
        ("Kereta api ke Ipoh hari ini bertolak sejam lagi kerana rosak.", "ms"),
        ("Поезд в Казань сегодня, к сожалению, отправится через час.", "ru"),
        ("Потяг до Львова сьогодні, на жаль, вирушить за годину.", "uk"),
        ("Влакът за Варна днес за съжаление тръгва след един час.", "bg"),
        ("今日天氣好好，我哋一齊去公園行下啦。", "yue"),
        ("我们今天一起去公园散步，天气非常好。", "zh"),
    ],
)
@pytest.mark.parametrize("main", ["en", "ru", "zh"])
def test_sentences_are_told_apart_whatever_the_main_language(
    text: str, code: str, main: str
) -> None:
    assert languages.detect(text, [main, *languages.LANGUAGES]) == code


def test_a_few_words_suffice_where_they_are_telling() -> None:
    assert languages.detect("Guten Tag", ["en", *languages.LANGUAGES]) == "de"
    assert languages.detect("What is the time?", ["de", *languages.LANGUAGES]) == "en"


@pytest.mark.parametrize("text", ["Hi", "ok", "London", "Tom, Maria", "12 km", "A. B."])
@pytest.mark.parametrize("main", ["de", "en", "fi"])
def test_in_doubt_the_main_language_is_taken(text: str, main: str) -> None:
    assert languages.detect(text, [main, *languages.LANGUAGES]) == main


def test_foreign_names_in_foreign_letters_do_not_matter() -> None:
    assert languages.detect("英國的Herd Immunity被指係佛系", ["en", "zh"]) == "zh"
    assert languages.detect("Peace is мир in Russian, you know.", ["ru", "en"]) == "en"


def test_detect_stays_among_the_models_languages() -> None:
    assert languages.detect("Guten Tag", ["de", "en"]) == "de"
    assert languages.detect("你好", ["en", "de"]) == "en"
    assert languages.detect("123", ["fr"]) == "fr"
    assert languages.detect("東京", ["en", "ja"]) == "ja"


@pytest.mark.parametrize(
    ("text", "main", "parts"),
    [
        (
            "我用iPhone 15 Pro拍照。",
            "zh",
            [("zh", "我用"), ("en", "iPhone 15 Pro"), ("zh", "拍照。")],
        ),
        ("有iPhone 3個", "ja", [("ja", "有"), ("en", "iPhone"), ("ja", " 3個")]),
        (
            "Он сказал: Guten Tag, wie geht es?",
            "ru",
            [("ru", "Он сказал: "), ("de", "Guten Tag, wie geht es"), ("ru", "?")],
        ),
        ("Hello мир, 12", "en", [("en", "Hello "), ("ru", "мир"), ("en", ", 12")]),
        ("Hello Welt", "de", [("de", "Hello Welt")]),
        ("שלום hello", "he", [("he", "שלום "), ("en", "hello")]),
        ("12 !", "zh", [("zh", "12 !")]),
        ("สวัสดี", "zh", [("zh", "สวัสดี")]),
        ("", "zh", []),
    ],
)
def test_runs(text: str, main: str, parts: list[tuple[str, str]]) -> None:
    assert languages.runs(text, main, ["en", "de", "zh", "ru", "ja", "he"]) == parts


@given(st.text(), st.sampled_from(["en", "zh", "ja", "ar"]))
def test_runs_lose_nothing(text: str, main: str) -> None:
    assert "".join(part for _, part in languages.runs(text, main, languages.LANGUAGES)) == text
