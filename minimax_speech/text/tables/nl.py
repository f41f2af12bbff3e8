"""The Dutch table of spoken forms."""

from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(languages.get("nl"))

_CENT = Noun.of("cent")
_EURO = Currency(Noun.of("euro"), _CENT)
_DOLLAR = Currency(Noun.of("dollar"), _CENT)
_POUND = Currency(Noun.of("pond"), Noun.of("penny", "pence"))

_MAGNITUDES = {
    **dict.fromkeys(("mln", "mln.", "miljoen"), Noun.of("miljoen", gender="a")),
    **dict.fromkeys(("mld", "mld.", "mrd", "miljard"), Noun.of("miljard", gender="a")),
}

FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        point="komma",
        decimals_together=True,
        years=True,
        repairs=((r" honderd", "honderd"),),
        agreement={"a": ((r"^één$", "een"),)},  # the article, not the number
    ),
    minus="min",
    to="tot",
    ratio="op",
    over="gedeeld door",
    out_of="van de",
    per="per",
    by="bij",
    times="keer",
    about="ongeveer",
    power="tot de macht",
    squared=("kwadraat", "tot de derde"),
    operators={">": "groter dan", "<": "kleiner dan"},
    hash_number="nummer",
    denominators=parts(
        """
        2 half halve, 3 derde, 4 kwart, 5 vijfde, 6 zesde, 7 zevende, 8 achtste, 9 negende,
        10 tiende
    """,
        "a",
    ),
    mixed_half="{whole} en een half",
    ordinal_suffixes=dict.fromkeys(("e", "ste", "de"), ""),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dollar"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen"))),
    },
    price="{units} {number}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys(("k", "K"), Noun("{}duizend", one="duizend"))},
    bare_magnitudes=("k", "K", *_MAGNITUDES),
    units={
        **_CLDR.units,
        "mm²": Noun.of("vierkante millimeter"),
        "m²": Noun.of("vierkante meter"),
        "pk": Noun.of("P K"),
        "dB": Noun.of("decibel"),
        "min.": _CLDR.units["min"],
        "sec.": _CLDR.units["sec"],
    },
    rates=pairs(
        "u per uur, uur per uur, dag per dag, mnd per maand, maand per maand, jaar per jaar"
    ),
    month_abbreviations={**_CLDR.month_abbreviations, "sept": 9},
    weekdays={f"{short}.": day for short, day in _CLDR.weekdays.items()},
    date_leads=words("op van tot vanaf"),
    hours=Noun.of("uur"),
    clock="{hours} {minute}",
    whole_hour="{hours}",
    hour_letter="u",
    half_days=("'s ochtends", "'s middags"),
    clock_marks=words("uur u"),
    clock_leads=words("om"),
    phone_leads=words("Tel. Tel tel. telefoon Telefoon telefoonnummer nummer Fax bel"),
    version_point="punt",
    phrases={
        "24/7": "vierentwintig zeven",
        "50/50": "vijftig-vijftig",
        "en/of": "en of",
        "t/m": "tot en met",
        "n.v.t.": "niet van toepassing",
        "m.u.v.": "met uitzondering van",
    },
    titles=pairs("mr. meester, ir. ingenieur, ing. ingenieur, St. Sint, H. Heilige"),
    leading=spaced(
        pairs("""
            bijv. bijvoorbeeld, bv. bijvoorbeeld, b.v. bijvoorbeeld, d.w.z. dat wil zeggen,
            o.a. onder andere, m.b.t. met betrekking tot, t.o.v. ten opzichte van,
            i.p.v. in plaats van, i.v.m. in verband met, m.a.w. met andere woorden,
            t.a.v. ten aanzien van, z.g. zogenaamd, zgn. zogenaamd, dhr. de heer, Dhr. De heer,
            mevr. mevrouw, Mevr. Mevrouw, mw. mevrouw, dr. doctor, Dr. Doctor, drs. doctorandus,
            prof. professor, Prof. Professor, ca. circa, incl. inclusief, excl. exclusief,
            max. maximaal, min. minimaal, tel. telefoon, Tel. Telefoon, evt. eventueel,
            resp. respectievelijk, vgl. vergelijk, vs. tegen, ong. ongeveer, geb. geboren
        """)
    ),
    abbreviations=spaced(
        pairs("""
            enz. enzovoort, etc. et cetera, a.u.b. alstublieft, s.v.p. alstublieft, jl. jongstleden,
            a.s. aanstaande, e.d. en dergelijke, e.v. en volgende, v.Chr. voor Christus,
            n.Chr. na Christus, B.V. B V, N.V. N V
        """)
    ),
    before_number=pairs("""
        nr nummer, Nr Nummer, nrs nummers, blz bladzijde, p pagina, art artikel, Art Artikel,
        hfst hoofdstuk, afb afbeelding, vol volume
    """),
    sentence_openers=words("""
        De Het Een Ik Jij Je Hij Zij Ze Wij We Jullie U En Maar Of Want Dus Als Toen Dan Dat Die
        Dit Deze Er In Op Aan Met Voor Van Naar Bij Uit Over Om Wat Wie Waar Waarom Hoe Wanneer
        Nee Ja Niet Ook Nog Nu Hier Daar Mijn Zijn Haar Ons Onze Hun Is Was Alle Veel Omdat
        Vandaag
    """),
    regnal={"": "de {ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Willem Lodewijk Karel Filips Frederik Hendrik Jan Johannes Paulus Pius Benedictus "
            "Gregorius Leo Alexander George Eduard Jacobus Richard Napoleon Peter Nicolaas Leopold "
            "Albert Boudewijn Elizabeth Elisabeth Catharina Maria Isabella Christina Otto"
        ),
        "",
    ),
    regnal_follows=words("van en was is werd de"),
    parts=words("Hoofdstuk hoofdstuk Deel deel Boek boek Akte Wereldoorlog Klasse Type Fase"),
    part_follows=words("van en of is was in"),
    roman_suffixes=dict.fromkeys(("e", "de", "ste"), ""),
    kept="ëïéèêöüáàâóòôúûíîçñäËÏÉÈÖÜÁ",
    letter_words=words("""
        OK IJ PIN SIM ZIP GIF RAM DE HET EEN IK JIJ JE HIJ ZIJ ZE WIJ WE EN OF IN OP AAN MET VAN TOT
        UIT OM WAT WIE NEE JA NU ER DAT DIE DIT IS WAS ALS DAN DUS TOEN HOE BEL NOG OOK VOL
    """),
    spelt_words=words("ANWB HTTPS ISBN UEFA IEEE"),
    vowels="aeiouyáàäâéèëêíïîóòöôúùüû",
    unvowelled=words("hm hmm mmm pst psst sst ssst shh brr grr"),
    symbols=pairs("""
        & en, @ apenstaartje, + plus, = is gelijk aan, % procent, ‰ promille, # hashtag,
        / slash, × keer, ÷ gedeeld door, − min, ± plus of min, √ de wortel van, ∞ oneindig,
        ≈ ongeveer, ≠ ongelijk aan, ≤ kleiner dan of gelijk aan, ≥ groter dan of gelijk aan,
        ° graden, € euro, £ pond, $ dollar, ¥ yen, § paragraaf, © copyright
    """),
    web=pairs(r"""
        . punt, / slash, \ backslash, ~ tilde, - streepje, _ laag streepje, @ apenstaartje,
        : dubbele punt, & en, + plus, # hekje, % procent
    """),
)
