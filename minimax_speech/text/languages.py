"""The 32 languages: names, scripts, sentence ends, and the names other libraries know them by."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minimax_speech.errors import InputError

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

# Letters that tell a language from the others of its script.
_TELLTALE = {
    "yue": "嘅唔係咗喺嘢佢哋冇睇啲嚟",
    "uk": "іїєґ",
    "ru": "ыэё",
}
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
    """The code, out of `among` (default: all), whose script and telltale letters fit best.

    Languages that share a script and show no telltale letter are not told apart: the first of
    them in `among` wins, and the first of all where no script fits. Give `among` with the
    model's main language first.
    """
    codes = [get(code).code for code in among] or list(LANGUAGES)
    scripts = _script_counts(text)
    if scripts["KANA"]:
        scripts["KANA"] += scripts.pop("CJK", 0)
    elif "zh" not in codes and "yue" not in codes:
        scripts["KANA"] = scripts["CJK"]
    fitting = [code for code in codes if scripts[LANGUAGES[code].script]]
    if not fitting:
        return codes[0]

    def score(code: str) -> tuple[int, int]:
        telltale = sum(text.lower().count(letter) for letter in _TELLTALE.get(code, ""))
        return scripts[LANGUAGES[code].script], telltale

    return max(fitting, key=score)


def _script_counts(text: Iterable[str]) -> Counter[str]:
    return Counter(script(letter) for letter in text if letter.isalpha())
