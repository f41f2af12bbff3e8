"""What a user asks for made into what the pipeline says: all that can be wrong is found here."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from minimax_speech.audio.prosody import Prosody
from minimax_speech.audio.subtitles import Word
from minimax_speech.inference.arguments import (
    check_seed,
    check_type,
    choose_language,
    one_each,
    read_pronunciation,
)
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.catalogue import Catalogue
from minimax_speech.inference.options import (
    Conversion,
    Options,
    resolve,
    resolve_prosody,
    take_watermark,
)
from minimax_speech.inference.pipeline import SpeechRequest
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.streaming import FindWords
from minimax_speech.inference.word_times import SpokenLine, word_times
from minimax_speech.text.scripts import admit
from minimax_speech.voice import Voice


class Plan(NamedTuple):
    """What is to be said and how, what finds the words in it, and whether it is to be marked."""

    request: SpeechRequest
    settings: Settings
    find_words: FindWords
    marked: bool


class Planner:
    """Makes plans for one model."""

    def __init__(self, bundle: Bundle, catalogue: Catalogue) -> None:
        self._bundle, self._catalogue = bundle, catalogue

    def settings(self, options: Options | Conversion) -> tuple[Settings, Prosody]:
        """Settings and prosody, of what is not chosen the model's own; as `options.resolve`."""
        bundle = self._bundle
        return resolve(options, bundle.config.generation, bundle.flow_matching.config)

    def plan_one(
        self, text: str, voice: Voice | str | None, language: str, seed: int, options: Options
    ) -> Plan:
        """As `plan`, of one text."""
        check_type("text", text, str, "a string")
        return self.plan([text], voice, language, seed, options)[0]

    def plan(
        self, texts: Sequence[str], voice: Any, language: Any, seed: Any, options: Options
    ) -> list[Plan]:
        """Plans of texts that are said together, with the same settings.

        Args:
            texts: to say.
            voice: for all texts or one for each, as are language, seed and emotion.
            language: code or "auto".
            seed: of the random numbers.
            options: as for `MiniMaxSpeech.synthesize`; those that are no settings are taken out.

        Raises:
            InputError: as for `MiniMaxSpeech.synthesize`, but for texts that hold nothing to say.
        """
        marked = take_watermark(options)
        pronunciation = read_pronunciation(options.pop("pronunciation", None))
        emotions = one_each("emotion", options.pop("emotion", None), len(texts))
        settings, _ = self.settings(options)
        felt = [self._catalogue.emotion(emotion) for emotion in emotions]
        for text in texts:
            check_type("text", text, str, "a string")
        speakers = [self._catalogue.speaker(one) for one in one_each("voice", voice, len(texts))]
        codes = one_each("language", language, len(texts))
        seeds = one_each("seed", seed, len(texts))
        known = self._bundle.config.languages
        spoken = [
            choose_language(text, code, known) for text, code in zip(texts, codes, strict=True)
        ]
        requests = [
            SpeechRequest(
                admit(pronunciation.apply(text, code), known),
                speaker,
                code,
                check_seed(number),
                text,
                resolve_prosody(options, speaker).changed(*sound),
                adapter,
                strength,
            )
            for text, speaker, code, number, (adapter, strength, sound) in zip(
                texts, speakers, spoken, seeds, felt, strict=True
            )
        ]
        return [
            Plan(request, settings, partial(self._words, request), marked) for request in requests
        ]

    def _words(
        self, request: SpeechRequest, lines: Sequence[SpokenLine], seconds: float
    ) -> list[Word]:
        text = request.written or request.text
        return word_times(lines, text, request.language, self._bundle, seconds)
