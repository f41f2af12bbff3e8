"""One form for characters that sound the same, and none for those that cannot be spoken.

Knows no language. What is left after `clean`: letters, marks, digits, punctuation, single
spaces, and the few symbols in `SPOKEN_SYMBOLS`, which a language's table may put into words.
"""

import re
import unicodedata
from collections.abc import Collection

from minimax_speech.text.patterns import UNSPACED, any_of, compiled

SPOKEN_SYMBOLS = frozenset("$€£¥₹₩₽₺₴₪฿₫₿¢%‰&@#+=/\\°×÷±−*^~<>≈≠≤≥√∞→⇒§¶©_")

_SQUARES = ("mm²", "cm²", "m²", "km²", "mm³", "cm³", "m³", "km³")
_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼʻ′`´΄ʹ", "'"),
        **dict.fromkeys("“”„‟″「」『』〝〞", '"'),
        **dict.fromkeys("‐‑⁃", "-"),
        **dict.fromkeys("‒–", "–"),
        **dict.fromkeys("—―⸺⸻", "—"),
        **dict.fromkeys("[{【〔", "("),
        **dict.fromkeys("]}】〕", ")"),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("|•·†‡", " "),
        "∙": "*",
        "⋅": "*",
        "∗": "*",
        "￥": "¥",
        "％": "%",
        **dict.fromkeys("～〜", "~"),
        "…": "...",
        "№": "No. ",
        **dict(zip("㎟㎠㎡㎢㎣㎤㎥㎦", _SQUARES, strict=True)),
        "״": '"',
        "׳": "'",
        "٪": "%",
        "٫": ".",
        "٬": ",",
    }
)

# Wide, ligated, raised, lowered, circled, and mathematical forms of ordinary letters and digits,
# but for the raised digits: those are powers.
_COMPATIBLE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f\ufb00-\ufb06\U0001d400-\U0001d7ff"
    "\u00b5\u02b0-\u02b8\u1d2c-\u1d6a\u2071\u207f\u2080-\u209c\u2100-\u2115\u2117-\u211f"
    "\u2124-\u214f\u2160-\u217f\u2460-\u24ff\u3300-\u339e\u33a7-\u33ff]"
)
_EMOTICON = re.compile(
    r"(?<![\w:;])(?:[:;]['’]?-?[()DPp/\\|\[\]*]|[:;]-?[oO3]|(?<=\s)[xX]D|\^_+\^|<3+)(?=$|[\s.,!?<])"
    r"|¯\\?_?\(ツ\)_?/¯"
)


def clean(text: str) -> str:
    """NFC text with unified quotes, dashes, ellipses, and spaces, unspeakable characters gone.

    A dash between clauses becomes " - "; one that joins digits or letters a plain "-". Control
    and zero-width characters vanish; other unspeakable ones (emoji, arrows …) count as a space.
    """
    text = _EMOTICON.sub(" ", text)
    text = re.sub(r"(?<=\d)\s?º(?=\s?[CF]\b)", "°", text).replace("+/-", "±")
    text = re.sub(r"(?<!\w)\([cC]\)(?= ?\d{4})", "©", text)
    text = re.sub("(?<=\\w)(?=[ₐ-ₜ])", " ", text)  # xₙ
    text = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = unicodedata.normalize("NFC", text)
    # A narrow space inside a number parts its thousands.
    text = re.sub("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))", "", text)
    text = re.sub(r"«\s*|\s*»", '"', text).translate(_UNIFIED)
    text = _double_quotes(text)
    text = "".join(map(_kept, text))
    text = re.sub(r"(?<=\d)：(?=\d)", ":", text)
    text = re.sub(r"(?<=\d)\s?–\s?(?=\d)|(?<=[\d%])(?:~| ~ )(?=\d)", "-", text)
    text = re.sub(r"(?<=\w)–(?=\w)|(?<![\w–])–(?=\d)", "-", text)
    text = re.sub(r"\s*(?:—|–|--+(?!>))\s*", " - ", text)
    text = re.sub(r"\.(?:\s?\.){2,}", "...", text)
    text = re.sub(r"([!?])[!?]+", lambda match: "?" if "?" in match[0] else "!", text)
    text = re.sub(r"([,;:、。，])\1+", r"\1", text)
    text = re.sub(r"\s+(?=[,;:!?).](?:\s|$))|(?<=\()\s+", "", re.sub(r"\s+", " ", text))
    text = re.sub(r"^\s*(?:- )+", "", text)
    return unicodedata.normalize("NFC", text).strip()


_FOREIGN = "0-9A-Za-z$€£¥₩%‰°#@+−-"
_IDEOGRAPHIC = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65"


# A format character, which no text has any more.
_ATTACHED = " \u2060"


def part_figures(text: str, particles: Collection[str] = ()) -> str:
    """Spaces around figures and Latin letters amid a script that parts no words: 有 3 个.

    Rules tell by these where a figure begins and ends. Those before `particles` are taken out again
    by `attach_particles`.
    """
    if particles:
        follows = rf"(?=(?:{any_of(particles)})(?![{UNSPACED}]))"
        text = compiled(rf"(?<=[{_FOREIGN}]){follows}").sub(_ATTACHED, text)
    return re.sub(
        rf"(?<=[{UNSPACED}])(?=[{_FOREIGN}])|(?<=[{_FOREIGN}])(?=[{UNSPACED}])", " ", text
    )


def attach_particles(text: str) -> str:
    """5 km를 as it was, its figures being words now."""
    return text.replace(_ATTACHED, "")


def join_ideographs(text: str) -> str:
    """No spaces between ideographs or kana, nor beside their marks."""
    return re.sub(rf"(?<=[{_IDEOGRAPHIC}]) (?=[{_IDEOGRAPHIC}])", "", text)


def speakable(text: str) -> bool:
    """Whether there is a letter or a digit to say; one that modifies others says nothing alone."""
    categories = map(unicodedata.category, text)
    return any(category[0] in "LN" and category != "Lm" for category in categories)


def drop_symbols(text: str) -> str:
    """Removes the symbols that no table put into words, with the gaps they leave."""
    text = "".join(" " if character in SPOKEN_SYMBOLS else character for character in text)
    # Figures held these together: 1,2,3
    return clean(re.sub(r"(?<=[^\W\d_])([,;:])(?=[^\W\d_])", r"\1 ", text))


def plain_letters(text: str, kept: str) -> str:
    """Latin letters without marks but for those `kept`, and only common punctuation.

    Letters of other scripts stay as they are.
    """
    if text.isascii():
        return text
    return "".join(
        character if character.isascii() or character in kept else _plain(character)
        for character in text
    )


# Latin letters that are not one of a to z with a mark, by the last word of their Unicode name.
_SPELLINGS = {
    "SHARP S": "ss",
    "ETH": "d",
    "THORN": "th",
    "ENG": "ng",
    "SCHWA": "e",
    "ESH": "sh",
    "EZH": "zh",
    "YOGH": "y",
    "WYNN": "w",
}


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "N":
        value = unicodedata.numeric(character, 0.5)
        return f" {int(value)} " if value == int(value) else " "
    if category[0] != "L":
        common = {"。": ".", "、": ","}.get(character) or unicodedata.normalize("NFKC", character)
        return common if common.isascii() else "" if category[0] == "M" else " "
    parts = unicodedata.normalize("NFKD", character)
    base = parts[-1 if parts[0] == "ʼ" else 0]  # ŉ is ʼn
    if base.isascii() and base.isalpha():
        return base
    if base != character:
        return _plain(base)
    name = unicodedata.name(character, "")
    if not name.startswith("LATIN"):
        return "" if name.startswith("MODIFIER") else character
    # "LATIN SMALL LETTER L WITH STROKE", "… DOTLESS I", "… AE".
    called = name.rpartition("LETTER ")[2].partition(" WITH ")[0]
    letters = _SPELLINGS.get(called) or called.split(" ")[-1]
    letters = _SPELLINGS.get(letters, letters)
    letters = letters if len(letters) <= 2 else letters[0]
    return letters.capitalize() if "CAPITAL" in name else letters.lower()


def _double_quotes(text: str) -> str:
    """'Yes,' he said: single quotes as double ones, where they cannot be apostrophes."""
    text, closed = re.subn(r"(?<=[.,!?;])'(?!\w)", '"', text)
    if closed:
        text = re.sub(r"(?<!\w)'(?=\w[^\"]*[.,!?;]\")", '"', text)
    return text


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    if category[0] == "S" and character not in SPOKEN_SYMBOLS and character not in "⁻⁺":
        return " "
    # Marks that only dress up an emoji: variation selectors and the keycap.
    if 0xFE00 <= ord(character) <= 0xFE0F or ord(character) == 0x20E3:
        return ""
    return str(unicodedata.digit(character)) if category == "Nd" else character
