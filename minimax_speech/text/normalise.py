"""Written text to spoken text: what a reader would say, in letters and punctuation only.

    normalise("Dr. Smith paid $3.50 at 5:30 pm.", "en")
    'Doctor Smith paid three dollars and fifty cents at five thirty P M.'

The rules know no language; a language's words are in its table (`tables`).
"""

from collections.abc import Iterator, Sequence

from minimax_speech.text import languages, phonetics
from minimax_speech.text.cleaning import (
    attach_particles,
    clean,
    drop_symbols,
    join_ideographs,
    part_figures,
    plain_letters,
    speakable,
)
from minimax_speech.text.expand_addresses import addresses
from minimax_speech.text.expand_maths import maths
from minimax_speech.text.expand_numbers import expand_numbers
from minimax_speech.text.expand_words import (
    abbreviations,
    acronyms,
    roman_numerals,
    signs,
    small_acronyms,
)
from minimax_speech.text.markup import finished, paragraphs
from minimax_speech.text.tables import spoken_forms

_STEPS = (
    addresses,
    abbreviations,
    maths,
    expand_numbers,
    roman_numerals,
    acronyms,
    small_acronyms,
    signs,
)

# One pass nearly always suffices; what it uncovers (a stray sign between two letters gone, say)
# takes another. Every rule leaves fewer figures, signs, or stops, so it ends far sooner than this.
_MOST_PASSES = 20


def normalise(text: str, language: str, among: Sequence[str] = ()) -> str:
    """The spoken form of `text`: NFC, one line, single spaces; "" if there is nothing to say.

    Words in letters that the language is not written in are read as in that one of the languages
    `among` which is. normalise(normalise(text)) == normalise(text). Raises InputError for an
    unknown language.
    """
    known = languages.get(language)
    for _ in range(_MOST_PASSES):
        before = text
        text = _one_line(text, known)
        text = clean("".join(_parts(text, known.code, among)))
        if text == before:
            break
    return text if speakable(text) else ""


def _one_line(text: str, language: languages.Language) -> str:
    *blocks, last = paragraphs(text, language.terminators) or [""]
    return clean(" ".join([*(finished(block, language.terminators) for block in blocks), last]))


def _parts(text: str, language: str, among: Sequence[str]) -> Iterator[str]:
    """The spoken forms of a text's parts, each in its own language; pinyin and jyutping stay."""
    for number, part in enumerate(phonetics.parts(text, language)):
        if number % 2:
            yield part
            continue
        for code, run in languages.runs(part, language, among):
            yield _spoken(run, languages.get(code))


def _spoken(text: str, language: languages.Language) -> str:
    forms = spoken_forms(language.code)
    start, end = text[:1].isspace(), text[-1:].isspace()
    text = part_figures(text, forms.particles)
    for step in _STEPS:
        text = step(text, forms)
    text = attach_particles(text)
    if forms.kept is not None:
        text = plain_letters(text, forms.kept)
    text = drop_symbols(text)
    if language.script in ("CJK", "KANA"):
        text = join_ideographs(text)
    return " " * start + text + " " * end
