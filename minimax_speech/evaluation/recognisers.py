"""Speech recognisers that judge intelligibility, under one interface.

`ctc` and `pocketsphinx` work offline. `whisper-large-v3` and `paraformer`, the judges of
seed-tts-eval, download their weights at first use or read them from a folder.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.bundled import bundled_file
from minimax_speech.evaluation.registry import Backend, Registry, require
from minimax_speech.evaluation.workers import ordered_map
from minimax_speech.text.readings import Form

JUDGE_RATE = 16_000
"""Hz; what pocketsphinx, Whisper and Paraformer hear."""


class SpeechRecogniser(ABC):
    """Writes down what it hears.

    Attributes:
        name: in reports.
        languages: language codes it knows; None for all.
        form: what it writes down: text as it is written, or what is read of it.
    """

    name: str
    languages: ClassVar[frozenset[str] | None] = None
    form: Form = "written"

    @abstractmethod
    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        """Transcript of one utterance.

        Args:
            samples: mono, (samples,).
            sample_rate: Hz.
            language: code of the language that is spoken.

        Raises:
            InputError: a language that it does not know.
        """

    def transcribe_files(
        self, files: Sequence[Path], languages: Sequence[str], workers: int = 1
    ) -> Iterator[str]:
        """Transcripts of audio files, in order.

        Args:
            files: any audio files.
            languages: the language of each file.
            workers: processes that may work at once, where the recogniser runs on the CPU alone.

        Raises:
            InputError: as for `transcribe`, or a file cannot be read.
        """
        del workers  # Models on torch use its own threads.
        for file, language in zip(files, languages, strict=True):
            yield self.transcribe(*io.read(file), language)

    def check_language(self, language: str) -> None:
        """Refuse a language that the recogniser does not know, with an InputError."""
        if self.languages is not None and language not in self.languages:
            known = ", ".join(sorted(self.languages))
            raise InputError(
                f"the recogniser {self.name!r} does not know the language {language!r} "
                f"(it knows {known}): choose another recogniser"
            )


class CtcRecogniser(SpeechRecogniser):
    """This toolkit's own recogniser, trained apart from the speech system; batched."""

    name = "ctc"
    batch_size = 8

    def __init__(self, weights: str | Path | None = None, device: str = "cpu") -> None:
        from minimax_speech.models.recogniser import Recogniser

        path = Path(weights) if weights else bundled_file("recogniser.safetensors", self.name)
        self._model = Recogniser.load(path, device)
        self.form = self._model.config.form

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        """See `SpeechRecogniser.transcribe`; the weights, not `language`, say what it knows."""
        heard = io.resample(samples, sample_rate, io.SAMPLE_RATE)
        return self._transcribe([heard], [language])[0]

    def transcribe_files(
        self,
        files: Sequence[Path],
        languages: Sequence[str],
        workers: int = 1,  # noqa: ARG002
    ) -> Iterator[str]:
        """See `SpeechRecogniser.transcribe_files`."""
        for start in range(0, len(files), self.batch_size):
            some = slice(start, start + self.batch_size)
            batch = [io.read(file)[0] for file in files[some]]
            yield from self._transcribe(batch, languages[some])

    def _transcribe(self, waveforms: list[Samples], languages: Sequence[str]) -> list[str]:
        import torch

        return self._model.transcribe([torch.from_numpy(wave) for wave in waveforms], languages)


class Pocketsphinx(SpeechRecogniser):
    """CMU Sphinx with the English model that its package carries; one process per worker."""

    name = "pocketsphinx"
    languages = frozenset({"en"})

    def __init__(self) -> None:
        require("pocketsphinx", self.name, "pocketsphinx")

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        """See `SpeechRecogniser.transcribe`."""
        self.check_language(language)
        return _sphinx_transcribe(io.resample(samples, sample_rate, JUDGE_RATE))

    def transcribe_files(
        self, files: Sequence[Path], languages: Sequence[str], workers: int = 1
    ) -> Iterator[str]:
        """See `SpeechRecogniser.transcribe_files`."""
        for language in set(languages):
            self.check_language(language)
        yield from ordered_map(_sphinx_transcribe_file, files, workers=workers)


class Whisper(SpeechRecogniser):
    """Whisper-large-v3 (Radford et al. 2022, arXiv 2212.04356) through transformers."""

    name = "whisper-large-v3"

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        transformers = require("transformers", self.name, "transformers")
        source = weights or "openai/whisper-large-v3"
        try:
            self._processor = transformers.WhisperProcessor.from_pretrained(source)
            model = transformers.WhisperForConditionalGeneration.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise cannot_load(self.name, source, error) from error
        self._model = model.to(device).eval()

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        """See `SpeechRecogniser.transcribe`."""
        import torch

        known = self._model.generation_config.lang_to_id
        if f"<|{language}|>" not in known:
            raise InputError(f"Whisper does not know the language {language!r}: leave it out")
        heard = io.resample(samples, sample_rate, JUDGE_RATE)
        features = self._processor(
            heard, sampling_rate=JUDGE_RATE, return_tensors="pt"
        ).input_features
        with torch.inference_mode():
            tokens = self._model.generate(
                features.to(self._model.device), language=language, task="transcribe"
            )
        return self._processor.batch_decode(tokens, skip_special_tokens=True)[0]


class Paraformer(SpeechRecogniser):
    """Paraformer (Gao et al. 2022, arXiv 2206.08317) for Mandarin, through funasr."""

    name = "paraformer"
    languages = frozenset({"zh"})

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        funasr = require("funasr", self.name, "funasr")
        source = weights or "paraformer-zh"
        try:
            self._model = funasr.AutoModel(model=source, device=device, disable_update=True)
        except (OSError, AssertionError, RuntimeError, ValueError) as error:
            raise cannot_load(self.name, source, error) from error

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        """See `SpeechRecogniser.transcribe`."""
        self.check_language(language)
        heard = io.resample(samples, sample_rate, JUDGE_RATE)
        return self._model.generate(input=heard, fs=JUDGE_RATE, disable_pbar=True)[0]["text"]


def cannot_load(name: str, source: str, error: Exception) -> InputError:
    """The one line to show where weights that are not part of a package do not load."""
    reason = str(error).strip().partition("\n")[0]
    return InputError(
        f"cannot load {source!r} for {name} ({reason}): its weights are downloaded at first use, "
        f"so connect to the network once, or give a local copy as {name}=PATH"
    )


@lru_cache(maxsize=1)
def _sphinx_decoder() -> Any:
    """The decoder of this process: loading takes a second, so it is kept."""
    import pocketsphinx

    # Cepstral means of the utterance itself, not running ones.
    return pocketsphinx.Decoder(samprate=JUDGE_RATE, cmn="batch", loglevel="FATAL")


def _sphinx_transcribe(samples: Samples) -> str:
    decoder = _sphinx_decoder()
    decoder.reinit_feat()  # Else the features of an utterance depend on those heard before it.
    decoder.start_utt()
    pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    if len(pcm):
        decoder.process_raw(pcm.tobytes(), no_search=False, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return hypothesis.hypstr if hypothesis else ""


def _sphinx_transcribe_file(file: Path) -> str:
    return _sphinx_transcribe(io.read(file, JUDGE_RATE)[0])


RECOGNISERS: Registry[SpeechRecogniser] = Registry(
    "recogniser",
    {
        "ctc": Backend(CtcRecogniser, True, "this toolkit's own recogniser; offline"),
        "pocketsphinx": Backend(lambda _, __: Pocketsphinx(), False, "English only; offline"),
        "whisper-large-v3": Backend(Whisper, True, "the standard judge; downloads its weights"),
        "paraformer": Backend(Paraformer, True, "the standard for zh; downloads its weights"),
    },
)
