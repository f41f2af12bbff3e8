"""Croatian number words, their genders and cases, and the stops of ordinals."""

import re
from dataclasses import dataclass

from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import LOWER, any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import by_form, series, words
from minimax_speech.text.tables.slavic import SlavicReader, numbered

_MONTHS = series("""
    siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga
    studenog prosinca
""")


def counted(one: str, few: str, many: str, gender: str = "m") -> Noun:
    """1, 2 to 4, 5."""
    return Noun.of(one, many, gender, few=few)


THOUSAND = counted("tisuća", "tisuće", "tisuća", "f")
MILLION = counted("milijun", "milijuna", "milijuna")
BILLION = counted("milijarda", "milijarde", "milijardi", "f")
TRILLION = counted("bilijun", "bilijuna", "bilijuna")

_ENDINGS = {  # of "treći" and of all others
    "f": ("a", "a"),
    "n": ("e", "o"),
    "e": ("e", "e"),  # the genitive of the feminine
    "og": ("eg", "og"),
    "om": ("em", "om"),
    "oj": ("oj", "oj"),
    "u": ("u", "u"),
    "with-f": ("om", "om"),
    "im": ("im", "im"),
    "ih": ("ih", "ih"),
}


@dataclass(frozen=True)
class _Reader(SlavicReader):
    """Years are ordinals, in the genitive of "godina"."""

    def year(self, number: int) -> str:
        return self.ordinal(number, "e")


READER = _Reader(
    "hr",
    thousands=".",
    point="zarez",
    decimals_together=True,
    names=numbered(
        """
        nula jedan dva tri četiri pet šest sedam osam devet deset jedanaest dvanaest trinaest
        četrnaest petnaest šesnaest sedamnaest osamnaest devetnaest
        """,
        "dvadeset trideset četrdeset pedeset šezdeset sedamdeset osamdeset devedeset",
        "sto dvjesto tristo četiristo petsto šeststo sedamsto osamsto devetsto",
        n1000="tisuću",
        n1000000="milijun",
        n1000000000="milijarda",
        n1000000000000="bilijun",
    ),
    scales={10**12: TRILLION, 10**9: BILLION, 10**6: MILLION, 1000: THOUSAND},
    ordinals=numbered(
        """
        nulti prvi drugi treći četvrti peti šesti sedmi osmi deveti deseti jedanaesti dvanaesti
        trinaesti četrnaesti petnaesti šesnaesti sedamnaesti osamnaesti devetnaesti
        """,
        """
        dvadeseti trideseti četrdeseti pedeseti šezdeseti sedamdeseti osamdeseti devedeseti
        """,
        "stoti dvjestoti tristoti četiristoti petstoti šeststoti sedamstoti osamstoti devetstoti",
        n1000="tisućiti",
        n2000="dvijetisućiti",
        n3000="tritisućiti",
        n1000000="milijunti",
        n1000000000="milijarditi",
        n1000000000000="bilijunti",
    ),
    agreement={
        "m": (),
        "f": ((r"\bjedan$", "jedna"), (r"\bdva$", "dvije")),
        "n": ((r"\bjedan$", "jedno"),),
        "a": ((r"\bjedan$", "jedna"),),  # jedna kuća, dva stola
        "e": ((r"\bjedan$", "jedno"), (r"\bdva$", "dvije")),  # jedno more, dvije kuće
        "u": ((r"\bjedan$", "jednu"),),
        "gen": ((r"\bjedan$", "jednog"),),
        "gen-f": ((r"\bjedan$", "jedne"),),
    },
    ordinal_agreement={
        form: ((r"(?<=treć)i$", soft), (r"i$", hard)) for form, (soft, hard) in _ENDINGS.items()
    },
)

_FUNCTION_WORDS = words("""
    i ili a ali te pa ni niti na u uz za od do iz s sa o po pri prema kod kroz bez između je su bio
    bila bilo bile bili će se da ne što kako kada gdje koji koja koje puta plus minus posto zarez
    prije poslije nakon oko više manje već još samo jednako najviše točka
""")
_FEMININE = words("stvar riječ noć ljubav kost pamet bolest vijest obitelj kći smrt sol peć večer")


def agreement(following: str) -> str | None:
    """A guess at the form of a number by the ending of the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _FEMININE or word.endswith(("ost", "i")):
        return "f"
    return {"a": "a", "e": "e", "o": "n", "u": "u"}.get(word[-1], "")


_FEMININE_STEMS = tuple(
    series("""
        godin minut sekund sezon lig rund knjig epizod obljetnic klas grup stranic točk faz brigad
        divizij dionic utakmic etap pozicij generacij serij sjednic skupin naklad razin zon linij
        nagrad simfonij polovic trećin četvrtin armij vlad sesij izmjen smjen
    """)
)
_OF_FEMININES = {"a": "f", "e": "e", "i": "oj", "u": "u", "om": "with-f"}
_OF_OTHERS = {
    **dict.fromkeys(("ska", "čka", "ška"), "f"),
    **dict.fromkeys(("ske", "čke", "ške"), "e"),
    **dict.fromkeys(("skom", "čkom", "škom", "nom"), "om"),
    **dict.fromkeys(("og", "eg", "ga"), "og"),
    "oj": "oj",
    "ih": "ih",
    **dict.fromkeys(("o", "nje", "lje", "će", "šte", "jeme"), "n"),
    "e": "e",
    "a": "og",
    "u": "om",
    **dict.fromkeys(("om", "em", "im"), "im"),
}
ORDINAL_BEFORE = {
    **by_form(
        n="mjesto kolo poluvrijeme stoljeće izdanje poglavlje",
        f="godina obljetnica liga sezona epizoda minuta",
    ),
    **dict.fromkeys(series("rođendan kat razred dan put korak dio tjedan"), ""),
}
"""Words after an ordinal that may begin a text: 3. mjesto; else it is an item of a list."""


def thousands(text: str) -> str:
    """21 000: parted by one space."""
    return re.sub(r"(?<![\d.,+/-])(?<!\d )([1-9]\d{0,2}) (\d{3})(?!\d| \d)", r"\1\2", text)


def _ordinal_form(word: str) -> str:
    """A guess at the form of an ordinal before a word in lower case."""
    if word in _MONTHS:
        return "og"
    if word in _FUNCTION_WORDS:
        return ""
    stem = next((stem for stem in _FEMININE_STEMS if word.startswith(stem)), None)
    if stem and word[len(stem) :] in _OF_FEMININES:
        return _OF_FEMININES[word[len(stem) :]]
    return next((form for ending, form in _OF_OTHERS.items() if word.endswith(ending)), "")


def ordinals(text: str) -> str:
    """U 5. razredu, 3. i 4. mjesto, od 1. do 5. svibnja."""
    small = rf"[{LOWER}]+"
    pattern = compiled(
        rf"(?<![\w.,:/])(\d{{1,3}})\.(?! (?:{any_of(_MONTHS)})\b)"
        rf"(?= (?:(?:i|ili|do|te|pa) \d{{1,3}}\. )?({small})(?!\w))"
    )

    def say(match: re.Match[str]) -> str:
        known = match[2] in ORDINAL_BEFORE or match[2].startswith(_FEMININE_STEMS)
        if not (match.start() or known):
            return match[0]  # an item of a list
        return READER.ordinal(int(match[1]), _ordinal_form(match[2]))

    return pattern.sub(say, text)


_MONTH_CASES = (
    r"siječ(?:anj|nja|nju)|veljač[aeiu]|ožuj(?:ak|ka|ku)|trav(?:anj|nja|nju)|svib(?:anj|nja|nju)|"
    r"lip(?:anj|nja|nju)|srp(?:anj|nja|nju)|kolovoz[au]?|ruj(?:an|na|nu)|listopad[au]?|"
    r"studen(?:i|oga?|ome?|omu)|prosin(?:ac|ca|cu)"
)
_BEFORE_YEAR = {"u": "oj", "o": "oj", "po": "oj", "za": "u", "godina": "f", "godini": "oj"}
# Words before a year that ends a sentence.
_SURELY_YEAR = compiled(
    r"(?i)(?<!\w)(?:godin[aei]|od|do|iz|prije|poslije|nakon|oko|krajem|početkom|sredinom|tijekom|u|o|"
    r"po|za|rođen[aio]?(?: je| su)?|um(?:ro|rla|rli)(?: je| su)?|poginu[olai]+(?: je| su)?|"
    r"osnovan[aio]?(?: je| su)?) $"
)
_YEAR_NAMES = {"godina": "f", "godine": "e", "godini": "oj", "godinu": "u", "godinom": "with-f"}


def years(text: str) -> str:
    """2025. godine, u 1984. godini, od 1941. do 1945., travanj 2025.: a stop ends no sentence."""
    year = r"(1\d{3}|2[01]\d\d)"
    goes_on = rf"(?= [{LOWER}(]|[,;:)\"])"
    day = r"\d{1,2}\. ?"
    text = compiled(rf"(?<![\w.,])({day}(?:{day}|(?:{any_of(_MONTHS)}) )\d{{4}})\.{goes_on}").sub(
        r"\1", text
    )

    def marked(match: re.Match[str]) -> str:
        name = match[2] or "godine"
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return f"{READER.ordinal(int(match[1]), _YEAR_NAMES[name])} {name}{stop}"

    def led(match: re.Match[str]) -> str:
        lead, number, stop = match.groups()
        if stop and not _SURELY_YEAR.search(match.string[: match.end(1) + 1] if lead else ""):
            return match[0]
        form = _BEFORE_YEAR.get((lead or "").lower(), "e")
        return f"{lead + ' ' if lead else ''}{READER.ordinal(int(number), form)}{stop or ''}"

    def ranged(match: re.Match[str]) -> str:
        return f"{READER.year(int(match[1]))} do {READER.year(int(match[2]))}"

    apart = r"(?<![\w.,:/-])"
    text = compiled(rf"{apart}{year}\. ?- ?{year}\.?(?=$|[ ,;:)])").sub(ranged, text)
    text = compiled(rf"{apart}{year}\.? ?(?:({any_of(_YEAR_NAMES)})(?!\w)|(?:g|god)\.)").sub(
        marked, text
    )
    text = compiled(rf"(?<!\d )(?<!\d\. )\b((?i:{_MONTH_CASES})) {year}(?:\.{goes_on}|(?!\w))").sub(
        lambda match: f"{match[1]} {READER.year(int(match[2]))}", text
    )
    return compiled(
        rf"(?:\b([^\W\d_]+) )?{apart}{year}(?:\.{goes_on}|(\.)(?= [^{LOWER}]|[\")]*$))"
    ).sub(led, text)
