"""The Spanish table of spoken forms."""

from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("es"),
    gender="m",
    without="ha mi",
    f="duration-hour mass-pound mass-tonne mass-ounce length-mile length-yard area-hectare "
    "energy-calorie energy-kilocalorie",
)

_EURO = Currency(Noun.of("euro", "euros", "m"), Noun.of("céntimo", "céntimos", "m"))
_DOLLAR = Currency(Noun.of("dólar", "dólares", "m"), Noun.of("centavo", "centavos", "m"))
_POUND = Currency(Noun.of("libra", "libras", "f"), Noun.of("penique", "peniques", "m"))
_PESO = Currency(Noun.of("peso", "pesos", "m"), Noun.of("centavo", "centavos", "m"))

_THOUSAND, _MILLION = Noun.of("mil"), Noun.of("millón", "millones", "m")
_MAGNITUDES = {
    "mil": _THOUSAND,
    **dict.fromkeys(("M", "mill.", "millón", "millones"), _MILLION),
}

_FUNCTION_WORDS = words("""
    a al ante bajo con contra de del desde en entre es era fue ha han hasta hay la las el los lo
    le les más menos ni no o para pero por porque que se según si sin sobre su sus son tras un una
    u y ya como cuando donde mi tu te me nos veces está están
""")
_FEMININE = (
    "a as ción ciones sión siones dad dades tad tades tud tudes noche noches vez parte partes"
)
_MASCULINE = words("""
    día días mapa mapas problema problemas tema temas sistema sistemas programa programas idioma
    idiomas planeta planetas poema poemas kilogramos
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following.lower() in _FUNCTION_WORDS:
        return None
    feminine = following.endswith(tuple(_FEMININE.split())) and following not in _MASCULINE
    return "f" if feminine else "m"


FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        point="coma",
        decimals_together=True,
        repairs=(
            (r"veintiuno mil", "veintiún mil"),
            (r"\buno mil", "un mil"),
            ("décimoprimer", "undécim"),
            ("décimosegund", "duodécim"),
            ("quadragésimo", "cuadragésimo"),
        ),
        link=(r"(?:millón|millones|billón|billones)$", "de"),
        agreement={
            "m": ((r"veintiuno$", "veintiún"), (r"\buno$", "un")),
            "f": ((r"(c|qu)ient?os\b(?!.*mill)", r"\1ientas"), (r"uno$", "una")),
        },
        ordinal_agreement={
            "f": ((r"o\b", "a"),),
            "short": ((r"(primer|tercer)o$", r"\1"),),
        },
    ),
    agrees_with=_gender,
    minus="menos",
    to="a",
    over="sobre",
    out_of="de",
    per="por",
    by="por",
    times="por",
    about="unos",
    power="elevado a",
    squared=("al cuadrado", "al cubo"),
    operators={">": "mayor que", "<": "menor que"},
    hash_number="número",
    denominators=parts(
        """
        2 medio medios, 3 tercio tercios, 4 cuarto cuartos, 5 quinto quintos, 6 sexto sextos,
        7 séptimo séptimos, 8 octavo octavos, 9 noveno novenos, 10 décimo décimos
    """,
        "m",
    ),
    mixed="{whole} y {part}",
    mixed_half="{whole} y medio",
    part_of="{part} de {unit}",
    ordinal_suffixes=by_form(m="º .º", f="ª .ª", short="er .er"),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "euro", "euros"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dólar", "dólares"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        **dict.fromkeys(("MXN", "peso", "pesos"), _PESO),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen", "yenes", "m"))),
    },
    price="{units} con {number}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys(("k", "K"), _THOUSAND)},
    bare_magnitudes=("k", "K", "mil", "millón", "millones"),
    units={
        **_CLDR.units,
        "Km": _CLDR.units["km"],
        "Kg": _CLDR.units["kg"],
        "mm²": Noun.of("milímetro cuadrado", "milímetros cuadrados", "m"),
        "CV": Noun.of("caballo", "caballos", "m"),
        "dB": Noun.of("decibelio", "decibelios", "m"),
        "seg": Noun.of("segundo", "segundos", "m"),
    },
    rates=pairs("mes por mes, día por día, año por año, semana por semana, hora por hora"),
    date="{number} de {month} de {year}",
    day_month="{number} de {month}",
    month_abbreviations={**_CLDR.month_abbreviations, "set": 9, "sep": 9},
    first_day="primero",
    date_joints=words("de del"),
    date_leads=words("el del al día"),
    hours=Noun.of("hora", "horas", "f"),
    clock="{hour} y {minute}",
    whole_hour="{hours}",
    half_days=("de la mañana", "de la tarde"),
    clock_marks=words("h hs hrs horas"),
    phone_leads=words("Tel. Tel Tfno. teléfono Teléfono número móvil Móvil al fax Fax"),
    phrases={
        "24/7": "veinticuatro siete",
        "y/o": "y o",
        "c/": "calle",
    },
    titles=pairs(
        "D. Don, Dña. Doña, Sr. señor, Sra. señora, Srta. señorita, Sto. Santo, Sta. Santa"
    ),
    leading=spaced(
        pairs("""
            Dr. doctor, Dra. doctora, Prof. profesor, Profa. profesora, Sres. señores,
            Ing. ingeniero, Lic. licenciado, Gral. general, p.ej. por ejemplo, ej. ejemplo,
            aprox. aproximadamente, av. avenida, Av. avenida, avda. avenida, Avda. avenida,
            tel. teléfono, Tel. teléfono, máx. máximo, mín. mínimo, vs. contra, cf. confróntese,
            dpto. departamento, incl. incluido
        """)
    ),
    abbreviations=spaced(
        pairs("""
            etc. etcétera, Ud. usted, Uds. ustedes, Vd. usted, Vds. ustedes, a.C. antes de Cristo,
            d.C. después de Cristo, EE.UU. Estados Unidos, S.A. sociedad anónima,
            S.L. sociedad limitada, Cía. compañía, izq. izquierda, dcha. derecha,
            depto. departamento
        """)
    )
    | {"EEUU": "Estados Unidos", "JJ. OO.": "Juegos Olímpicos"},
    before_number=pairs("""
        nº número, Nº número, n.º número, N.º número, núm número, Núm número, pág página,
        págs páginas, p página, pp páginas, art artículo, Art artículo, cap capítulo,
        vol volumen, fig figura
    """),
    sentence_openers=words("""
        El La Los Las Un Una Unos Unas Yo Tú Él Ella Nosotros Ellos Ellas Usted Y Pero O Si No Sí
        Que Qué Quién Cómo Cuándo Dónde En Con Sin Por Para De Desde Hasta Entre Cuando Como
        Porque Mi Su Sus Tu Este Esta Esto Ese Esa Eso Aquel Hay Es Fue Era Ya Más También Todo
        Todos Ahora Entonces Después Luego Hoy Al Lo Se Me Te Le
    """),
    regnal={"m": "{ordinal}", "f": "{ordinal}"},
    last_regnal_ordinal=10,
    regnal_names=by_form(
        m="Felipe Carlos Alfonso Fernando Juan Pablo Pío Benedicto Gregorio León Clemente Luis "
        "Enrique Jorge Eduardo Guillermo Jacobo Ricardo Napoleón Federico Alejandro Nicolás "
        "Pedro Leopoldo Sancho Ramiro Jaime Amadeo Gustavo Ramsés",
        f="Isabel Catalina María Juana Ana Cristina Margarita",
    ),
    regnal_follows=words("de el y fue era es de del reinó murió"),
    parts=words("""
        siglo Siglo siglos capítulo Capítulo tomo Tomo libro Libro acto Acto parte Parte título
        Título fase Fase tipo Mundial
    """),
    part_follows=words("de del y o a es en fue"),
    kept="áéíóúüñàèçÁÉÍÓÚÜÑ¿¡",
    letter_words=words("""
        OK PIN SIM ZIP GIF RAM ONU OEA SIDA EL LA LOS LAS UN UNA DE DEL EN CON POR QUE SE NO SI SÍ
        ES SON MI TU SU YA MÁS AL LO LE ME TE Y O A SOL MAR DÍA AÑO HOY VER ERA UNO DOS
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÁÉÍÓÚÜ",
    acronym_plural="",
    vowels="aeiouyáéíóúü",
    unvowelled=words("hm hmm mmm pst psst shh brr grr"),
    symbols=pairs("""
        & y, @ arroba, + más, = igual a, % por ciento, ‰ por mil, # almohadilla, / barra,
        × por, ÷ entre, − menos, ± más menos, √ raíz cuadrada de, ∞ infinito, ≈ aproximadamente,
        ≠ distinto de, ≤ menor o igual que, ≥ mayor o igual que, ° grados, € euros, £ libras,
        $ dólares, ¥ yenes, § sección, © copyright
    """),
    web=pairs(r"""
        . punto, / barra, \ barra invertida, ~ virgulilla, - guion, _ guion bajo, @ arroba,
        : dos puntos, & y, + más, # almohadilla, % por ciento
    """),
)
