"""Which of the words that are said belongs to which of those that are written.

"It cost $5." is said as "It cost five dollars.": the written "$5." is said as two words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from minimax_speech.text import languages
from minimax_speech.text.characters import spoken_characters
from minimax_speech.text.markup import paragraphs
from minimax_speech.text.normalise import normalise
from minimax_speech.text.pauses import split_at_pauses

_WINDOW = 300  # written words; the time to match them grows with the square of it
_SURE = 3  # so many equal words in a row are no chance

_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}][^\w\s]*|[^\s{_IDEOGRAPHS}]+")


@dataclass(frozen=True)
class Written:
    """A word as written, or a few that are read as one ("1 000 000").

    Attributes:
        text: with the marks around it.
        first: index of its first spoken word.
        end: index after its last one.
    """

    text: str
    first: int
    end: int


@dataclass(frozen=True)
class _Block:
    """Written words that are said as some spoken ones, both by first index and index after."""

    tokens: tuple[int, int]
    said: tuple[int, int]
    equal: bool


def spoken_words(text: str) -> list[str]:
    """The lower-case words of a text in spoken form; an ideograph is a word."""
    return _WORD.findall(spoken_characters(text))


def find_words(text: str) -> Iterator[re.Match[str]]:
    """Where the words of a text lie, an ideograph being a word."""
    return _WORD.finditer(text)


def match_words(text: str, spoken: Sequence[str], language: str) -> list[Written]:
    """The words of a text, each with what is said of it: every spoken word belongs to one.

    What is not said (a dash, an emoji) is part of the word before it, but for pauses.

    Args:
        text: as written, markup and all.
        spoken: `spoken_words` of its spoken form.
        language: code.

    Raises:
        InputError: an unknown language, or a pause that is none.
    """
    terminators = languages.get(language).terminators
    written = " ".join(split_at_pauses(text)[0])  # nobody says a pause
    tokens = _WORD.findall(" ".join(paragraphs(written, terminators)))
    owners: list[tuple[int, int]] = []  # of each spoken word: the tokens that it belongs to
    token = 0
    while tokens and len(owners) < len(spoken):
        token = min(token, len(tokens) - 1)
        some = tokens[token : token + _WINDOW]
        said = spoken[len(owners) : len(owners) + 2 * _WINDOW]
        whole = token + len(some) == len(tokens) and len(owners) + len(said) == len(spoken)
        blocks = list(_blocks(some, said, language))
        if not whole:
            blocks = _before_last_anchor(blocks)
        for block in blocks:
            first, end = (token + index for index in block.tokens)
            owners += [(first, end)] * (block.said[1] - block.said[0])
        token += blocks[-1].tokens[1]
    return _joined(tokens, owners)


def _blocks(tokens: Sequence[str], said: Sequence[str], language: str) -> Iterator[_Block]:
    """Which tokens belong to which spoken words: in order, and each spoken word in one block."""
    for block in _matched([spoken_words(token) for token in tokens], said):
        first, end = block.tokens
        if block.equal or end - first == 1:
            yield block
            continue
        # Several words that are read otherwise than written: "$5 million".
        readings = [spoken_words(normalise(token, language)) for token in tokens[first:end]]
        start = block.said[0]
        for part in _matched(readings, said[start : block.said[1]]):
            yield _Block(
                (first + part.tokens[0], first + part.tokens[1]),
                (start + part.said[0], start + part.said[1]),
                False,
            )


def _matched(readings: Sequence[Sequence[str]], said: Sequence[str]) -> Iterator[_Block]:
    """Blocks of the tokens with these readings, word by word where they are equal."""
    owners = [number for number, words in enumerate(readings) for _ in words]
    words = [word for reading in readings for word in reading]
    matcher = SequenceMatcher(None, words, said, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for i, j in zip(range(a, b), range(c, d), strict=True):
                yield _Block((owners[i], owners[i] + 1), (j, j + 1), True)
        elif d > c:
            # What nothing written stands for goes to the word before it, or else after it.
            first = owners[a] if b > a else owners[max(0, a - 1)] if owners else 0
            last = owners[b - 1] if b > a else first if owners else max(0, len(readings) - 1)
            yield _Block((first, last + 1), (c, d), False)


def _before_last_anchor(blocks: list[_Block]) -> list[_Block]:
    """The blocks before the last of several equal ones in a row; all, where there are none."""
    for end in range(len(blocks), _SURE, -1):
        if all(block.equal for block in blocks[end - _SURE : end]):
            kept = [b for b in blocks[:end] if b.tokens[1] <= blocks[end - 1].tokens[0]]
            return kept or blocks
    return blocks


def _joined(tokens: Sequence[str], owners: Sequence[tuple[int, int]]) -> list[Written]:
    """Tokens that share a spoken word are one; those without any join the one before."""
    groups: list[list[int]] = []  # first token, first spoken word, index after the last one
    reached = 0  # index after the last token so far
    for index, (first, end) in enumerate(owners):
        if not groups or first >= reached:
            groups.append([first if groups else 0, index, index])
        groups[-1][2] = index + 1
        reached = max(reached, end)
    ends = [group[0] for group in groups[1:]] + [len(tokens)] * bool(groups)
    return [
        Written(" ".join(tokens[first:last]), start, end)
        for (first, start, end), last in zip(groups, ends, strict=True)
    ]
