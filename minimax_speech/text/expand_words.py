"""Addresses of the web, abbreviations, acronyms, Roman numerals, and signs to words."""

import re

from minimax_speech.text.expand_dates import any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import SpokenForms

_TOP_LEVEL = "com|org|net|edu|gov|io|ai|info|biz|app|dev|tv|co|uk|us|de|fr|eu|ca|au|ch|es|it|nl"
_MAIL = r"[\w.+-]*\w@\w[\w-]*(?:\.\w[\w-]*)+"
_SITE = rf"(?:https?://|www\.)[^\s\"()<>]+|(?:\w[\w-]*\.)+(?:{_TOP_LEVEL})\b(?:/[^\s\"()<>]*)?"
_ADDRESS = re.compile(rf"(?<![\w.@])(?:{_MAIL}|{_SITE})(?![@\w])")

_ROMAN = {"I": 1, "V": 5, "X": 10}


def web_addresses(text: str, forms: SpokenForms) -> str:
    """jane@mail.com, https://www.example.org/page: every sign is named, the scheme is not."""

    def say(match: re.Match[str]) -> str:
        address = match[0].rstrip(".,;:!?'-/")
        tail = match[0][len(address) :].replace("/", "")
        address = re.sub(r"^https?://", "", address)
        address = re.sub(r"^www\.", "W W W.", address)
        signs = compiled(f"[{re.escape(''.join(forms.web))}]")
        return signs.sub(lambda sign: f" {forms.web[sign[0]]} ", address).strip() + tail

    return _ADDRESS.sub(say, text) if "." in text else text


def abbreviations(text: str, forms: SpokenForms) -> str:
    """Mr. St. etc. No. 5, and letters with stops (U.S., J. R. Smith)."""
    for phrase, words in forms.phrases.items():
        text = compiled(rf"(?<!\w){re.escape(phrase)}(?!\w)").sub(words, text)
    text = compiled(rf"(?<!\w)({any_of(forms.before_number)})\. ?(?=\d)").sub(
        lambda match: forms.before_number[match[1]] + " ", text
    )
    text = compiled(rf"(?<![\w.])({any_of(forms.leading)})(?!\w)").sub(
        lambda match: forms.leading[match[1]] + _stop_at_end(text_after(match), match[1]), text
    )
    text = _street_or_saint(text, forms)
    text = compiled(rf"(?<![\w.])({any_of(forms.abbreviations)})(?!\w)").sub(
        lambda match: forms.abbreviations[match[1]] + sentence_stop(match), text
    )
    text = re.sub(
        r"(?<![\w.])(?:[^\W\d_]\.){2,}",
        lambda match: (
            " ".join(match[0].replace(".", "").upper()) + _stop_at_end(text_after(match), ".")
        ),
        text,
    )
    return _initials(text, forms)


def _initials(text: str, forms: SpokenForms) -> str:
    """J. R. Smith, John F. Kennedy; but "Plan B. The …" ends a sentence."""
    openers = any_of(forms.sentence_openers)
    return compiled(
        rf"(?:^|(?<=[\"(])|(?<=[.!?] )|(?<=[a-z] ))((?:[A-Z]\. ?)*(?!I\.)[A-Z]\.)"
        rf"(?= (?!(?:{openers})\b)[A-Z][a-z])"
    ).sub(lambda match: match[1].replace(". ", ".").replace(".", " ").strip(), text)


def text_after(match: re.Match[str]) -> str:
    """What follows a match in its text."""
    return match.string[match.end() :]


def _stop_at_end(rest: str, written: str) -> str:
    """A stop that belongs to the abbreviation is also the sentence's where the text ends."""
    return "." if written.endswith(".") and not rest.strip("\"') ") else ""


def _street_or_saint(text: str, forms: SpokenForms) -> str:
    """St. Paul against Main St., Dr. Jones against Hill Dr."""

    def say(match: re.Match[str]) -> str:
        after_name, before_name = forms.street_or_saint[match[2]]
        if match[1] and not re.match(r" [A-Z]", text_after(match)):
            return match[1] + after_name + _stop_at_end(text_after(match), match[0])
        return (match[1] or "") + before_name

    return compiled(rf"(?<![\w.])([A-Z]\w+ )?\b({any_of(forms.street_or_saint)})\b\.?").sub(
        say, text
    )


def roman_numerals(text: str, forms: SpokenForms) -> str:
    """Henry VIII, Elizabeth I, World War II, Chapter IV; only after a capitalised word."""

    def say(match: re.Match[str]) -> str:
        name, numeral = match.groups()
        values = [_ROMAN[letter] for letter in numeral]
        value = sum(
            -one if one < following else one
            for one, following in zip(values, [*values[1:], 0], strict=True)
        )
        if name in forms.regnal_names:
            return f"{name} {forms.regnal.format(ordinal=forms.reader.ordinal(value))}"
        return f"{name} {forms.reader.cardinal(value)}"

    numeral = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
    text = re.sub(rf"\b([A-Z][a-z]+) ((?=[IVX]{{2}}){numeral})\b(?!')", say, text)
    regnal = rf"\b({any_of(forms.regnal_names)}) ([IV])(?= of\b|[,.;:)]|$)"
    return compiled(regnal).sub(say, text)


def acronyms(text: str, forms: SpokenForms) -> str:
    """Capitals that are spelt, letter by letter: USB is "U S B", FBI's is "F B I's".

    Spelt: up to three capitals, and longer ones without a vowel (HTML), but for the table's
    `letter_words`; also its `spelt_words`. Longer ones with a vowel (NASA) are read as a word.
    In a text that is mostly capitals, capitals mean nothing: all are words.
    """
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) > 1 and sum(word.isupper() for word in words) > len(words) / 2:
        return text

    def say(match: re.Match[str]) -> str:
        letters, ending = match[1], match[2]
        short = len(letters) <= 3 or not re.search("[AEIOUY]", letters)
        if letters not in forms.spelt_words and (letters in forms.letter_words or not short):
            return match[0]
        return " ".join(letters) + ("'s" if ending else "")

    return re.sub(r"(?<![\w'])([A-Z]{2,})('?s)?(?!\w)", say, text)


def signs(text: str, forms: SpokenForms) -> str:
    """The signs that stand alone: & @ + = / and their like."""
    pattern = compiled(f"[{re.escape(''.join(forms.symbols))}]")
    return pattern.sub(lambda match: f" {forms.symbols[match[0]]} ", text)
