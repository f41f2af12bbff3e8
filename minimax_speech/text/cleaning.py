"""One form for characters that sound the same, and none for those that cannot be spoken.

Knows no language. What is left after `clean`: letters, marks, digits, punctuation, single
spaces, and the few symbols in `SPOKEN_SYMBOLS`, which a language's table may put into words.
"""

import re
import unicodedata

SPOKEN_SYMBOLS = frozenset("$€£¥₹₩₽₺₴₪%‰&@#+=/°×÷±_")

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ′`´", "'"),
        **dict.fromkeys("“”„‟″「」『』〝〞", '"'),
        **dict.fromkeys("‐‑⁃", "-"),
        **dict.fromkeys("‒–−", "–"),
        **dict.fromkeys("—―⸺⸻", "—"),
        **dict.fromkeys("[{【〔", "("),
        **dict.fromkeys("]}】〕", ")"),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("|\\•·*^~", " "),
        "￥": "¥",
        "％": "%",
        "…": "...",
        "℃": "°C",
        "℉": "°F",
        "№": "No. ",
    }
)

# Wide, ligated, and mathematical forms of ordinary letters and digits.
_COMPATIBLE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06\U0001d400-\U0001d7ff]"
)


def clean(text: str) -> str:
    """NFC text with unified quotes, dashes, ellipses, and spaces, unspeakable characters gone.

    A dash between clauses becomes " - "; one that joins digits or letters a plain "-". Control
    and zero-width characters vanish; other unspeakable ones (emoji, arrows …) count as a space.
    """
    text = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"«\s*|\s*»", '"', text).translate(_UNIFIED)
    text = _double_quotes(text)
    text = "".join(map(_kept, text))
    text = re.sub(r"(?<=\d)\s?–\s?(?=\d)", "-", text)
    text = re.sub(r"(?<=\w)–(?=\w)|(?<![\w–])–(?=\d)", "-", text)
    text = re.sub(r"\s*(?:—|–|--+)\s*", " - ", text)
    text = re.sub(r"\.(?:\s?\.){2,}", "...", text)
    text = re.sub(r"([!?])[!?]+", lambda match: "?" if "?" in match[0] else "!", text)
    text = re.sub(r"([,;:、。，])\1+", r"\1", text)
    text = re.sub(r"\s+(?=[,;:!?)](?:\s|$))", "", re.sub(r"\s+", " ", text))
    return unicodedata.normalize("NFC", text).strip()


def speakable(text: str) -> bool:
    """Whether there is a letter or a digit to say."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def drop_symbols(text: str, symbols: frozenset[str] = SPOKEN_SYMBOLS) -> str:
    """Removes the symbols that no table put into words, with the gaps they leave."""
    return clean("".join(" " if character in symbols else character for character in text))


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
    if category[0] == "S" and character not in SPOKEN_SYMBOLS:
        return " "
    # Marks that only dress up an emoji: variation selectors and the keycap.
    if 0xFE00 <= ord(character) <= 0xFE0F or ord(character) == 0x20E3:
        return ""
    return str(unicodedata.digit(character)) if category == "Nd" else character
