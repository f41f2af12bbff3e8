"""What each language says for figures and signs: one file per language, named by its code.

What related languages share is in files of other names (`chinese`, `east_asian`,
`east_slavic`, `slavic`, `semitic`).

To add one, write `<code>.py` with a `FORMS`, and its cases in `tests/text/spoken/<code>.txt`:

1. Begin with `cldr.spoken_forms(languages.get(code))`. It knows units, currencies, months, days and
   how numbers are written. `gender` and the names of units after it say which form of a number its
   units take, `without` which signs of units are words of the language ("ha").
2. Override by `dataclasses.replace` what is missing or sounds wrong; `SpokenForms` tells what there
   is. All is optional. The least that a reader will miss: `point` of the reader, `minus`, `to`,
   `per`, `symbols`, `web`, main currencies with their hundredths, `date`, `clock`, `whole_hour`,
   `denominators`, `leading`, `abbreviations`, `before_number`, `sentence_openers`, `letter_words`.
3. Grammar goes into the reader. `agreement` and `ordinal_agreement` change the words of a number
   for a gender or case ("eins" to "ein"); a `Noun` has a form for each plural category of the CLDR
   and a gender; `agrees_with` guesses the form that a number takes before any other word.
4. Where num2words knows no numbers, or not enough, derive a `NumberReader` with its own `words`.
5. What only this language writes (5月3日, Hauptstr. 5) is a function in `rules`: a text to a text.

The rules see numerals as 1,234.56, whatever the language; digits of other scripts come as 0 to 9.
In scripts without spaces, figures have some around them while the rules run.
"""

from functools import cache
from importlib import import_module

from minimax_speech.text.spoken_forms import SpokenForms


@cache
def spoken_forms(code: str) -> SpokenForms:
    """The table of a language."""
    forms: SpokenForms = import_module(f"{__name__}.{code}").FORMS
    return forms
