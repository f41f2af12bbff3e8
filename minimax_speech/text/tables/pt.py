"""The Portuguese table of spoken forms, as in Brazil."""

from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("pt"),
    gender="m",
    f="duration-hour mass-pound mass-tonne mass-ounce length-mile length-yard energy-calorie "
    "energy-kilocalorie",
)

_CENT = Noun.of("centavo", "centavos", "m")
_REAL = Currency(Noun.of("real", "reais", "m"), _CENT)
_EURO = Currency(Noun.of("euro", "euros", "m"), _CENT)
_DOLLAR = Currency(Noun.of("dólar", "dólares", "m"), _CENT)
_POUND = Currency(Noun.of("libra", "libras", "f"), Noun.of("penny", "pence", "m"))

_THOUSAND = Noun.of("mil")
_MILLION, _BILLION = Noun.of("milhão", "milhões", "m"), Noun.of("bilhão", "bilhões", "m")
_MAGNITUDES = {
    "mil": _THOUSAND,
    **dict.fromkeys(("mi", "milhão", "milhões"), _MILLION),
    **dict.fromkeys(("bi", "bilhão", "bilhões"), _BILLION),
}

_FUNCTION_WORDS = words("""
    a à às ao aos ante após até com como contra da das de desde do dos e é em entre era foi há
    mais mas menos na nas nem no nos não o os ou para pela pelo per por porque que quando se sem
    ser seu sob sobre sua são tem um uma vezes já te me lhe
""")
_FEMININE = "a as ção ções são sões dade dades gem gens noite noites vez parte partes"
_MASCULINE = words("""
    dia dias mapa mapas problema problemas tema temas sistema sistemas programa programas idioma
    idiomas planeta planetas poema poemas
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following.lower() in _FUNCTION_WORDS:
        return None
    if following in ("mulher", "mulheres"):
        return "f"
    feminine = following.endswith(tuple(_FEMININE.split())) and following not in _MASCULINE
    return "f" if feminine else "m"


FORMS = replace(
    _CLDR,
    reader=replace(
        _CLDR.reader,
        library="pt_BR",
        point="vírgula",
        decimals_together=True,
        link=(r"(?:milhão|milhões|bilhão|bilhões|trilhão|trilhões)$", "de"),
        agreement={
            "m": (),
            "f": (
                (r"\bum\b(?! \w+lhão)", "uma"),
                (r"\bdois\b(?! \w+lhões)", "duas"),
                (r"entos\b(?!.*lh(?:ão|ões))", "entas"),
            ),
        },
        ordinal_agreement={"f": ((r"o\b", "a"),)},
    ),
    agrees_with=_gender,
    minus="menos",
    to="a",
    ratio="por",
    over="sobre",
    out_of="de",
    per="por",
    by="por",
    times="vezes",
    about="cerca de",
    power="elevado a",
    squared=("ao quadrado", "ao cubo"),
    operators={">": "maior que", "<": "menor que"},
    hash_number="número",
    denominators=parts(
        """
        2 meio meios, 3 terço terços, 4 quarto quartos, 5 quinto quintos, 6 sexto sextos,
        7 sétimo sétimos, 8 oitavo oitavos, 9 nono nonos, 10 décimo décimos
    """,
        "m",
    ),
    mixed="{whole} e {part}",
    mixed_half="{whole} e meio",
    part_of="{part} de {unit}",
    ordinal_suffixes=by_form(m="º .º", f="ª .ª"),
    currencies={
        **{
            code: replace(coin, unit=coin.unit.changed(lambda name: name[:1].lower() + name[1:]))
            for code, coin in _CLDR.currencies.items()
        },
        **dict.fromkeys(("R$", "BRL", "real", "reais"), _REAL),
        **dict.fromkeys(("€", "EUR", "euro", "euros"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dólar", "dólares"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("iene", "ienes", "m"))),
    },
    price="{units} e {cents}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys(("k", "K"), _THOUSAND), "M": _MILLION},
    bare_magnitudes=("k", "K", "mil", "milhão", "milhões", "bilhão", "bilhões"),
    units={
        **_CLDR.units,
        "mm²": Noun.of("milímetro quadrado", "milímetros quadrados", "m"),
        "CV": Noun.of("cavalo", "cavalos", "m"),
        "cv": Noun.of("cavalo", "cavalos", "m"),
        "dB": Noun.of("decibel", "decibéis", "m"),
    },
    rates=pairs("mês por mês, dia por dia, ano por ano, semana por semana, hora por hora"),
    date="{number} de {month} de {year}",
    day_month="{number} de {month}",
    first_day="primeiro",
    date_joints=words("de"),
    date_leads=words("em no do ao até dia"),
    hours=Noun.of("hora", "horas", "f"),
    clock="{hours} e {minute}",
    whole_hour="{hours}",
    half_days=("da manhã", "da tarde"),
    hour_letter="h",
    phone_leads=words("Tel. Tel tel. telefone Telefone número celular Celular Fax fax ligue"),
    phrases={"24/7": "vinte e quatro por sete", "e/ou": "e ou"},
    titles=pairs(
        "D. Dom, Dna. Dona, Sr. senhor, Sra. senhora, Srta. senhorita, Sto. Santo, S. São"
    ),
    leading=spaced(
        pairs("""
            Dr. doutor, Dra. doutora, Prof. professor, Profa. professora, Profª. professora,
            Eng. engenheiro, Srs. senhores, p.ex. por exemplo, ex. exemplo,
            aprox. aproximadamente, av. avenida, Av. Avenida, tel. telefone, Tel. telefone,
            máx. máximo, mín. mínimo, vs. contra, cf. confira, apto. apartamento, gov. governador,
            pres. presidente, dep. deputado
        """)
    ),
    abbreviations=spaced(
        pairs("""
            etc. et cetera, a.C. antes de Cristo, d.C. depois de Cristo, Ltda. limitada,
            S.A. sociedade anônima, Cia. companhia, V.Exa. Vossa Excelência, séc. século,
            obs. observação, qtd. quantidade
        """)
    )
    | pairs("vc você, vcs vocês, tb também"),
    before_number=pairs("""
        nº número, Nº número, n.º número, N.º número, n° número, núm número, pág página,
        págs páginas, p página, pp páginas, art artigo, Art Artigo, cap capítulo, vol volume,
        fig figura
    """),
    sentence_openers=words("""
        O A Os As Um Uma Eu Tu Ele Ela Nós Eles Elas Você Vocês E Mas Ou Se Não Sim Que Quem Qual
        Como Quando Onde Por Porque Para Em No Na Com Sem De Do Da Desde Até Meu Minha Seu Sua
        Este Esta Isto Esse Essa Isso Aquele Aquela Há É Foi Era Já Mais Também Tudo Todos Agora
        Então Depois Hoje Ontem Ao
    """),
    regnal={"m": "{ordinal}", "f": "{ordinal}"},
    last_regnal_ordinal=10,
    regnal_names=by_form(
        m="Pedro João Carlos Filipe Felipe Luís Henrique Afonso Fernando Paulo Pio Bento Gregório "
        "Leão Clemente Jorge Eduardo Guilherme Ricardo Napoleão Frederico Alexandre Nicolau "
        "Leopoldo Manuel Sebastião Sancho Dinis",
        f="Isabel Elizabeth Elisabete Catarina Maria Joana Ana Cristina Margarida",
    ),
    regnal_follows=words("de do da e foi era é"),
    parts=words("""
        século Século séculos capítulo Capítulo tomo Tomo livro Livro ato Ato parte Parte título
        Título fase Fase tipo
    """),
    part_follows=words("de do da e ou a é em foi"),
    kept="áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÇñ",
    letter_words=words("""
        OK PIN SIM ZIP GIF RAM ONU O A OS AS UM UMA DE DO DA EM NO NA COM POR QUE SE NÃO É SÃO EU
        TU ELE ELA MEU SEU SUA JÁ MAIS AO SOL MAR DIA ANO BOM BOA VER SER TER FIM PAZ LUZ
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE IBGE"),
    capital_vowels="AEIOUYÁÀÂÃÉÊÍÓÔÕÚ",
    acronym_plural="",
    vowels="aeiouyáàâãéêíóôõú",
    unvowelled=words("hm hmm mmm pst psst shh brr grr"),
    symbols=pairs("""
        & e, @ arroba, + mais, = igual a, % por cento, ‰ por mil, # hashtag, / barra,
        × vezes, ÷ dividido por, − menos, ± mais ou menos, √ raiz quadrada de, ∞ infinito,
        ≈ aproximadamente, ≠ diferente de, ≤ menor ou igual a, ≥ maior ou igual a, ° graus,
        € euros, £ libras, $ dólares, ¥ ienes, § parágrafo, © copyright
    """),
    web=pairs(r"""
        . ponto, / barra, \ barra invertida, ~ til, - traço, _ sublinhado, @ arroba,
        : dois pontos, & e, + mais, # cerquilha, % por cento
    """),
)
