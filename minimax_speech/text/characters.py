"""Character sets for CTC: which symbols a recogniser can spell, in any script."""

import unicodedata
from collections.abc import Container, Sequence
from itertools import groupby


def spoken_characters(text: str) -> str:
    """Lower-case letters, marks, digits and apostrophes of a text, with single spaces."""
    text = unicodedata.normalize("NFC", text.lower().replace("’", "'"))
    kept = (
        symbol if symbol == "'" or unicodedata.category(symbol)[0] in "LMN" else " "
        for symbol in text
    )
    return " ".join("".join(kept).split())


class CharacterSet:
    """Maps characters to CTC classes; class 0 is the blank, class i + 1 is ``alphabet[i]``."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self._classes = {symbol: index + 1 for index, symbol in enumerate(alphabet)}

    def encode(self, spelled: str) -> list[int]:
        """Classes of what is spelled of a text; unknown characters are left out."""
        return [self._classes[symbol] for symbol in spelled if symbol in self._classes]

    def among(self, symbols: Container[str]) -> list[bool]:
        """Of each class whether it is one of some symbols; the blank always is."""
        return [True, *(symbol in symbols for symbol in self.alphabet)]

    def decode_ctc(self, classes: Sequence[int]) -> str:
        """Text of a frame-by-frame class sequence: repeats merged, blanks dropped."""
        return "".join(self.alphabet[index - 1] for index, _ in groupby(classes) if index)
