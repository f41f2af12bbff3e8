"""Sentences: where they end, and that none of the text is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.splitting import split_sentences

LONG = "This sentence is long enough to stand alone"


@pytest.mark.parametrize(
    "inside",
    [
        "Dr. Smith",
        "J. R. Smith",
        "3.14 of it",
        "No. 5",
        "e.g. this",
        "the U.S. Army",
        "example.com",
    ],
)
def test_stops_that_end_no_sentence(inside: str) -> None:
    text = f"They all talked about {inside} for a very long time."
    assert split_sentences(text, "en") == [text]


@pytest.mark.parametrize(
    "end",
    [".", "!", "?", "...", '."', "!)", ".”", " with me and I.", " at five P M."],
)
def test_ends_of_sentences(end: str) -> None:
    first, second = f"{LONG}{end}", f"Then {LONG}."
    assert split_sentences(f"{first} {second}", "en") == [first, second]


def test_other_scripts() -> None:
    chinese = [
        "今天的天气真的非常好所以我们大家都决定去公园里散步吧。",
        "“你们今天到底想不想跟我一起去那个很大的公园里面玩呢？”",
    ]
    assert split_sentences("".join(chinese), "zh") == chinese
    hindi = ["यह पहला वाक्य है जो काफ़ी लंबा है।", "यह दूसरा वाक्य है जो काफ़ी लंबा है।"]
    assert split_sentences(" ".join(hindi), "hi") == hindi


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das ist z. B. Hamburg oder auch Dr. Müller am 3. April im 19. Jahrhundert."),
        ("de", "Sie zahlten 3 Mio. Euro für die 2. Auflage von Bd. 4 und Nr. 12 bei Fr. Meier."),
        ("fr", "Il a vu M. Dupont le 3 janv. 2024, p. ex. avec le Dr. Martin et J.-C. Van Damme."),
        ("es", "Vive en EE. UU. Por eso el Sr. García y la Dra. Pérez llegan a la pág. 5 hoy."),
        ("sv", "Det är t.ex. Stockholm eller f.d. Dr. Lindgren, kap. 5 och s. 12 i boken hos oss."),
        (
            "da",
            "Det er f.eks. København eller prof. Nielsen den 3. april kl. 12 i det 19. århundrede.",
        ),
        ("fi", "Tämä on esim. Helsinki, mm. Tampere ja prof. Virtanen 3. huhtikuuta klo 12, s. 5."),
        (
            "hu",
            "A király, IV. Béla, ill. pl. Dr. Kovács, itt volt 2025. 04. 03. délután a Bt. előtt.",
        ),
        ("tr", "Bu, örn. Prof. Dr. Ayşe Kaya için, II. Dünya Savaşı gibi 2. Cadde No. 5 demektir."),
        (
            "ro",
            "Locuiește pe str. Florilor nr. 5, ap. 3, cu dl. Ionescu și prof. Popa, v. pag. 12.",
        ),
        (
            "ru",
            "Он живёт в г. Москве на ул. Ленина, д. 5, т. е. рядом, см. рис. 3 и проф. Иванова.",
        ),
        (
            "uk",
            "Він живе у м. Києві на вул. Шевченка, буд. 5, див. рис. 3, та бачив проф. Іваненка.",
        ),
        ("bg", "Живее в гр. София на ул. Шипка, бл. 5, т. е. близо, вж. фиг. 3 и проф. Иванов."),
        ("el", "Είναι π.χ. ο κ. Παππάς, δηλ. ο Δρ. Γεωργίου, στη σελ. 5 και στον αρ. 12 της οδού."),
        ("id", "Rumahnya di Jl. Merdeka No. 5, a.n. Bpk. Hartono dan Prof. Susilo, lihat hlm. 12."),
        (
            "ms",
            "Rumahnya di Jln. Ampang No. 5, milik En. Ahmad dan Prof. Siti, lihat hlm. 12 buku.",
        ),
        ("vi", "Bà ấy là PGS.TS. Nguyễn Thị Lan, sống ở TP. Huế, gặp BS. Hùng tại P. 5 và Q. 3."),
        ("pl", "Mieszka przy ul. Długiej, m.in. z dr. Nowakiem, tj. w woj. Łódzkim, zob. str. 5."),
        ("hr", "Živi u Ul. Ante Starčevića br. 5, npr. s dr. Horvatom i prof. Babić, str. 3."),
        (
            "cs",
            "Bydlí např. v ul. Nové u Dr. Nováka, č. 5, od 3. dubna, tj. v 19. století, str. 12.",
        ),
        (
            "sk",
            "Býva napr. na ul. Novej u Dr. Nováka, č. 5, od 3. apríla, t. j. v 19. storočí.",
        ),
        ("hr", "Živi npr. u ul. Novoj kod dr. Novaka, br. 5, od 3. travnja 2025. godine, str. 12."),
        ("it", "Ho visto il Dott. Rossi e la Prof.ssa Bianchi, cfr. Dante, a pag. 5 di ieri."),
        ("pt", "O Sr. Silva e a Dra. Souza, p. ex. Maria, moram na Av. Paulista, n.º 5, aqui."),
        ("hi", "यह किताब डॉ. शर्मा और प्रो. वर्मा ने पं. नेहरू के बारे में लिखी थी।"),
        ("ar", "التقيت مع د. أحمد و أ.د. محمد في الساعة الخامسة مساء يوم الخميس الماضي."),
        ("th", "เมื่อวานนี้ ดร.สมชาย ไปประชุมเวลา 17.30 น. ที่ จ.เชียงใหม่ กับ ผศ. สมหญิง"),
        ("zh", "价格是3.5元，版本1.2.3，比2.4好用很多，大家都这么说，你觉得怎么样？"),
        ("he", "ד\"ר כהן גר ברח' הרצל מס' 5 בתל אביב, ארה\"ב רחוקה, וכו' הרבה שנים."),
        ("nl", "Dat is bijv. Amsterdam of dhr. Jansen, d.w.z. Piet, op blz. 5 van het boek."),
    ],
)
def test_abbreviations_of_a_language_end_no_sentence(language: str, text: str) -> None:
    assert split_sentences(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["Der Zug kam erst am Abend des 3. Tages an.", "Dann gingen alle müde nach Hause."]),
        ("es", ["¿Cómo te llamas, si se puede saber?", "¡Qué sorpresa tan agradable de verdad!"]),
        (
            "fr",
            ["Elle a dit : « Je viens demain matin. »", "Puis elle est partie sans se tourner."],
        ),
        ("el", ["Πού πηγαίνεις τόσο νωρίς το πρωί;", "Πηγαίνω στη δουλειά μου, στην πόλη."]),
        ("ar", ["كيف حالك اليوم يا صديقي العزيز؟", "أنا بخير والحمد لله رب العالمين."]),
        ("he", ["מה שלומך היום, חבר יקר שלי מהצבא?‏", "אני בסדר גמור, תודה רבה ששאלת.‏"]),
        (
            "ko",
            [
                "오늘 날씨가 아주 좋아서 공원에 가고 싶습니다.",
                "같이 가서 산책도 하고 이야기도 할까요?",
            ],
        ),
        ("ru", ["Поезд опоздал на целый час сегодня.", "Все пассажиры устали и разошлись."]),
    ],
)
def test_sentences_of_a_language(language: str, sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "zh",
            [
                "今天的天气真的非常好所以我们大家都决定去公园里散步吧!",
                "你们想不想跟我一起去那个很大的公园里面玩呢?",
            ],
        ),
        (
            "ja",
            [
                "彼は「今日は忙しいから行けない。」と言って、そのまま家に帰ってしまった。",
                "それから二度と姿を見せなかったので心配した。",
            ],
        ),
        (
            "yue",
            [
                "我哋今日一齊去公園行下，順便食個飯傾下偈啦。",
                "你話好唔好呀，定係你想留喺屋企休息多陣先？",
            ],
        ),
    ],
)
def test_sentences_without_spaces(language: str, sentences: list[str]) -> None:
    assert split_sentences("".join(sentences), language) == sentences


def test_thai_is_cut_at_its_spaces() -> None:
    phrases = ["วันนี้อากาศดีมากเราจึงไปเดินเล่นที่สวนสาธารณะ", "หลังจากนั้นก็กลับบ้านไปกินข้าวกับครอบครัว"]
    assert split_sentences(" ".join(phrases), "th", 50) == phrases
    assert split_sentences("\n\n".join(phrases), "th") == phrases


def test_short_neighbours_are_spoken_together() -> None:
    assert split_sentences("Yes. No. I do not know.", "en") == ["Yes. No. I do not know."]
    assert split_sentences("Yes.\n\nNo.", "en") == ["Yes.", "No."]


def test_a_long_sentence_is_cut_at_clauses_then_spaces_then_anywhere() -> None:
    clauses = "When the rain had stopped, they went out into the garden; nobody saw them."
    assert split_sentences(clauses, "en", 40) == [
        "When the rain had stopped,",
        "they went out into the garden;",
        "nobody saw them.",
    ]
    assert split_sentences("one two three four five", "en", 13) == ["one two three", "four five"]
    assert split_sentences("a" * 25, "en", 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_too_small_a_limit() -> None:
    with pytest.raises(InputError, match="max_chars=3"):
        split_sentences("Hello.", "en", 3)


FRAGMENTS = (
    'Hello_|_world|._|?_|!_|“|”|"|。|，|Mr._|e.g._|U.S._|3.14|\n\n|\n|\u0301|_-_|你好|Then_|।_'
)
TEXTS = st.lists(st.sampled_from([*FRAGMENTS.replace("_", " ").split("|"), "a" * 30]), max_size=40)


@settings(max_examples=300, deadline=None)
@given(
    TEXTS.map("".join) | st.text(max_size=60),
    st.sampled_from(["en", "zh", "th", "hi", "ar", "de", "ja", "fr"]),
    st.integers(10, 60),
)
def test_nothing_is_lost_and_every_piece_fits(text: str, language: str, limit: int) -> None:
    pieces = split_sentences(text, language, limit)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= limit for piece in pieces)
