"""Text to the pieces that are spoken one by one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.durations import characters_within
from minimax_speech.text import languages
from minimax_speech.text.cleaning import speakable
from minimax_speech.text.markup import paragraphs
from minimax_speech.text.normalise import normalise
from minimax_speech.text.pauses import split_at_pauses
from minimax_speech.text.splitting import split_sentences

CLAUSE_PAUSE, SENTENCE_PAUSE, PARAGRAPH_PAUSE = 0.05, 0.25, 0.6
"""Seconds of silence after a piece, besides the 0.1 s that speech keeps at each of its edges."""

_FEWEST_CHARACTERS = 30
_CLOSING = "\"')"
_OPEN_ENDS = ",;:،؛、，；：–—- "
_LETTERS_ONLY = re.compile(r"\w\.(?: \w\.)+")
_SCRAP = re.compile(r"(?:^|(?<=[.!?] ))(\w[\w']+(?: [\w']+)?)\. (?=\w)")
"""One or two words between stops; a single letter is more likely someone's initial."""


@dataclass(frozen=True)
class Line:
    """A piece of text in spoken form.

    Attributes:
        text: what is said.
        pause: silence in seconds that follows it as a matter of course.
        lead: silence in seconds that the text asks for before it; None where it asks for none.
        trail: the same, after it.
    """

    text: str
    pause: float
    lead: float | None = None
    trail: float | None = None


def write_script(
    text: str, language: str, max_seconds: float, among: Sequence[str] = ()
) -> list[Line]:
    """The lines of a text, each of at most about ``max_seconds`` of speech.

    Words in the letters of another language ``among`` those of the model are read as there.

    Every line ends as a sentence does, also where the text has no mark or goes on: models have
    heard whole sentences, and babble on after what does not end.

    Raises:
        InputError: there is nothing to say, the language is unknown, or a pause is none.
    """
    parts, silences = split_at_pauses(text)
    lines: list[Line] = []
    asked: float | None = None  # silence since the last line
    for part, silence in zip(parts, [*silences, None], strict=True):
        following = _lines(part, language, max_seconds, among)
        if following and asked is not None:
            if lines:
                lines[-1] = replace(lines[-1], pause=0.0, trail=asked)
            following[0] = replace(following[0], lead=0.0 if lines else asked)
            asked = None
        lines += following
        if silence is not None:
            asked = silence + (asked or 0.0)
    if not lines:
        raise InputError(f"the text {excerpt(text)} holds nothing to say: give at least one word")
    if asked is not None:
        lines[-1] = replace(lines[-1], pause=0.0, trail=asked)
    return lines


def _lines(text: str, language: str, max_seconds: float, among: Sequence[str]) -> list[Line]:
    """The lines of a text without pauses of its own."""
    terminators = languages.get(language).terminators
    lines: list[Line] = []
    for paragraph in paragraphs(text, terminators):
        spoken = normalise(paragraph, language, among)
        if not spoken:
            continue
        longest = max(_FEWEST_CHARACTERS, characters_within(spoken, max_seconds))
        pieces = [p for p in split_sentences(spoken, language, longest) if speakable(p)]
        for number, piece in enumerate(pieces, 1):
            ended = piece.rstrip(_CLOSING)[-1] in terminators
            pause = SENTENCE_PAUSE if ended else CLAUSE_PAUSE
            if not ended:
                piece = piece.rstrip(_OPEN_ENDS) + terminators[0]
            pause = PARAGRAPH_PAUSE if number == len(pieces) else pause
            lines.append(Line(_run_on(piece), pause))
    return lines


def _run_on(piece: str) -> str:
    """The piece with commas after its scraps: models take the stop after one for the end of all."""
    if _LETTERS_ONLY.fullmatch(piece):
        return piece.replace(". ", ", ")
    return _SCRAP.sub(r"\1, ", piece)
