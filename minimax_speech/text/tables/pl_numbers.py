"""Polish number words, their genders and cases."""

from dataclasses import dataclass

from minimax_speech.text.numbers import Noun
from minimax_speech.text.tables.slavic import SlavicReader, numbered


def counted(one: str, few: str, many: str, gender: str = "m", part: str = "") -> Noun:
    """1, 2 to 4, 5; part: of a part of it, as in 1,5."""
    return Noun.of(one, part or few, gender, few=few, many=many)


THOUSAND = counted("tysiąc", "tysiące", "tysięcy", part="tysiąca")
MILLION = counted("milion", "miliony", "milionów", part="miliona")
BILLION = counted("miliard", "miliardy", "miliardów", part="miliarda")
TRILLION = counted("bilion", "biliony", "bilionów", part="biliona")

_GENITIVES = (
    (r"^jeden$", "jednego"),
    (r"^jedna$", "jednej"),
    (r"(?<=tysi)ące?\b", "ęcy"),
    (r"^tysięcy\b", "tysiąca"),
    (r"(?<=milion)y\b|(?<=miliard)y\b", "ów"),
    (r"^(milion|miliard)\b", r"\1a"),
    (r"\bzero\b", "zera"),
    (r"\bdw(?:a|ie)\b", "dwóch"),
    (r"\b(trz|czter)y\b", r"\1ech"),
    (r"\b(pię|sześ|dziewię|dziesię)ć(?=\b|set)", r"\1ciu"),
    (r"\bsiedem(?=\b|set)", "siedmiu"),
    (r"\bosiem(?=\b|set)", "ośmiu"),
    (r"\bdwanaście\b", "dwunastu"),
    (r"naście\b", "nastu"),
    (r"\bdwadzieścia\b", "dwudziestu"),
    (r"dzieści\b", "dziestu"),
    (r"dziesiąt\b", "dziesięciu"),
    (r"\bsto\b", "stu"),
    (r"\bdwieście\b", "dwustu"),
    (r"(?<=trzy|tery)sta\b", "stu"),
)
_ENDINGS = {  # of "drugi", of "trzeci" and of all others
    "f": ("a", "ia", "a"),
    "n": ("ie", "ie", "e"),
    "ego": ("iego", "iego", "ego"),
    "ej": ("iej", "iej", "ej"),
    "ym": ("im", "im", "ym"),
    "ą": ("ą", "ią", "ą"),
    "ych": ("ich", "ich", "ych"),
}


@dataclass(frozen=True)
class _Reader(SlavicReader):
    """The form "hour" is an hour of the day: siedemnasta."""

    def cardinal(self, number: int, form: str = "") -> str:
        return self.ordinal(number, "f") if form == "hour" else super().cardinal(number, form)

    def year(self, number: int) -> str:
        return self.ordinal(number, "ego")


READER = _Reader(
    "pl",
    thousands=" ",
    point="przecinek",
    decimals_together=True,
    names=numbered(
        """
        zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście
        trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście
        """,
        """
        dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt
        osiemdziesiąt dziewięćdziesiąt
        """,
        "sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset",
        n1000="tysiąc",
        n1000000="milion",
        n1000000000="miliard",
        n1000000000000="bilion",
    ),
    scales={10**12: TRILLION, 10**9: BILLION, 10**6: MILLION, 1000: THOUSAND},
    ordinals=numbered(
        """
        zerowy pierwszy drugi trzeci czwarty piąty szósty siódmy ósmy dziewiąty dziesiąty
        jedenasty dwunasty trzynasty czternasty piętnasty szesnasty siedemnasty osiemnasty
        dziewiętnasty
        """,
        """
        dwudziesty trzydziesty czterdziesty pięćdziesiąty sześćdziesiąty siedemdziesiąty
        osiemdziesiąty dziewięćdziesiąty
        """,
        """
        setny dwusetny trzechsetny czterechsetny pięćsetny sześćsetny siedemsetny osiemsetny
        dziewięćsetny
        """,
        n1000="tysięczny",
        n2000="dwutysięczny",
        n3000="trzytysięczny",
        n1000000="milionowy",
        n1000000000="miliardowy",
        n1000000000000="bilionowy",
    ),
    declined=10,
    agreement={
        "f": ((r"^jeden$", "jedna"), (r"\bdwa$", "dwie")),
        "a": ((r"^jeden$", "jedna"),),  # jedna kawa, dwa okna
        "ę": ((r"^jeden$", "jedną"), (r"\bdwa$", "dwie")),
        "n": ((r"^jeden$", "jedno"),),
        "gen": _GENITIVES,
    },
    ordinal_agreement={
        form: (
            (r"(?<=drug)i\b", second),
            (r"(?<=trzec)i\b", third),
            (r"(?<!\btrz)(?<!\bczter)(?<!milion)(?<!miliard)y\b", hard),
        )
        for form, (second, third, hard) in _ENDINGS.items()
    },
)
