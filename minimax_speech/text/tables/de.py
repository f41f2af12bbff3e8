"""The German table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("de"),
    gender="m",  # and neuter: "ein"
    f="duration- length-mile mass-tonne mass-ounce energy-kilowatt-hour energy-calorie "
    "energy-kilocalorie power-horsepower",
)

_EURO = Currency(Noun.of("Euro", "Euro", "m"), Noun.of("Cent", "Cent", "m"))
_DOLLAR = Currency(Noun.of("Dollar", "Dollar", "m"), Noun.of("Cent", "Cent", "m"))
_POUND = Currency(Noun.of("Pfund", "Pfund", "m"), Noun.of("Penny", "Pence", "m"))
_FRANC = Currency(Noun.of("Franken", "Franken", "m"), Noun.of("Rappen", "Rappen", "m"))
_MAGNITUDES = {
    **dict.fromkeys(("Tsd.", "Tsd"), Noun("{}tausend", gender="m")),
    **dict.fromkeys(("Mio.", "Mio", "Million", "Millionen"), Noun.of("Million", "Millionen", "f")),
    **dict.fromkeys(
        ("Mrd.", "Mrd", "Milliarde", "Milliarden"), Noun.of("Milliarde", "Milliarden", "f")
    ),
    **dict.fromkeys(("Bio.", "Billion", "Billionen"), Noun.of("Billion", "Billionen", "f")),
}

_OPENERS = words("""
    Der Die Das Ein Eine Einer Er Sie Es Wir Ihr Ich Du Man Und Aber Oder Denn Doch Dann Da Dies
    Diese Dieser Dieses Wenn Als Im In Am An Auf Bei Mit Nach Von Vor Zu Zum Was Wer Wie Wo Warum
    So Nein Ja Mein Sein Unser Nicht Nur Auch Noch Schon Jetzt Hier Dort Alle Viele Bitte Heute
    Danach Damit Dazu Dabei Seit Trotz Für Ab Bis
""")

_FEMININE = ("ung", "heit", "keit", "schaft", "ion", "tät", "ik", "e")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if not following[0].isupper() or following in _OPENERS:
        return None
    return "f" if following.endswith(_FEMININE) else "m"


def _streets(text: str) -> str:
    """Hauptstr. 5."""
    return re.sub(r"(?<=[a-zäöüß])str\.(?= \d)", "straße", text)


_OBLIQUE = (
    "am vom zum im beim ab bis seit zur dem den des einem einen eines einer diesem diesen jedem "
    "jeden seinem seinen ihrem ihren unserem"
)
_BEFORE_DER = "an auf aus bei in mit nach neben seit unter von vor während zu zwischen"

FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        point="Komma",
        years=True,
        agreement={"m": ((r"eins$", "ein"),), "f": ((r"eins$", "eine"),)},
        # der dritte, am dritten, ein dritter, ein drittes
        ordinal_agreement={"n": (("$", "n"),), "r": (("$", "r"),), "s": (("$", "s"),)},
    ),
    rules=(_streets,),
    agrees_with=_gender,
    minus="minus",
    to="bis",
    ratio="zu",
    over="durch",
    out_of="von",
    per="pro",
    by="mal",
    times="mal",
    about="etwa",
    power="hoch",
    squared=("zum Quadrat", "hoch drei"),
    operators={">": "größer als", "<": "kleiner als"},
    hash_number="Nummer",
    denominators=parts(
        """
        2 halb Halbe, 3 Drittel, 4 Viertel, 5 Fünftel, 6 Sechstel, 7 Siebtel, 8 Achtel, 9 Neuntel,
        10 Zehntel
    """,
        "m",
    ),
    mixed_half="{whole}einhalb",
    ordinal_after={
        **dict.fromkeys(_OBLIQUE.split(), "n"),
        **{f"{word} der": "n" for word in _BEFORE_DER.split()},
        **by_form(e="der die das diese dieser dieses jede eine seine ihre meine unsere"),
    },
    ordinal_before=by_form(
        r="Platz Tag Stock Geburtstag Teil Band Akt Satz Weltkrieg Versuch Spieltag Bezirk Monat "
        "Schritt Rang Jahrestag Hochzeitstag",
        s="Jahrhundert Kapitel Mal Jahr Semester Quartal Halbjahr Lebensjahr Stockwerk",
        e="Auflage Klasse Etage Runde Liga Bundesliga Minute Stunde Woche Folge Staffel Reihe "
        "Symphonie Sinfonie Ausgabe Person",
    ),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "Euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "Dollar"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        **dict.fromkeys(("CHF", "SFr.", "Franken"), _FRANC),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("Yen", "Yen", "m"))),
        "ct": Currency(Noun.of("Cent", "Cent", "m")),
    },
    price="{units} {number}",
    magnitudes={**_MAGNITUDES, "k": Noun("{}tausend", gender="m")},
    bare_magnitudes=("k", *_MAGNITUDES),
    units={
        **_CLDR.units,
        "PS": Noun("{} P S", gender="m"),
        "mm²": Noun("{} Quadratmillimeter", gender="m"),
        "Wh": Noun.of("Wattstunde", "Wattstunden", "f"),
        "dB": Noun("{} Dezibel", gender="m"),
    },
    rates={
        name: f"pro {full}"
        for name, full in pairs("""
            Sekunde Sekunde, Minute Minute, Stunde Stunde, Std Stunde, Tag Tag, Woche Woche,
            Monat Monat, Jahr Jahr, Pers Person
        """).items()
    },
    feet_inches=(Noun("{} Fuß"), Noun("{} Zoll")),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="r",
    date_leads=words("am vom zum"),
    decades=("er", (("", "er"),)),
    hours=Noun("{} Uhr", gender="m"),
    clock="{hours} {minute}",
    whole_hour="{hours}",
    clock_marks=words("Uhr"),
    clock_leads=words("um"),
    phone_leads=words("Tel. Tel Telefon Telefonnummer Nummer Rufnummer Fax Hotline"),
    version_point="Punkt",
    phrases={
        "24/7": "vierundzwanzig sieben",
        "50/50": "fünfzig-fünfzig",
        "und/oder": "und oder",
        "C#": "C sharp",
    },
    titles={"Fr.": "Frau", "Hl.": "Heilige"},
    leading=spaced(
        pairs("""
        z.B. zum Beispiel, d.h. das heißt, u.a. unter anderem, i.d.R. in der Regel, z.T. zum
        Teil, z.Zt. zurzeit, s.o. siehe oben, s.u. siehe unten, u.U. unter Umständen, v.a.
        vor allem, o.g. oben genannte, i.A. im Auftrag, m.E. meines Erachtens, bzw.
        beziehungsweise, ca. circa, Dr. Doktor, Prof. Professor, Hr. Herr, Hrn. Herrn, St.
        Sankt, Dipl. Diplom, Ing. Ingenieur, evtl. eventuell, ggf. gegebenenfalls, inkl.
        inklusive, exkl. exklusive, vgl. vergleiche, geb. geboren, gest. gestorben, max.
        maximal, min. minimal, mind. mindestens, zzgl. zuzüglich, sog. sogenannte, insb.
        insbesondere, Tel. Telefon, Abt. Abteilung, Hbf. Hauptbahnhof, vs. gegen, bspw.
        beispielsweise, einschl. einschließlich, entspr. entsprechend, gem. gemäß
        """)
    ),
    abbreviations=spaced(
        pairs("""
        u.s.w. und so weiter, u.ä. und Ähnliches, u.Ä. und Ähnliches, o.ä. oder Ähnliches,
        o.Ä. oder Ähnliches, v.Chr. vor Christus, n.Chr. nach Christus, e.V. eingetragener
        Verein, a.D. außer Dienst, n.a. nicht angegeben, usw. und so weiter, usf. und so
        fort, etc. et cetera, Jh. Jahrhundert, Jhd. Jahrhundert, Str. Straße, Hbf
        Hauptbahnhof, jun. junior, sen. senior
        """)
    ),
    before_number=pairs("""
        Nr Nummer, Nrn Nummern, S Seite, Bd Band, Kap Kapitel, Abb Abbildung, Abs Absatz,
        Art Artikel, Tab Tabelle, Ziff Ziffer, Aufl Auflage, Jg Jahrgang
    """),
    sentence_openers=_OPENERS,
    regnal={"m": "der {ordinal}", "f": "die {ordinal}"},
    regnal_names=by_form(
        m="Ludwig Friedrich Wilhelm Heinrich Karl Otto Konrad Leopold Franz Maximilian Johannes "
        "Paul Pius Benedikt Gregor Leo Alexander Philipp Georg Eduard Jakob Richard Ferdinand "
        "Albert Christian Gustav Napoleon Peter Iwan Nikolaus Franziskus Josef Joseph August "
        "Ramses Harald Charles",
        f="Elisabeth Katharina Maria Anna Margarethe Isabella Christina",
    ),
    regnal_follows=words("von in und war ist hat der aus wurde starb"),
    parts=words("Kapitel Teil Akt Band Klasse Stufe Phase Typ Buch Hartz Abschnitt"),
    part_follows=words("der des von und oder in ist war"),
    roman_before=by_form(r="Weltkrieg Akt Band Teil", s="Jahrhundert Kapitel"),
    kept="äöüÄÖÜßéèêëáàâîïíóôúûçñÉÈÇ",
    letter_words=words("""
        OK UNO TÜV DAX PIN SIM ZIP GIF RAM UFO ICH DU ER SIE ES WIR IHR UND DER DIE DAS DEM DEN
        DES EIN IST SIND IN IM AM AN AB AUF AUS BEI BIS FÜR MIT VON VOR ZU ZUM ZUR NEU JA WAS WER
        WIE WO NUR GUT SO DA
    """),
    spelt_words=words("ADAC HTTPS ISBN USDT UEFA IEEE"),
    capital_vowels="AEIOUYÄÖÜ",
    vowels="aeiouyäöüéèêáàâôîœæ",
    unvowelled=words("hm hmm mhm pst psst sch schh brr grr tsts"),
    symbols=pairs("""
        & und, @ at, + plus, = gleich, % Prozent, ‰ Promille, # Hashtag, / Schrägstrich, ×
        mal, ÷ geteilt durch, − minus, ± plus minus, √ Wurzel aus, ∞ unendlich, ≈ ungefähr,
        ≠ ungleich, ≤ kleiner oder gleich, ≥ größer oder gleich, ° Grad, € Euro, £ Pfund, $
        Dollar, ¥ Yen, §§ Paragrafen, § Paragraf, © Copyright
    """),
    web=pairs(r"""
        . Punkt, / Slash, \ Backslash, ~ Tilde, - Minus, _ Unterstrich, @ at, : Doppelpunkt, & und,
        + plus, # Raute, % Prozent
    """),
)
