"""What Arabic and Hebrew share: numbers of a range agree, both, with what the second counts."""

import re
from collections.abc import Callable, Mapping

from minimax_speech.text.numbers import NUMERAL, NumberReader
from minimax_speech.text.patterns import any_of, compiled


def ranges(
    text: str,
    reader: NumberReader,
    to: str,
    genders: Mapping[str, str],
    guess: Callable[[str], str | None],
) -> str:
    """3-5 days, 3-5 km.

    Args:
        text: with numerals as the rules see them.
        reader: of the language.
        to: the word of a range.
        genders: of signs of units and currencies.
        guess: the gender of any other word.
    """

    def say(match: re.Match[str]) -> str:
        sign, word = match[2], match[3]
        gender = genders[sign] if sign else guess(word)
        return f"{reader.read(match[1], gender or '')} {to} "

    counted = rf" ?(?:({any_of(genders)})(?!\w)|([^\W\d_]+))"
    return compiled(rf"(?<![\w.,-])({NUMERAL})-(?={NUMERAL}{counted})").sub(say, text)
