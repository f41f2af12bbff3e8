"""The Italian table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("it"),
    gender="m",
    without="ha mi",
    f="duration-hour mass-pound mass-tonne mass-ounce length-yard energy-calorie "
    "energy-kilocalorie",
)

_CENT = Noun.of("centesimo", "centesimi", "m")
_EURO = Currency(Noun.of("euro", gender="m"), _CENT)
_DOLLAR = Currency(Noun.of("dollaro", "dollari", "m"), _CENT)
_POUND = Currency(Noun.of("sterlina", "sterline", "f"), Noun.of("penny", "pence", "m"))

_MILLION, _BILLION = Noun.of("milione", "milioni", "m"), Noun.of("miliardo", "miliardi", "m")
_MAGNITUDES = {
    **dict.fromkeys(("mln", "mln.", "milione", "milioni"), _MILLION),
    **dict.fromkeys(("mld", "mld.", "mrd", "miliardo", "miliardi"), _BILLION),
    "mila": Noun("{}mila", one="mille"),
}

_FUNCTION_WORDS = words("""
    a ad ai al alla alle allo anche che chi ci come con da dal dalla dai dalle dei del della delle
    dello di e ed è era fra gli ha hanno i il in io la le lo ma nei nel nella nelle né non o per
    più meno poi quando quanto se si sono su sul sulla tra un una uno volte fa
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending; "uno" stays before studente, zaino, gnomo."""
    if following.lower() in _FUNCTION_WORDS:
        return None
    if following.endswith(("a", "zione", "sione", "tà", "tù", "trice", "ie")):
        return "f"
    return "" if re.match(r"(?i)z|gn|ps|x|y|s[^aeiou]", following) else "m"


_AFTER_DEGREES = "di a ad al alla all e o in sotto sopra con per da dal di verso nord sud est ovest"


def _ordinal_degrees(text: str) -> str:
    """1° maggio, il 3° posto: the sign of degrees for that of ordinals."""
    after = "|".join(_AFTER_DEGREES.split())
    return compiled(rf"(?<![\w.,])(\d{{1,4}})°(?= (?!(?:{after})\b)[a-zà-ú])").sub(r"\1º", text)


FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        point="virgola",
        decimals_together=True,
        link=(r"(?:milione|milioni|miliardo|miliardi)$", "di"),
        agreement={"m": ((r"\buno$", "un"),), "f": ((r"\buno$", "una"),)},
        ordinal_agreement={"f": ((r"o$", "a"),)},
    ),
    rules=(_ordinal_degrees,),
    repairs=((r"\buna ora\b", "un'ora"),),
    agrees_with=_gender,
    minus="meno",
    to="a",
    over="su",
    out_of="su",
    per="per",
    by="per",
    times="per",
    about="circa",
    power="alla",
    squared=("al quadrato", "al cubo"),
    operators={">": "maggiore di", "<": "minore di"},
    hash_number="numero",
    denominators=parts(
        """
        2 mezzo mezzi, 3 terzo terzi, 4 quarto quarti, 5 quinto quinti, 6 sesto sesti,
        7 settimo settimi, 8 ottavo ottavi, 9 nono noni, 10 decimo decimi
    """,
        "m",
    ),
    mixed="{whole} e {part}",
    mixed_half="{whole} e mezzo",
    part_of="{part} di {unit}",
    ordinal_suffixes=by_form(m="º .º", f="ª .ª"),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dollari"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen", gender="m"))),
    },
    price="{units} e {number}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys(("k", "K"), Noun("{}mila", one="mille"))},
    bare_magnitudes=("k", "K", *_MAGNITUDES),
    units={
        **_CLDR.units,
        "mm²": Noun.of("millimetro quadrato", "millimetri quadrati", "m"),
        "CV": Noun.of("cavallo", "cavalli", "m"),
        "dB": Noun.of("decibel", gender="m"),
        "mq": _CLDR.units["m²"],
        "kmq": _CLDR.units["km²"],
        "%": Noun("{} per cento", gender="m"),
    },
    rates=pairs("""
        h all'ora, ora all'ora, s al secondo, giorno al giorno, mese al mese, anno all'anno,
        settimana alla settimana, kg al chilo, l al litro, notte a notte, persona a persona
    """),
    month_abbreviations={
        **{
            short: n
            for short, n in _CLDR.month_abbreviations.items()
            if short not in ("set", "mar")
        },
        "set.": 9,
        "sett.": 9,
        "mar.": 3,
    },
    first_day="primo",
    date_leads=words("il del dal al entro giorno"),
    hours=Noun.of("ora", "ore", "f"),
    clock="{hour} e {minute}",
    whole_hour="{hour}",
    half_days=("di mattina", "di pomeriggio"),
    clock_leads=words("alle ore dalle"),
    phone_leads=words("Tel. Tel tel. telefono Telefono numero cell. cellulare Fax fax"),
    phrases={"ad es.": "ad esempio", "24/7": "ventiquattro su sette", "e/o": "e o"},
    titles=pairs("S. San, SS. Santi, Sig. Signor, Sig.ra Signora, Sig.na Signorina, Sigg. Signori"),
    leading=spaced(
        pairs("""
            Dott. Dottor, dott. dottor, Dott.ssa Dottoressa, dott.ssa dottoressa, Dr. Dottor,
            Prof. Professor, prof. professor, Prof.ssa Professoressa, prof.ssa professoressa,
            Ing. Ingegner, ing. ingegner, Avv. Avvocato, avv. avvocato, On. Onorevole,
            Arch. Architetto, Geom. Geometra, p.es. per esempio,
            es. esempio, ca. circa, c.a. circa, tel. telefono, Tel. Telefono, vs. contro,
            cfr. confronta, max. massimo, min. minimo, incl. incluso, cell. cellulare
        """)
    ),
    abbreviations=spaced(
        pairs("""
            ecc. eccetera, etc. eccetera, a.C. avanti Cristo, d.C. dopo Cristo,
            S.p.A. società per azioni, S.r.l. società a responsabilità limitata, c.so corso,
            p.zza piazza, P.zza Piazza, v.le viale, V.le Viale
        """)
    )
    | {"SpA": "società per azioni", "Srl": "società a responsabilità limitata"},
    before_number=pairs("""
        n° numero, N° numero, nº numero, n.° numero, n.º numero, n numero, N numero,
        num numero, pag pagina, pagg pagine, p pagina, pp pagine, art articolo, Art Articolo,
        cap capitolo, vol volume, fig figura
    """),
    sentence_openers=words("""
        Il Lo La I Gli Le Un Uno Una Io Tu Lui Lei Noi Voi Loro E Ma O Se Non Sì No Che Chi Cosa
        Come Quando Dove Perché In Con Senza Per Da Di A Su Tra Fra Mio Suo Nostro Questo Questa
        Quello Quella È Era Sono Poi Allora Dopo Prima Oggi Ieri Anche Tutto Tutti Ogni Nel Nella
        Al Alla Dal Si
    """),
    regnal={"m": "{ordinal}", "f": "{ordinal}"},
    regnal_names=by_form(
        m="Carlo Enrico Luigi Filippo Francesco Giovanni Paolo Pio Benedetto Gregorio Leone "
        "Clemente Innocenzo Urbano Giorgio Edoardo Guglielmo Giacomo Riccardo Napoleone Federico "
        "Alessandro Nicola Pietro Leopoldo Umberto Emanuele Ferdinando Alfonso Ottone Cosimo Sisto "
        "Giulio",
        f="Elisabetta Caterina Maria Isabella Margherita Cristina Giovanna",
    ),
    regnal_follows=words("di e fu era è del d da"),
    parts=words("Capitolo capitolo Tomo tomo Libro libro Parte parte Atto atto Titolo Fase Tipo"),
    part_follows=words("di del della e o è in fu"),
    roman_before=by_form(m="secolo sec. capitolo anniversario Congresso congresso", f="edizione"),
    kept="àáèéìíîòóùúçñÀÈÉÌÒÙ",
    letter_words=words("""
        OK PIN SIM ZIP GIF RAM ONU IVA IL LO LA LE GLI UN UNA UNO DI A DA IN CON SU PER TRA FRA E
        O MA SE NON CHE CHI MI TI CI SI IO TU NOI VOI SEI SÌ NO PIÙ QUI BEN MAI PRO BAR BUS GAS
        FIAT
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÀÈÉÌÒÙ",
    elisions=words("l d un all dell nell sull dall L"),
    vowels="aeiouyàèéìòù",
    unvowelled=words("hm hmm mmm pss psst shh brr grr"),
    symbols=pairs("""
        & e, @ chiocciola, + più, = uguale a, % per cento, ‰ per mille, # hashtag, / barra,
        × per, ÷ diviso, − meno, ± più o meno, √ radice quadrata di, ∞ infinito, ≈ circa,
        ≠ diverso da, ≤ minore o uguale a, ≥ maggiore o uguale a, ° gradi, € euro, £ sterline,
        $ dollari, ¥ yen, § paragrafo, © copyright
    """),
    web=pairs(r"""
        . punto, / barra, \ barra rovesciata, ~ tilde, - trattino, _ trattino basso,
        @ chiocciola, : due punti, & e, + più, # cancelletto, % per cento
    """),
)
