"""Into how many pieces a tokenizer cuts each language: the fewer, the less a model has to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minimax_speech.text.bpe import TextTokenizer

_ENOUGH = 1000


@dataclass(frozen=True)
class Fertility:
    """How some sentences are cut.

    Attributes:
        pieces: all tokens.
        per_word: tokens of a word between spaces.
        per_character: tokens of a character as it is written.
        as_bytes: share of the tokens that are single bytes, which say little.
    """

    pieces: int
    per_word: float
    per_character: float
    as_bytes: float


def fertilities(
    tokenizer: TextTokenizer, sentences: Mapping[str, Sequence[str]]
) -> dict[str, Fertility]:
    """The fertility of each language, by code, over a thousand of its normalised sentences."""
    return {
        code: _fertility(tokenizer, code, lines[:: 1 + len(lines) // _ENOUGH])
        for code, lines in sentences.items()
        if lines
    }


def _fertility(tokenizer: TextTokenizer, code: str, lines: Sequence[str]) -> Fertility:
    ids = [index for line in lines for index in tokenizer.encode(line, code)]
    words = sum(len(line.split()) for line in lines)
    characters = sum(len("".join(line.split())) for line in lines)
    single = sum(index in tokenizer.byte_ids for index in ids)
    return Fertility(
        pieces=len(ids),
        per_word=len(ids) / max(1, words),
        per_character=len(ids) / max(1, characters),
        as_bytes=single / max(1, len(ids)),
    )
