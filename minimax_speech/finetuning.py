"""Professional voice cloning: what `MiniMaxSpeech.finetune_voice` does."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.audio.subtitles import Word
from minimax_speech.data.cutting import Lengths
from minimax_speech.data.segments import segment
from minimax_speech.errors import InputError
from minimax_speech.evaluation.recognisers import RECOGNISERS
from minimax_speech.inference.bundle import Bundle
from minimax_speech.text import languages
from minimax_speech.text.normalise import normalise
from minimax_speech.training.pvc.examples import Transcribe
from minimax_speech.training.pvc.making import Recordings, Tell, TuningProgress, tune_voice
from minimax_speech.training.pvc.tuning import TuningSettings
from minimax_speech.voice import Voice

__all__ = ["Tell", "TuningProgress", "finetune_voice"]

LENGTHS = Lengths(shortest=1.0, longest=20.0, pause=0.5, margin=0.15)
"""Of the utterances that long recordings are cut into."""


def finetune_voice(
    bundle: Bundle,
    name: str,
    recordings: str | Path | Sequence[str | Path],
    *,
    language: str | None = None,
    manifest: Path | None = None,
    recogniser: str | None = None,
    work: Path | None = None,
    jobs: int | None = None,
    resume: bool = True,
    tell: Tell = lambda _: None,
    **settings: Any,
) -> Voice:
    """A voice whose timbre is tuned on recordings of one speaker; it is not saved.

    Args:
        bundle: the model, which stays as it is.
        name: of the voice.
        recordings: a folder, an uncompressed .tar or a JSONL manifest, with texts or without; or
            audio files, of which long ones are cut at pauses.
        language: code, where no manifest gives it.
        manifest: JSONL manifest of the folder or tar.
        recogniser: writes down recordings without a text; the model's own by default.
        work: folder that keeps what is made on the way; by default one that is removed.
        jobs: processes that read recordings; all cores by default.
        resume: go on from what an interrupted run left in ``work``.
        tell: called after each recording that was listened to, and after each step. What it raises
            ends the work.
        settings: as `TuningSettings` explains them.

    Raises:
        InputError: the recordings cannot be used, are too little, or in a language that the model
            does not speak; or a setting is out of its range.
    """
    code = languages.get(language).code if language is not None else None
    transcriber = recogniser or _own_recogniser(bundle.folder)
    transcribe = _writer(transcriber, bundle.device)
    with TemporaryDirectory() as own:
        work = work or Path(own)
        source = (
            Path(recordings)
            if isinstance(recordings, (str, Path))
            else _utterances([Path(file) for file in recordings], Path(own), name, code, jobs)
        )
        return tune_voice(
            bundle,
            Recordings(source, manifest, code, transcribe, transcriber),
            name,
            work,
            TuningSettings(**settings),
            jobs,
            resume,
            tell,
        )


def _utterances(
    files: Sequence[Path], work: Path, name: str, language: str | None, jobs: int | None
) -> Path:
    """A folder of audio files; or, where one of them is long, a manifest of their utterances."""
    if not files:
        raise InputError("no recordings are given: name audio files of the speaker")
    folder = work / "given"
    folder.mkdir()
    long = max(io.duration(file) for file in files) > LENGTHS.longest
    for number, file in enumerate(files):
        shutil.copyfile(file, folder / f"{number:04d}-{file.name}")
    if not long:
        return folder
    out = work / "utterances"
    return segment(folder, out, _no_text, LENGTHS, language=language, speaker=name, jobs=jobs)


def _no_text(recording: Path, text: str, language: str) -> list[Word]:
    """Aligns nothing: recordings that are given file by file come without texts."""
    raise InputError(f"{recording} comes with the text {text!r} in {language}, which is not used")


def _own_recogniser(folder: Path) -> str:
    """The recogniser that came with the model, or else the bundled one."""
    path = folder / "recogniser.safetensors"
    return f"ctc={path}" if path.is_file() else "ctc"


def _writer(recogniser: str, device: str) -> Transcribe:
    """What writes recordings down."""
    judge = RECOGNISERS.create(recogniser, device)

    def transcribe(samples: Samples, rate: int, language: str) -> str:
        heard = judge.transcribe(samples, rate, language)
        # What is spelled as it is read is in spoken form, and its digits are tones.
        return heard if judge.form == "read" else normalise(heard, language)

    return transcribe
