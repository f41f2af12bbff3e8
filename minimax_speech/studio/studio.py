"""A model, and all that an interface offers to do with it. Several people may use it at once.

Nothing of one person is kept here: voices that are not saved belong to whoever asked for them.
"""

import dataclasses
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minimax_speech.api import MiniMaxSpeech, VoiceInfo
from minimax_speech.audio.hearing import HeardClip, hear_clip
from minimax_speech.audio.io import Audio
from minimax_speech.errors import InputError
from minimax_speech.files import read_text
from minimax_speech.inference.catalogue import free_place, save_new
from minimax_speech.studio.limits import Limits
from minimax_speech.studio.speaking import Delivery, Spoken, Told, speak, speak_long
from minimax_speech.studio.tuning import Tuner, TuningNews
from minimax_speech.text import languages
from minimax_speech.voice import CONSENT_STATEMENT, Voice

SAMPLE = "Hello! This is how I sound."
"""What a voice says to be heard."""

MOST_MIXED = 4


class Studio:
    """What an interface offers."""

    def __init__(
        self,
        tts: MiniMaxSpeech,
        limits: Limits = Limits(),
        consent: bool = True,
        saving: bool = True,
        watermark: bool = False,
    ) -> None:
        """
        Args:
            tts: the model.
            limits: what is too much.
            consent: whether cloning asks for `CONSENT_STATEMENT`.
            saving: whether voices can be saved, and saved ones deleted: they are the same for all.
            watermark: whether all speech is marked.
        """
        self.limits, self.consent, self.saving = limits, consent, saving
        self._watermark = watermark
        self._tts = tts
        self._scheduler, self._tuner = tts.scheduler(), Tuner(tts)

    def close(self) -> None:
        """Stop what is being done for anybody."""
        self._scheduler.close(drain=False)
        self._tuner.close()

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Name and code of each language that the model speaks, by name."""
        known = sorted(map(languages.get, self._tts.languages), key=lambda one: one.name)
        return [(" · ".join(dict.fromkeys((one.name, one.native_name))), one.code) for one in known]

    @property
    def emotions(self) -> list[str]:
        """Names of the emotions that there are."""
        return sorted({info.name for info in self._tts.emotions()})

    def voices(self) -> list[VoiceInfo]:
        """The voices that have a name, saved ones first, without those that another one hides."""
        found: dict[str, VoiceInfo] = {}
        for info in self._tts.voices():
            found.setdefault(info.name, info)
        return list(found.values())

    def hear(self, files: Sequence[Path]) -> list[HeardClip]:
        """Facts about reference clips.

        Raises:
            InputError: one cannot be used, or they are too many or too large.
        """
        with _by_name(files):
            self.limits.check_clips(files)
            return [hear_clip(file, self._tts.sample_rate) for file in files]

    def clone(self, files: Sequence[Path], consented: bool) -> Voice:
        """The voice of reference clips.

        Raises:
            InputError: there is no consent, or as for `hear`.
        """
        self.check_consent(consented)
        with _by_name(files):
            self.limits.check_clips(files)
            voice = self._tts.voice([str(file) for file in files])
        notes = [_named(note, files) for note in voice.metadata["notes"]]
        return self._with_consent(voice, notes=notes)

    def check_consent(self, consented: bool) -> None:
        """Refuse to clone without consent, where it is asked for, with an InputError."""
        if self.consent and not consented:
            raise InputError(f"the voice is not cloned: tick “{CONSENT_STATEMENT}” first")

    def mix(self, shares: Mapping[str, float]) -> Voice:
        """A voice between several.

        Args:
            shares: of each voice, by name; those of no share are left out.

        Raises:
            InputError: fewer than two voices have a share, or more than `MOST_MIXED`.
        """
        heard = {name: share for name, share in shares.items() if share > 0}
        if not 2 <= len(heard) <= MOST_MIXED:
            raise InputError(
                f"{len(heard)} voices have a share: choose 2 to {MOST_MIXED} different ones and "
                "give each more than 0"
            )
        voices = [self._tts.voice(name) for name in heard]
        return Voice.mix(voices, list(heard.values()), " + ".join(heard))

    def design(self, description: str, seed: int) -> Voice:
        """A voice from a description in English.

        Raises:
            InputError: as for `MiniMaxSpeech.design_voice`.
        """
        return self._tts.design_voice(description, seed=seed)

    def voice(self, name: str) -> Voice:
        """A voice that has a name.

        Raises:
            InputError: there is none.
        """
        if name not in {info.name for info in self.voices()}:
            raise InputError(f"no voice is called {name!r}: choose one of the list")
        return self._tts.voice(name)

    def save(self, voice: Voice | None, name: str) -> str:
        """Save a voice under a name, for all who use this model; returns the name.

        Raises:
            InputError: there is no voice to save, the name is taken or none, or voices cannot be
                saved here.
        """
        if voice is None:
            raise InputError("there is no voice to save yet: clone, mix or design one first")
        self._check_saving()
        save_new(voice, name.strip(), self._tts.voices())
        return name.strip()

    def remove(self, name: str) -> None:
        """Delete a saved voice.

        Raises:
            InputError: it is none of the saved ones, or voices cannot be deleted here.
        """
        self._check_saving()
        saved = {info.name: info.path for info in self.voices() if info.origin == "saved"}
        if name not in saved:
            raise InputError(f"voice {name!r} is not a saved one: choose a saved one to delete")
        saved[name].unlink(missing_ok=True)

    def tune(
        self, name: str, files: Sequence[Path], language: str, steps: int, consented: bool
    ) -> Generator[TuningNews | Voice]:
        """News of a voice that is tuned on recordings, and at last the voice, which is saved.

        Raises:
            InputError: there is no consent, the name is taken or none, the recordings are too many
                or too long, or as for `MiniMaxSpeech.finetune_voice`.
        """
        self.check_consent(consented)
        self._check_saving()
        free_place(name.strip(), self._tts.voices())
        with _by_name(files):
            self.limits.check_recordings(files)
            for news in self._tuner.tune(name.strip(), files, language, steps):
                if isinstance(news, Voice):
                    news = self._with_consent(news)
                    self.save(news, name)
                yield news

    def speak(
        self, text: str, voice: Voice | None, delivery: Delivery, folder: Path
    ) -> Iterator[Audio | Spoken]:
        """See `speaking.speak`; refuses a text that is too long, too, with an InputError."""
        self.limits.check_text(text)
        yield from speak(self._scheduler, text, voice, self._marked(delivery), folder)

    def speak_long(
        self, text: str, voice: Voice | None, delivery: Delivery, folder: Path
    ) -> Iterator[Told | Spoken]:
        """See `speaking.speak_long`; refuses a text that is too long, too, with an InputError."""
        self.limits.check_long_text(text)
        yield from speak_long(self._tts, text, voice, self._marked(delivery), folder)

    def read_text(self, file: Path) -> str:
        """The text of an uploaded file.

        Raises:
            InputError: it is not UTF-8.
        """
        with _by_name([file]):
            return read_text(file, "text file")

    def _marked(self, delivery: Delivery) -> Delivery:
        return dataclasses.replace(delivery, watermark=self._watermark)

    def _with_consent(self, voice: Voice, **facts: Any) -> Voice:
        """A voice that keeps how its owner agreed, where that was asked, and other facts."""
        agreed = {"consent": CONSENT_STATEMENT} if self.consent else {}
        return dataclasses.replace(voice, metadata=voice.metadata | agreed | facts)

    def _check_saving(self) -> None:
        if not self.saving:
            raise InputError("voices cannot be saved or deleted here: start it without --no-save")


@contextmanager
def _by_name(files: Sequence[Path]) -> Iterator[None]:
    """Errors call files by their names: where uploads lie is nobody's business."""
    try:
        yield
    except InputError as error:
        raise InputError(_named(str(error), files)) from None


def _named(message: str, files: Sequence[Path]) -> str:
    for file in files:
        message = message.replace(str(file), file.name)
    return message
