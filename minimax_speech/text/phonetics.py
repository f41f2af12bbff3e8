"""How a respelling can be written in each language, and where a text has one that is no words.

Letters of the language; for Chinese also pinyin and for Cantonese jyutping, both with the number of
each syllable's tone (chong2 qing4, gwong2 dung1); for Japanese kana. The syllables are those of
Hanyu Pinyin (ISO 7098) and of the Linguistic Society of Hong Kong's Jyutping.
"""

import re

from minimax_speech.text import languages

# Letters, marks, and what joins them.
_LETTERS = "[^\\W\\d_](?:[^\\W\\d_]|[\u0300-\u036f '’-])*"

_PINYIN = (
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[iu]ang|iong|ueng|[aeio]ng|iao|ian|uai|[uüv]an|ai|ei|ao|ou"
    r"|[aeiuüv]n|ia|ie|iu|ua|uo|ui|[uüv]e|er|[aoeiuüv])[1-5]"
)
_JYUTPING = (
    r"(?:(?:ng|gw|kw|[bpmfdtnlgkhwzcsj])?(?:aa(?:ng|[iumnptk])?|oe(?:ng|[tk])?|eo[int]|yu[nt]?"
    r"|[aeiou](?:ng|[iumnptk])?)|m|ng)[1-6]"
)
_SYLLABLES = {"zh": ("pinyin", _PINYIN, "chong2"), "yue": ("jyutping", _JYUTPING, "cung4")}


def _spelt(syllable: str) -> re.Pattern[str]:
    """Syllables with their tones, amid other letters: 重 as chong2 beside 庆."""
    alone = r"A-Za-zü0-9"
    return re.compile(rf"(?<![{alone}])((?:{syllable})(?:[ '-]?{syllable})*)(?![{alone}])")


_SPELT = {code: _spelt(syllable) for code, (_, syllable, _) in _SYLLABLES.items()}


def is_written(respelling: str) -> bool:
    """Whether a respelling can be read in some language."""
    spelt = any(pattern.fullmatch(respelling.lower()) for pattern in _SPELT.values())
    return spelt or bool(re.fullmatch(_LETTERS, respelling))


def is_meant(target: str, language: str) -> bool:
    """Whether what stands in parentheses after [a word] respells it, and is no relative link."""
    return is_written(target) or target[0] == "/" or language in _SYLLABLES


def parts(text: str, language: str) -> list[str]:
    """A text in parts: every second one, if there is one, is pinyin or jyutping."""
    return _SPELT[language].split(text) if language in _SPELT else [text]


def problem(respelling: str, language: str) -> str | None:
    """Why a language cannot read a respelling, and how to mend it; None where it can."""
    known = languages.get(language)
    if re.fullmatch(r"/.*/", respelling):
        return "no phonetic alphabet is read: respell the word in letters"
    scripts = {languages.script(letter) for letter in respelling if letter.isalpha()} - {""}
    letters = re.fullmatch(_LETTERS, respelling) and scripts <= known.scripts
    if language == "ja":
        return None if letters and "CJK" not in scripts else "write it in kana, as in とうきょう"
    if language in _SYLLABLES:
        name, _, example = _SYLLABLES[language]
        if letters or _SPELT[language].fullmatch(respelling.lower()):
            return None
        return f"write {name} with tones, as in {example}, or characters that sound so"
    script = languages.script_name(known.script)
    return None if letters else f"{known.name} reads {script} letters, spaces, - and '"
