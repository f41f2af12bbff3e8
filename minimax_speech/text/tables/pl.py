"""The Polish table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, changed
from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, spaced, words
from minimax_speech.text.tables.pl_numbers import (
    BILLION,
    MILLION,
    READER,
    THOUSAND,
    TRILLION,
    counted,
)
from minimax_speech.text.tables.slavic import day_ranges, genitives, hours_after

_CLDR = cldr.spoken_forms(
    languages.get("pl"),
    gender="m",
    without="cal ha",
    f="length-mile length-foot mass-ounce mass-tonne duration- energy-kilowatt-hour energy-calorie "
    "energy-kilocalorie speed-mile concentr-part",
)


_GROSZ = counted("grosz", "grosze", "groszy")
_CENT = counted("cent", "centy", "centów", part="centa")
_ZLOTY = Currency(counted("złoty", "złote", "złotych", part="złotego"), _GROSZ)
_EURO = Currency(Noun.of("euro", gender="n"), _CENT)
_DOLLAR = Currency(counted("dolar", "dolary", "dolarów", part="dolara"), _CENT)
_POUND = Currency(
    counted("funt", "funty", "funtów", part="funta"),
    counted("pens", "pensy", "pensów", part="pensa"),
)
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("zł", "zł.", "PLN", "złoty", "złote", "złotych"), _ZLOTY),
    **dict.fromkeys(("gr", "gr.", "grosz", "grosze", "groszy"), Currency(_GROSZ)),
    **dict.fromkeys(("€", "EUR", "euro"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolar", "dolary", "dolarów"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(counted("jen", "jeny", "jenów", part="jena"))),
    **dict.fromkeys(("CHF",), Currency(counted("frank", "franki", "franków", part="franka"))),
    **dict.fromkeys(("CZK", "Kč"), Currency(counted("korona", "korony", "koron", "f"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("tys.", "tys", *THOUSAND.names), THOUSAND),
    **dict.fromkeys(("mln", "mln.", *MILLION.names), MILLION),
    **dict.fromkeys(("mld", "mld.", *BILLION.names), BILLION),
    **dict.fromkeys(("bln", *TRILLION.names), TRILLION),
}
_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(("ha",), counted("hektar", "hektary", "hektarów", part="hektara")),
    **dict.fromkeys(("godz.", "godz"), _CLDR.units["h"]),
    "min.": _CLDR.units["min"],
    "%": Noun.of("procent", gender="m"),
    "l/100 km": counted(
        "litr na sto kilometrów",
        "litry na sto kilometrów",
        "litrów na sto kilometrów",
        part="litra na sto kilometrów",
    ),
    "mm²": counted(
        "milimetr kwadratowy",
        "milimetry kwadratowe",
        "milimetrów kwadratowych",
        part="milimetra kwadratowego",
    ),
    "dB": counted("decybel", "decybele", "decybeli", part="decybela"),
    **dict.fromkeys(("szt.", "szt"), counted("sztuka", "sztuki", "sztuk", "f")),
    "os.": counted("osoba", "osoby", "osób", "f"),
}

_FUNCTION_WORDS = words("""
    i oraz lub albo a ale na za z ze w we do od o po u przy nad pod przed bez dla jest są był była
    było były to że się nie czy razy plus minus procent przecinek zero setnych kropka równa
""")
_PERSONS = words("""
    mężczyzn chłopców ludzi uczniów studentów pracowników żołnierzy zawodników graczy lekarzy
    nauczycieli policjantów mieszkańców pasażerów posłów senatorów kandydatów uczestników widzów
    klientów pacjentów synów braci mężów kolegów przyjaciół turystów Polaków Niemców sędziów
    strażaków ekspertów naukowców dziennikarzy kierowców rodziców piłkarzy
""")
_FEMININE = words("""
    osoby kobiety dziewczyny dziewczynki godziny minuty sekundy książki strony noce kawy herbaty
    szklanki butelki łyżki łyżeczki rzeczy części córki siostry sprawy drogi bramki klasy grupy
    ulice tony korony firmy szkoły gwiazdki prace paczki torby ręce nogi rodziny kategorie
    możliwości wiadomości odpowiedzi opowieści powieści nagrody płyty rundy próby zmiany dekady
    bluzki koszule kanapki sztuki mile stopy doby połowy dłonie linie serie partie kopie żony mamy
    noc rzecz część wieś
""")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if following in _PERSONS:
        return "gen"
    if word in _FEMININE or word.endswith(("cje", "sje", "zje", "ości", "nice", "ówki", "ość")):
        return "f"
    if word.endswith("a"):
        return "a"
    if word.endswith("ę"):
        return "ę"
    return "n" if word.endswith(("o", "e", "um")) else ""


_MONTH_CASES = (
    r"stycz(?:eń|nia|niu)|lut(?:y|ego|ym)|mar(?:zec|ca|cu)|kwie(?:cień|tnia|tniu)|maj[au]?|"
    r"czerw(?:iec|ca|cu)|lip(?:iec|ca|cu)|sierp(?:ień|nia|niu)|wrze(?:sień|śnia|śniu)|"
    r"październik[au]?|listopad(?:a|zie)?|grud(?:zień|nia|niu)"
)
_YEAR = r"(1\d{3}|2[01]\d\d)"
_BEFORE_YEAR = {"w": "ym", "we": "ym", "po": "ym"}


def _years(text: str) -> str:
    """W 1984 roku, rok 2025, kwiecień 2025, w latach 80.: years are ordinals."""

    def marked(match: re.Match[str]) -> str:
        lead, year, mark = match.groups()
        form = "" if mark == "rok" else _BEFORE_YEAR.get((lead or "").lower(), "ego")
        return f"{lead + ' ' if lead else ''}{READER.ordinal(int(year), form)} {mark}"

    def led(match: re.Match[str]) -> str:
        lead = match[1].lower()
        form = "ym" if lead in ("w roku", "w") else "" if lead == "rok" else "ego"
        return f"{match[1]} {READER.ordinal(int(match[2]), form)}"

    text = re.sub(r"(\d{1,2}[.-]\d{1,2}[.-]\d{4}) roku\b", r"\1", text)
    text = compiled(r"(?:\b([^\W\d_]+) )?(?<![\w.,:/-])(\d{1,4}) (roku|rok)(?!\w)").sub(
        marked, text
    )
    months = rf"\b({_MONTH_CASES}) {_YEAR}(?![\w:/-]|[.,]\d)"
    before_month = compiled(r"\d\.? $")
    text = compiled(months).sub(
        lambda match: (
            match[0]
            if before_month.search(match.string[: match.start()])
            else f"{match[1]} {READER.ordinal(int(match[2]), 'ego')}"
        ),
        text,
    )
    text = compiled(rf"\b((?i:w roku|roku|rok)) {_YEAR}(?![\w:/-]|[.,]\d)").sub(led, text)
    return re.sub(
        r"\b((?i:lat(a|ach)?)) ([2-9]0)\.(?=( ?))",
        lambda match: (
            f"{match[1]} {READER.ordinal(int(match[3]), 'n' if match[2] == 'a' else 'ych')}"
            + ("." if not match.string[match.end() :].strip() else "")
        ),
        text,
    )


_JOINED = (
    (r"\bjed(?:en|nego)$", "jedno"),
    (r"\bdwóch$", "dwu"),
    (r"\btrzech$", "trzy"),
    (r"\bczterech$", "cztero"),
    (r"(?<!\bst)(?<!\bdw)u\b", "o"),
    (" ", ""),
)


def _compounds(text: str) -> str:
    """25-letni, 3-pokojowe, 70-lecie: one word."""
    return re.sub(
        r"(?<![\w.,-])([1-9]\d?|100)-(?=[^\W\d_A-Z]{4})",
        lambda match: changed(READER.cardinal(int(match[1]), "gen"), _JOINED),
        text,
    )


def _ranges(text: str) -> str:
    """5-10 km: the second number is in the genitive."""
    return re.sub(
        r"(?<![\w.,:/+-])(?<!\d )([1-9]\d{0,2}(?:\.\d)?)( ?%)?-"
        r"(?=[1-9]\d{0,3}(?:\.\d)?(?![\d:/-]))",
        r"\1\2 do ",
        text,
    )


_REPAIRS = (
    (r"(\bdo (?:ponied|wt|czw|pi)[a-zą]*)ek\b", r"\1ku"),
    (r"(\bdo )środa\b", r"\1środy"),
    (r"(\bdo )sobota\b", r"\1soboty"),
    (r"(\bdo )niedziela\b", r"\1niedzieli"),
    (r"(\b[Ww] (?:drug|trzec))iego(?= wieku\b)", r"\1im"),
    (r"(\b[Ww] (?:dwudziest)?\w+)ego(?= wieku\b)", r"\1ym"),
    (r"(\b[Ww] dwudziest)ego (\w+)ego(?= wieku\b)", r"\1ym \2ym"),
)
_NOUNS = {**_UNITS, **_MAGNITUDES}
_GENITIVE_AFTER = words("do od około bez powyżej poniżej spośród oprócz zamiast wśród blisko")
_FEW = compiled(
    rf"(?<!\w)((?i:{any_of(_GENITIVE_AFTER)}) )?(?<![\w.,:/+-])(?<!\d )([1-9]\d?)-([2-9]?[2-4])"
    rf"(?! (?:{any_of((*_NOUNS, *_CURRENCIES, *_FUNCTION_WORDS))})(?!\w))"
    r"(?= ([^\W\d_]{2,}[aeiy])(?<!mi)(?!\w))"
)


def _few(text: str) -> str:
    """3-4 osoby: a noun in the nominative agrees with both numbers, and leaves no room for "do"."""

    def agreeing(match: re.Match[str]) -> str:
        genitive, first, second, noun = match.groups()
        if genitive:
            return match[0]
        form = _agreement(noun) or ""
        return "-".join(READER.cardinal(int(number), form) for number in (first, second))

    return _FEW.sub(agreeing, text)


_FEMININE_NAMES = "Elżbieta Katarzyna Maria Anna Izabela Krystyna Małgorzata"
_KINGS = """
    Jan Zygmunt Władysław Stanisław August Kazimierz Bolesław Mieszko Karol Ludwik Filip Henryk
    Fryderyk Wilhelm Aleksander Mikołaj Piotr Paweł Pius Benedykt Grzegorz Leon Napoleon Franciszek
    Józef Ferdynand Leopold Jerzy Edward Ryszard Jakub Ramzes Gustaw Leszek Przemysł Otton Iwan
    Innocenty Klemens Urban Albert Harald
"""
_KINGS_GENITIVE = """
    Jana Zygmunta Władysława Stanisława Augusta Kazimierza Bolesława Karola Ludwika Filipa Henryka
    Fryderyka Wilhelma Aleksandra Mikołaja Piotra Pawła Piusa Benedykta Grzegorza Leona Napoleona
    Franciszka Józefa Jerzego Edwarda Ryszarda Jakuba Mieszka
"""

FORMS = replace(
    _CLDR,
    reader=READER,
    rules=(
        day_ranges(READER, "do", _CLDR.months, "ego"),
        _years,
        _compounds,
        hours_after(
            READER, words("o od do po około przed"), words("godzinie godziny"), "ej", "zero"
        ),
        _few,
        _ranges,
        genitives(READER, _GENITIVE_AFTER, _NOUNS, _CURRENCIES, _CLDR.months),
    ),
    agrees_with=_agreement,
    repairs=_REPAIRS,
    minus="minus",
    to="do",
    over="przez",
    out_of="na",
    per="na",
    by="na",
    times="razy",
    about="około",
    power="do potęgi",
    squared=("do kwadratu", "do sześcianu"),
    operators={">": "większe niż", "<": "mniejsze niż"},
    hash_number="numer",
    denominators={
        2: Noun("{} drugie", one="jedna druga", gender="m"),
        3: Noun("{} trzecie", one="jedna trzecia", gender="f"),
        **{
            bottom: Noun(f"{{}} {stem}ych", one=f"jedna {stem}a", few=f"{{}} {stem}e", gender="f")
            for bottom, stem in enumerate(
                ("czwart", "piąt", "szóst", "siódm", "ósm", "dziewiąt", "dziesiąt"), 4
            )
        },
    },
    mixed="{whole} i {part}",
    mixed_half="{whole} i pół",
    ordinal_suffixes=by_form(ego="-ego -go", ej="-ej", ym="-ym", f="-a", n="-e", ych="-ych"),
    ordinal_before=by_form(
        f="klasa wojna edycja rocznica rata część strona liga runda połowa godzina minuta pozycja",
        n="miejsce piętro wydanie urodziny lata stulecie spotkanie",
        ej="klasy wojny edycji rocznicy klasie wojnie części połowie połowy minucie lidze ligi "
        "rundy rundzie minuty",
        ego="miejsca piętra wieku roku wydania dnia stulecia",
        ym="miejscu piętrze wydaniu dniu stuleciu",
        ą="klasę wojnę edycję rocznicę rundę część pozycję",
        ych="urodzin urodzinach",
    )
    | {"wiek": "", "dzień": "", "rozdział": "", "tom": "", "maja": "ego"},
    currencies=_CURRENCIES,
    price="{units} {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h na godzinę, godz na godzinę, godzinę na godzinę, dzień dziennie, dobę na dobę,
        mies miesięcznie, miesiąc na miesiąc, rok na rok, os za osobę, osobę za osobę,
        szt za sztukę, noc za noc, kg za kilogram,
        m² za metr kwadratowy, l na litr, tydzień na tydzień
    """),
    date="{day} {month} {year} roku",
    day_month="{day} {month}",
    day_form="ego",
    date_leads=words("dnia do od dniu z"),
    year_marks=words("roku"),
    hours=Noun("{}", gender="hour"),
    clock="{hours} {minute}",
    whole_hour="{hours}",
    low_minute="zero {minute}",
    clock_leads=words("o godzina godzinie godziny"),
    phone_leads=words("tel. tel Tel. Tel telefon Telefon telefonu numer Numer fax kom. komórka"),
    version_point="kropka",
    phrases={
        "24/7": "dwadzieścia cztery na siedem",
        "50/50": "pół na pół",
        "i/lub": "i lub",
        "C#": "C sharp",
        "o godz.": "o godzinie",
        "po godz.": "po godzinie",
        "do godz.": "do godziny",
        "od godz.": "od godziny",
    },
    titles=pairs("św. święty, Św. Święty, p. pan, os. osiedle"),
    leading=spaced(
        pairs("""
            np. na przykład, Np. Na przykład, tj. to jest, tzn. to znaczy, Tzn. To znaczy,
            tzw. tak zwany, m.in. między innymi, ok. około, Ok. Około, dr. doktora,
            prof. profesor, Prof. Profesor, mgr. magistra, inż. inżynier, gen. generał,
            płk. pułkownika, ks. ksiądz, bp. biskupa, abp. arcybiskupa, ul. ulica, Ul. Ulica,
            al. aleja, Al. Aleja, pl. plac, woj. województwo, tel. telefon,
            Tel. Telefon, ds. do spraw, im. imienia, red. redaktor, wg. według,
            ww. wyżej wymieniony, zob. zobacz, por. porównaj, max. maksymalnie, maks. maksymalnie,
            ew. ewentualnie, ur. urodzony, zm. zmarły,
            śp. świętej pamięci, hab. habilitowany, lek. lekarz, adw. adwokat, sp. spółka
        """)
    )
    | pairs("dr doktor, Dr Doktor, mgr magister, wg według, płk pułkownik, nr numer, Nr Numer"),
    abbreviations=spaced(
        pairs("""
            itd. i tak dalej, itp. i tym podobne, p.n.e. przed naszą erą, n.e. naszej ery,
            r. roku, w. wieku, S.A. spółka akcyjna, o.o. ograniczoną odpowiedzialnością
        """)
    ),
    before_number=pairs("""
        nr numer, Nr Numer, s strona, str strona, Str Strona, art artykuł, Art Artykuł, ust ustęp,
        pkt punkt, rozdz rozdział, t tom, rys rysunek, godz godzina, Godz Godzina, m mieszkanie,
        poz pozycja
    """),
    sentence_openers=words("""
        A I Ale Albo Bo Był Była Było Byli Chyba Czy Co Ci Dla Do Dlaczego Dziś Gdy Gdzie Ile Ja Jak
        Jaki Jeśli Jest Już Kiedy Kto Który Mam Może My Na Nad Nie Nikt No O Od On Ona One Oni Ono
        Po Pod Potem Proszę Przed Przy Są Sam Się Ta Tak Tam Te Ten Teraz To Tu Ty Tylko W We Wtedy
        Wy Wszyscy Wszystko Z Za Ze Że Żeby Jednak Także Również Dzisiaj Wczoraj Jutro
    """),
    regnal={"": "{ordinal}", "f": "{ordinal}", "ego": "{ordinal}", "ej": "{ordinal}"},
    regnal_names=by_form(f=_FEMININE_NAMES, ego=_KINGS_GENITIVE, ej="Elżbiety Katarzyny")
    | dict.fromkeys(_KINGS.split(), ""),
    regnal_follows=words("i był była w z oraz został wielki"),
    parts=words("Rozdział rozdział Tom tom Część część Akt Faza Typ"),
    part_follows=words("i w z to jest"),
    roman_before={
        **by_form(
            f="wojna edycja liga klasa część Rzeczpospolita",
            ej="wojny wojnie edycji ligi klasy lidze klasie części Rzeczpospolitej Rzeszy",
            ego="wieku tysiąclecia stulecia",
            n="tysiąclecie stulecie Liceum miejsce piętro",
            ą="wojnę Rzeczpospolitą ligę",
            ych="wieków",
        ),
        **dict.fromkeys(words("wiek Kongres tom akt rozdział Zjazd etap Sejm"), ""),
    },
    kept="ąćęłńóśźżĄĆĘŁŃÓŚŹŻéèêëáàâäöüíúçñßšžčřěýÉÁÖÜŠŽČ",
    letter_words=words("""
        OK PAN NIK ZUS NATO UNICEF PIN SIM ZIP GIF RAM MEN TAK NIE JA TY ON ONA ONI WY MY TO TA TEN
        CO KTO JAK GDY CZY ALE LUB DLA DO NA PO ZA ZE WE OD BEZ POD NAD SĄ JEST BYŁ NOWY DOM RAZ
        DZIŚ KIM GUS KUL PESEL
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYĄĘÓ",
    acronym_plural="",
    vowels="aeiouyąęó",
    unvowelled=words("hm hmm mm mmm pst psst ćśś ćśśś śśś brr grr"),
    symbols=pairs("""
        & i, @ małpa, + plus, = równa się, % procent, ‰ promil, # hasztag, / ukośnik, × razy,
        ÷ podzielić przez, − minus, ± plus minus, √ pierwiastek z, ∞ nieskończoność, ≈ około,
        ≠ nie równa się, ≤ mniejsze lub równe, ≥ większe lub równe, ° stopni, € euro, £ funtów,
        $ dolarów, ¥ jenów, § paragraf, © copyright
    """),
    web=pairs(r"""
        . kropka, / ukośnik, \ ukośnik wsteczny, ~ tylda, - myślnik, _ podkreślenie, @ małpa,
        : dwukropek, & i, + plus, # hasztag, % procent
    """),
)
