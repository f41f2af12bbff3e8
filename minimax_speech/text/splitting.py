"""Text to pieces short enough to be spoken in one go.

Works on slices of the text: joined, the pieces are the text again but for white space.
"""

import re
import unicodedata
from itertools import pairwise

from minimax_speech.errors import InputError
from minimax_speech.text import languages
from minimax_speech.text.expand_dates import form_after
from minimax_speech.text.spoken_forms import SpokenForms
from minimax_speech.text.tables import spoken_forms

# A piece shorter than this is spoken together with its neighbour: single words sound rushed.
SHORT = 25
_SHORT = {"CJK": 8, "KANA": 10, "HANGUL": 12}  # in scripts that say more with a letter
_FEWEST = 10
_CLAUSE_MARKS = ",;:،؛、，；：–—"
# Quotes and brackets, and marks of the direction of writing.
_CLOSING = "\"'”’»)\\]}」』】）\u200e\u200f\u061c\u202c\u2069"
# Nothing but a sentence ends in these, whatever follows.
_SURE_TERMINATORS = "。！？．।॥۔؟"
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
# After what somebody said: 「はい。」と言った。
_QUOTING = ("と", "って")


def split_sentences(text: str, language: str, max_chars: int = 200) -> list[str]:
    """Sentences of at most `max_chars` characters, in order.

    Ends: the language's terminators (with the quotes and brackets that close after them) and
    blank lines; not after abbreviations, initials and ordinals such as "3." A sentence that is too
    long is cut at its clause marks, then at spaces (all that Thai has), then anywhere. Very short
    neighbours in a paragraph are merged.
    Raises InputError for an unknown language or a `max_chars` under 10.
    """
    if max_chars < _FEWEST:
        raise InputError(f"max_chars={max_chars} is too short: use {_FEWEST} or more")
    known = languages.get(language)
    short = _SHORT.get(known.script, SHORT)
    pieces: list[str] = []
    for paragraph in re.split(r"(?<=\n)\s*\n", text):
        sentences = _sentences(paragraph, known.terminators, spoken_forms(known.code))
        fitting = [part for sentence in sentences for part in _cut(sentence, max_chars)]
        pieces += _merge(fitting, max_chars, short)
    return [piece.strip() for piece in pieces if piece.strip()]


def _sentences(text: str, terminators: str, forms: SpokenForms) -> list[str]:
    """The text in slices that end after a sentence's end and the space behind it."""
    ends = [0]
    for match in re.finditer(rf"[{re.escape(terminators)}]+[{_CLOSING}«]*(?:\s»)?", text):
        if _ends_sentence(text, match, forms):
            ends.append(match.end())
    ends.append(len(text))
    return [text[start:end] for start, end in pairwise(ends) if end > start]


def _ends_sentence(text: str, match: re.Match[str], forms: SpokenForms) -> bool:
    before, after = text[: match.end()], text[match.end() :]
    following = after.lstrip()
    if not following:
        return True
    if any(mark in match[0] for mark in _SURE_TERMINATORS):
        return not (len(match[0]) > 1 and following.startswith(_QUOTING))
    # "3.14" and "example.com", but where words have no spaces, sentences have none.
    if not after[0].isspace() and not re.search(rf"[{_UNSPACED}][.!?]+$", before):
        return False
    # A sentence does not go on in lower case.
    return not following[0].islower() and (
        match[0] != "." or not _is_abbreviation(before, following, forms)
    )


def _is_abbreviation(before: str, following: str, forms: SpokenForms) -> bool:
    """Whether the stop that ends `before` belongs to its last word."""
    word = re.split(r"[\s\"'(\[“‘«„¿¡]", before)[-1]
    openers = forms.sentence_openers
    # "I." is a pronoun, and the last of letters without stops ("five P M.") is no initial.
    if word[:-1] in openers or re.search(r"(?<!\w)[^\W\d_] [^\W\d_]\.$", before):
        return False
    if re.fullmatch(r"(?:[^\W\d_]\.)+", word) and word[0].isupper():
        opener = re.match(r"[^\W\d_]+", following)
        return not (opener and opener[0] in openers)
    if word[:-1] in forms.before_number and following[0].isdigit():
        return True
    return (
        word in forms.never_last
        or word[:-1] in forms.street_or_saint
        or _goes_on(before, following, forms)
        or _is_ordinal(before, following, forms)
        or _in_date(before, following)
    )


def _goes_on(before: str, following: str, forms: SpokenForms) -> bool:
    """Whether an abbreviation of several words goes on: EE. | UU."""
    return any(
        before.endswith(start)
        and following.startswith(end)
        and not before.removesuffix(start)[-1:].isalnum()
        for start, end in forms.abbreviation_halves
    )


def _is_ordinal(before: str, following: str, forms: SpokenForms) -> bool:
    """Am 3. | April, im 19. | Jahrhundert, der 2. | Versuch, II. | Weltkrieg."""
    word = re.split(r"[\W\d_]", following)[0]
    if re.search(r"(?<![\w.,])[IVX]+\.$", before):
        return word in forms.roman_before
    number = re.search(r"(?<![\w.,])\d{1,3}\.$", before)
    if not (number and forms.stop_ordinals):
        return False
    counted = word in forms.ordinal_before or word in forms.month_numbers
    return counted or form_after(before[: number.start()], forms) is not None


def _in_date(before: str, following: str) -> bool:
    """2025. | 04. | 03., 3. | 4. | 2025."""
    if re.search(r"(?<![\w.,])\d{1,4}\. ?\d{1,2}\.$", before):
        return re.match(r"\d{1,4}(?![\w,])", following) is not None
    starts = re.search(r"(?<![\w.,])\d{1,4}\.$", before)
    return starts is not None and re.match(r"\d{1,2}\. ?\d{1,4}(?!\w)", following) is not None


def _cut(sentence: str, max_chars: int) -> list[str]:
    """Slices of at most `max_chars` characters each, not counting white space at the ends."""
    parts = []
    while len(sentence.strip()) > max_chars:
        start = len(sentence) - len(sentence.lstrip())
        end = _cutting_point(sentence, start, start + max_chars)
        parts.append(sentence[:end])
        sentence = sentence[end:]
    return [*parts, sentence]


def _cutting_point(text: str, start: int, limit: int) -> int:
    """Where to cut: after the last clause mark, else the last space, else at `limit`.

    A mark or space in the first third is passed over: it would leave a scrap.
    """
    earliest = start + (limit - start) // 3
    for pattern in (rf"[{_CLAUSE_MARKS}](?=\s)| - |[、，；：،؛]", r"\s"):
        ends = [match.end() for match in re.finditer(pattern, text[: limit + 1])]
        fitting = [end for end in ends if earliest < len(text[:end].rstrip()) <= limit]
        if fitting:
            return fitting[-1]
    # Never part a mark from its letter.
    point = limit
    while point > earliest and unicodedata.combining(text[point]):
        point -= 1
    return point


def _merge(parts: list[str], max_chars: int, shortest: int) -> list[str]:
    merged: list[str] = []
    for part in parts:
        joined = merged[-1] + part if merged else part
        short = merged and min(len(merged[-1].strip()), len(part.strip())) < shortest
        if short and len(joined.strip()) <= max_chars:
            merged[-1] = joined
        else:
            merged.append(part)
    return merged
