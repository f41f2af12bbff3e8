"""The French table of spoken forms."""

from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("fr"),
    gender="m",
    f="duration-second duration-minute duration-hour duration-millisecond duration-microsecond "
    "duration-nanosecond mass-pound mass-tonne mass-ounce length-nautical energy-calorie "
    "energy-kilocalorie",
)

_CENT = Noun.of("centime", "centimes", "m")
_EURO = Currency(Noun.of("euro", "euros", "m"), _CENT)
_DOLLAR = Currency(Noun.of("dollar", "dollars", "m"), Noun.of("cent", "cents", "m"))
_POUND = Currency(Noun.of("livre", "livres", "f"), Noun.of("penny", "pence", "m"))
_FRANC = Currency(Noun.of("franc suisse", "francs suisses", "m"), _CENT)

_THOUSAND = Noun.of("mille")
_MILLION, _BILLION = Noun.of("million", "millions", "m"), Noun.of("milliard", "milliards", "m")
_MAGNITUDES = {
    **dict.fromkeys(("M", "mio", "Mio", "million", "millions"), _MILLION),
    **dict.fromkeys(("Md", "Mds", "mrd", "Mrd", "milliard", "milliards"), _BILLION),
}

_FUNCTION_WORDS = words("""
    à au aux ou et de du des le la les dans en sur pour par avec sans est sont a ont était fut ce
    que qui se sa son ses leur plus moins fois ne n'est pas si mais car or donc contre chez vers
    entre après avant comme dont où y il elle on nous vous ils elles je tu
""")
_FEMININE = (
    "tion sion té ée ette ence ance ure ade ie elle enne euse trice esse onne aine ine ille ise"
)
_FEMININE_NOUNS = words("""
    heure page femme personne voiture semaine minute seconde maison rue ville place porte chambre
    chose main part école équipe image lettre ligne table
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following in _FUNCTION_WORDS:
        return None
    singular = following.removesuffix("s")
    feminine = singular in _FEMININE_NOUNS or singular.endswith(tuple(_FEMININE.split()))
    return "f" if feminine else "m"


FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        point="virgule",
        decimals_together=True,
        link=(r"(?:millions?|milliards?)$", "de"),
        agreement={"m": (), "f": ((r"\bun$", "une"),)},
        ordinal_agreement={
            "f": ((r"premier$", "première"), (r"second$", "seconde")),
            "second": ((r"^deuxième$", "second"),),
            "seconde": ((r"^deuxième$", "seconde"),),
        },
    ),
    agrees_with=_gender,
    repairs=(
        (r"\b(millions?|milliards?|quarts?|tiers|\w+ièmes?) de (?=[aeéèiouyœh])", r"\1 d'"),
        (r" et demi (heures|minutes|années|journées|livres|tonnes)\b", r" \1 et demie"),
        (r" et demi (\w+s)\b", r" \1 et demi"),
    ),
    minus="moins",
    to="à",
    ratio="sur",
    over="sur",
    out_of="sur",
    per="par",
    by="par",
    times="fois",
    about="environ",
    power="puissance",
    squared=("au carré", "au cube"),
    operators={">": "supérieur à", "<": "inférieur à"},
    hash_number="numéro",
    denominators=parts(
        """
        2 demi demis, 3 tiers, 4 quart quarts, 5 cinquième cinquièmes, 6 sixième sixièmes,
        7 septième septièmes, 8 huitième huitièmes, 9 neuvième neuvièmes, 10 dixième dixièmes
    """,
        "m",
    ),
    mixed="{whole} et {part}",
    mixed_half="{whole} et demi",
    part_of="{part} de {unit}",
    ordinal_suffixes={
        **by_form(m="er ers e es ème èmes ième ieme", f="re ère ères ière"),
        "nd": "second",
        "nde": "seconde",
    },
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "euro", "euros"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dollar", "dollars"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        "CHF": _FRANC,
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen", "yens", "m"))),
        "F": Currency(Noun.of("franc", "francs", "m"), _CENT),
    },
    price="{units} {number}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys(("k", "K"), _THOUSAND)},
    bare_magnitudes=("k", "K", "Md", "Mds", "million", "millions", "milliard", "milliards"),
    units={
        **_CLDR.units,
        "ko": Noun.of("kilooctet", "kilooctets", "m"),
        "Mo": Noun.of("mégaoctet", "mégaoctets", "m"),
        "Go": Noun.of("gigaoctet", "gigaoctets", "m"),
        "To": Noun.of("téraoctet", "téraoctets", "m"),
        "ch": Noun.of("cheval", "chevaux", "m"),
        "mm²": Noun.of("millimètre carré", "millimètres carrés", "m"),
        "dB": Noun.of("décibel", "décibels", "m"),
        "mn": Noun.of("minute", "minutes", "f"),
        "°": Noun.of("degré", "degrés", "m"),
    },
    rates=pairs("an par an, mois par mois, jour par jour, j par jour, pers par personne"),
    month_abbreviations={**_CLDR.month_abbreviations, "juill.": 7},
    first_day="premier",
    date_leads=words("le du au jusqu'au"),
    hours=Noun.of("heure", "heures", "f"),
    clock="{hours} {minute}",
    whole_hour="{hours}",
    hour_letter="h",
    half_days=("du matin", "de l'après-midi"),
    phone_leads=words("Tél. Tél téléphone Téléphone numéro Fax au"),
    digit_pairs=True,
    phrases={
        "24/7": "vingt-quatre heures sur vingt-quatre",
        "24h/24": "vingt-quatre heures sur vingt-quatre",
        "7j/7": "sept jours sur sept",
        "et/ou": "et ou",
        "av. J.-C.": "avant Jésus-Christ",
        "apr. J.-C.": "après Jésus-Christ",
    },
    titles=pairs("M. Monsieur, MM. Messieurs, St Saint, Ste Sainte, Dr Docteur, Pr Professeur"),
    leading=spaced(
        pairs("""
            c.-à-d. c'est-à-dire, p.ex. par exemple, J.-C. Jésus-Christ, Mme Madame, Mmes
            Mesdames, Mlle Mademoiselle, Mlles Mesdemoiselles, Mgr Monseigneur, Dr. Docteur, cf.
            confer, n° numéro, N° numéro, env. environ, ex. exemple, éd. édition, bd boulevard,
            Bd boulevard, boul. boulevard, tél. téléphone, Tél. téléphone, vs versus, apr. après,
            max. maximum, min. minimum, hab. habitants, svp s'il vous plaît, qqch quelque chose,
            qqn quelqu'un, càd c'est-à-dire, dép. département
        """)
    ),
    abbreviations=pairs("etc. et cetera, etc et cetera"),
    before_number=pairs("""
        n° numéro, N° numéro, nº numéro, Nº numéro, p page, pp pages, vol volume, chap chapitre,
        art article, Art article, fig figure, t tome, al alinéa, v vers
    """),
    sentence_openers=words("""
        Le La Les Un Une Des Il Elle On Nous Vous Ils Elles Je Tu Ce Cet Cette Ces Et Mais Ou Donc
        Or Ni Car Si Quand Comme Dans En Sur Pour Par Avec Sans Que Qui Quoi Où Pourquoi Comment
        Non Oui Mon Ma Mes Son Sa Ses Notre Votre Leur Alors Puis Ensuite Après Avant Voici Voilà
        Est Pas Plus Tout Tous
    """),
    regnal={"m": "{ordinal}", "f": "{ordinal}"},
    last_regnal_ordinal=1,
    regnal_names=by_form(
        m="Louis Henri François Charles Philippe Napoléon Jean Paul Pie Benoît Grégoire Léon "
        "Clément Innocent Urbain Guillaume Georges Édouard Edouard Jacques Richard Frédéric "
        "Alexandre Nicolas Pierre Léopold Albert Ferdinand Alphonse Juan Carlos Gustave Robert",
        f="Élisabeth Elisabeth Catherine Marie Isabelle Marguerite Christine",
    ),
    regnal_follows=words("de du le et est était fut a dit"),
    parts=words("""
        Chapitre chapitre Tome tome Partie partie Acte acte Livre livre Scène scène Titre
    """),
    part_follows=words("de du des et ou est dans à"),
    roman_suffixes=by_form(m="e er ème", f="re"),
    kept="àâäæçéèêëîïíñóôöœùúûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ",
    letter_words=words("""
        OK BIS TER PIN SIM ZIP GIF RAM BAC ZAC VIP LE LA LES UN UNE DES DU DE ET OU EN AU AUX IL
        ELLE ON JE TU NE PAS CE SE SA SON MA MON MES TA TON SI OUI NON SUR PAR QUE QUI EST A PLUS
        TOUT MAI JUIN MOI TOI LUI
    """),
    spelt_words=words("RATP HTTPS ISBN UEFA IEEE CGPME"),
    capital_vowels="AEIOUYÀÂÉÈÊËÎÏÔÙÛ",
    acronym_plural="",
    elisions=words("l d n s qu L D N S"),
    vowels="aeiouyàâéèêëîïôùûœæ",
    unvowelled=words("hm hmm mmm pst psst chh brr pfft grr"),
    symbols=pairs("""
        & et, @ arobase, + plus, = égale, % pour cent, ‰ pour mille, # hashtag, / slash,
        × fois, ÷ divisé par, − moins, ± plus ou moins, √ racine carrée de, ∞ l'infini,
        ≈ environ, ≠ différent de, ≤ inférieur ou égal à, ≥ supérieur ou égal à, ° degrés,
        € euros, £ livres, $ dollars, ¥ yens, § paragraphe, © copyright
    """),
    web=pairs(r"""
        . point, / slash, \ antislash, ~ tilde, - tiret, _ tiret bas, @ arobase, : deux points,
        & et, + plus, # dièse, % pour cent
    """),
)
