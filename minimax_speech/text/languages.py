"""The 32 languages: names, scripts, sentence ends, and the names other libraries know them by."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from minimax_speech.errors import InputError
from minimax_speech.text.identification import tell_apart

_LATIN_ENDS = ".!?…"
_CJK_ENDS = "。！？…．.!?"


@dataclass(frozen=True)
class Language:
    """code: ISO 639. script: as in Unicode character names. terminators: characters that end a
    sentence. spaced: words are parted by spaces. locale: babel's name. num2words: its name there,
    None if num2words does not know the language.
    """

    code: str
    name: str
    native_name: str
    script: str = "LATIN"
    terminators: str = _LATIN_ENDS
    spaced: bool = True
    locale: str = ""
    num2words: str | None = None

    @property
    def scripts(self) -> frozenset[str]:
        """All scripts that the language is written in; Japanese has two."""
        return frozenset({self.script, "CJK"} if self.script == "KANA" else {self.script})


def _spoken(
    code: str, name: str, native: str, script: str = "LATIN", terminators: str = _LATIN_ENDS
) -> Language:
    """A language that num2words and babel call by its own code."""
    return Language(code, name, native, script, terminators, True, code, code)


_ALL = (
    Language("zh", "Chinese", "中文", "CJK", _CJK_ENDS, False, "zh"),
    Language("yue", "Cantonese", "粵語", "CJK", _CJK_ENDS, False, "yue"),
    _spoken("en", "English", "English"),
    _spoken("es", "Spanish", "español"),
    _spoken("fr", "French", "français"),
    _spoken("ru", "Russian", "русский", "CYRILLIC"),
    _spoken("de", "German", "Deutsch"),
    _spoken("pt", "Portuguese", "português"),
    _spoken("ar", "Arabic", "العربية", "ARABIC", terminators=".!؟?…۔"),
    _spoken("it", "Italian", "italiano"),
    Language("ja", "Japanese", "日本語", "KANA", _CJK_ENDS, False, "ja", "ja"),
    _spoken("ko", "Korean", "한국어", "HANGUL", terminators=".!?…。"),
    _spoken("id", "Indonesian", "Bahasa Indonesia"),
    _spoken("vi", "Vietnamese", "Tiếng Việt"),
    _spoken("tr", "Turkish", "Türkçe"),
    _spoken("nl", "Dutch", "Nederlands"),
    _spoken("uk", "Ukrainian", "українська", "CYRILLIC"),
    Language("th", "Thai", "ไทย", "THAI", _LATIN_ENDS, False, "th", "th"),
    _spoken("pl", "Polish", "polski"),
    _spoken("ro", "Romanian", "română"),
    Language("el", "Greek", "Ελληνικά", "GREEK", ".!;…", True, "el"),
    _spoken("cs", "Czech", "čeština"),
    _spoken("fi", "Finnish", "suomi"),
    Language("hi", "Hindi", "हिन्दी", "DEVANAGARI", ".!?…।॥", True, "hi"),
    Language("bg", "Bulgarian", "български", "CYRILLIC", _LATIN_ENDS, True, "bg"),
    _spoken("da", "Danish", "dansk"),
    _spoken("he", "Hebrew", "עברית", "HEBREW"),
    Language("ms", "Malay", "Bahasa Melayu", "LATIN", _LATIN_ENDS, True, "ms"),
    _spoken("sk", "Slovak", "slovenčina"),
    _spoken("sv", "Swedish", "svenska"),
    Language("hr", "Croatian", "hrvatski", "LATIN", _LATIN_ENDS, True, "hr"),
    _spoken("hu", "Hungarian", "magyar"),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _ALL}

_IDEOGRAPH = 3  # so many letters say as much
_SCRIPTS = {
    **dict.fromkeys(("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"), "KANA"),
    **dict.fromkeys(("IDEOGRAPHIC", "KANGXI", "BOPOMOFO"), "CJK"),
    # Letters by category, but signs that go with any script (ʻ, ª).
    **dict.fromkeys(("MODIFIER", "FEMININE", "MASCULINE"), ""),
}
_SCRIPT_NAMES = {"CJK": "Chinese", "KANA": "Japanese"}


def script_name(script: str) -> str:
    """What a user calls a script."""
    return _SCRIPT_NAMES.get(script, script.capitalize())


def script(letter: str) -> str:
    """The script of a letter as `Language.script` calls it; "" if it goes with any."""
    plain = unicodedata.normalize("NFKC", letter)[0]
    name = unicodedata.name(plain, "UNNAMED").split(" ")[0] if plain.isalpha() else ""
    return _SCRIPTS.get(name, name)


def get(code: str) -> Language:
    """The language of a code; region forms (en-US, pt_BR) give the language.

    Raises InputError listing the codes if there is no such language.
    """
    base = code.strip().lower().replace("_", "-").split("-")[0]
    # The region forms under which Cantonese text is often tagged.
    if code.strip().lower().replace("_", "-") in ("zh-hk", "zh-yue"):
        base = "yue"
    if base not in LANGUAGES:
        raise InputError(f"unknown language {code!r}: use one of {', '.join(LANGUAGES)}")
    return LANGUAGES[base]


def detect(text: str, among: Sequence[str] = ()) -> str:
    """The code, out of `among` (default: all), of the language that a text is written in.

    Among languages of one script that are alike in doubt, as for a word or two, the first of
    `among` is taken: give them with the model's main language first. Where no script fits, the
    first of all.
    """
    codes = [get(code).code for code in among] or list(LANGUAGES)
    scripts = _script_counts(text)
    if scripts["KANA"]:
        scripts["KANA"] += scripts.pop("CJK", 0)
    elif "zh" not in codes and "yue" not in codes:
        scripts["KANA"] = scripts["CJK"]
    most = max(scripts[LANGUAGES[code].script] for code in codes)
    fitting = [code for code in codes if scripts[LANGUAGES[code].script] == most]
    return fitting[0] if not most or len(fitting) == 1 else tell_apart(text, fitting)


def runs(text: str, main: str, among: Sequence[str]) -> list[tuple[str, str]]:
    """A text in parts that are each in one language, in order: pairs of code and part.

    Letters that the main language is not written in are in that language of `among` which is
    written so, and fits best; where there is none, in the main one. Figures, marks and spaces
    between two words of another language are in that one, all others in the main one.
    """
    own = get(main)
    others = [get(code) for code in among if not get(code).scripts & own.scripts]
    if not others:
        return [(own.code, text)]
    foreign = frozenset().union(*(language.scripts for language in others))
    parts: list[tuple[str, str]] = []  # script, text; the main language's script is "own"
    for name, letters in groupby(text, script):
        part = "".join(letters)
        name = name if name in foreign else "own" if name else ""
        if len(parts) > 1 and not parts[-1][0] and parts[-2][0] == name:  # "iPhone 15 Pro"
            part = parts[-2][1] + parts[-1][1] + part
            del parts[-2:]
        parts.append((name, part))

    def code(part: tuple[str, str]) -> str:
        fitting = [language.code for language in others if part[0] in language.scripts]
        return detect(part[1], fitting) if fitting else own.code

    return [(name, "".join(text for _, text in run)) for name, run in groupby(parts, code)]


def _script_counts(text: Iterable[str]) -> Counter[str]:
    counts = Counter(script(letter) for letter in text if letter.isalpha())
    counts["CJK"] *= _IDEOGRAPH
    return counts
