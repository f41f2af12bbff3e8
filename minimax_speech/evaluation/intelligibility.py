"""Word and character error rates, of texts brought to one spoken form.

As in seed-tts-eval, case and punctuation do not count, and languages that write no spaces between
words are scored by characters. Beyond it, both sides pass through the text normaliser, so that
"1995" and "nineteen ninety-five" agree whichever of them a recogniser writes. A recogniser that
spells what is read, as pinyin or kana, is compared with the reading of the text.
"""

from dataclasses import dataclass

import jiwer

from minimax_speech.text.characters import spoken_characters
from minimax_speech.text.normalise import normalise
from minimax_speech.text.readings import Form
from minimax_speech.text.spelling import spelled

CHARACTER_LANGUAGES = frozenset({"zh", "yue", "ja", "th", "ko"})
"""Scored by characters: their writing has no spaces, or they may fall anywhere."""


@dataclass(frozen=True)
class ErrorCounts:
    """Substitutions, deletions and insertions of one transcript against its text.

    Attributes:
        words: in the text.
        word_errors: edits between the words.
        characters: in the text, spaces between words included.
        character_errors: edits between the characters.
    """

    words: int
    word_errors: int
    characters: int
    character_errors: int

    @property
    def wer(self) -> float:
        """Word error rate in percent."""
        return 100 * self.word_errors / self.words

    @property
    def cer(self) -> float:
        """Character error rate in percent."""
        return 100 * self.character_errors / self.characters


def scoring_text(text: str, language: str) -> str:
    """The form in which texts are compared: lower-case spoken words, single spaces between them.

    In `CHARACTER_LANGUAGES` every character is a word by itself, so that WER equals CER there.
    """
    words = spoken_characters(normalise(text, language)).split()
    # At the edge of a word an apostrophe is a quotation mark, which nobody hears.
    words = [word for word in (word.strip("'") for word in words) if word]
    return " ".join("".join(words)) if language in CHARACTER_LANGUAGES else " ".join(words)


def count_errors(text: str, transcript: str, language: str, form: Form = "written") -> ErrorCounts:
    """Compare a recogniser's transcript with what should have been said.

    Args:
        text: what should have been said, as written.
        transcript: what the recogniser heard.
        language: code.
        form: what the recogniser writes down: text as it is written, or its reading.

    Raises:
        ValueError: the text holds nothing that is spoken.
    """
    if form == "read":
        wanted, heard = spelled(normalise(text, language), language, form), transcript.strip()
        if language in CHARACTER_LANGUAGES:
            wanted, heard = (" ".join(side.replace(" ", "")) for side in (wanted, heard))
    else:
        wanted, heard = scoring_text(text, language), scoring_text(transcript, language)
    if not wanted:
        raise ValueError(f"the text {text!r} holds no words to score")
    words = jiwer.process_words(wanted, heard)
    if language in CHARACTER_LANGUAGES:
        wanted, heard = wanted.replace(" ", ""), heard.replace(" ", "")
    characters = jiwer.process_characters(wanted, heard)
    return ErrorCounts(
        words=words.hits + words.substitutions + words.deletions,
        word_errors=words.substitutions + words.deletions + words.insertions,
        characters=characters.hits + characters.substitutions + characters.deletions,
        character_errors=(characters.substitutions + characters.deletions + characters.insertions),
    )
