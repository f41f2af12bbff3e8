"""`tts synthesize`: text to an audio file."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from minimax_speech.cli import completion, failures
from minimax_speech.cli.mixing import WeightedVoices, mixed, parse_weighted
from minimax_speech.cli.options import (
    CfgScale,
    Check,
    Device,
    EmotionName,
    Format,
    Json,
    Model,
    OutputAudio,
    Pitch,
    PronunciationFile,
    References,
    RepetitionPenalty,
    SampleRate,
    Seed,
    Solver,
    Speed,
    Steps,
    Temperature,
    TopK,
    TopP,
    Volume,
    Watermark,
    given,
    load_model,
    prepare_watermark,
    print_json,
)
from minimax_speech.cli.progress import speaking, working
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.audio.writer import Writer
    from minimax_speech.inference.streaming import SpeechStream
    from minimax_speech.voice import Voice

EXAMPLE = "Example: tts synthesize 'Hello there.' --reference clip.wav -o hello.wav"


def synthesize(
    output: OutputAudio,
    text: Annotated[str | None, typer.Argument(help="What to say; - reads it from stdin.")] = None,
    text_file: Annotated[
        Path | None, typer.Option("--text-file", metavar="FILE", help="Say what this file holds.")
    ] = None,
    reference: References = None,
    reference_text: Annotated[
        str | None,
        typer.Option("--reference-text", help="What the one reference says: one-shot cloning."),
    ] = None,
    voice: WeightedVoices = None,
    language: Annotated[
        str,
        typer.Option(
            "-l",
            "--language",
            metavar="CODE|auto",
            autocompletion=completion.languages_or_auto,
            help="Language of the text.",
        ),
    ] = "auto",
    emotion: EmotionName = None,
    speed: Speed = None,
    pitch: Pitch = None,
    volume: Volume = None,
    pronunciation: PronunciationFile = None,
    seed: Seed = 0,
    temperature: Temperature = None,
    top_p: TopP = None,
    top_k: TopK = None,
    repetition_penalty: RepetitionPenalty = None,
    cfg_scale: CfgScale = None,
    steps: Steps = None,
    solver: Solver = None,
    format: Format = None,
    sample_rate: SampleRate = None,
    subtitles: Annotated[
        Path | None,
        typer.Option(
            "--subtitles", metavar="FILE", help="When each word is said: .srt, .vtt or .json."
        ),
    ] = None,
    stream: Annotated[
        bool,
        typer.Option(
            "--stream", help="Write audio as it is made; tells the time to the first of it."
        ),
    ] = False,
    check: Check = False,
    watermark: Watermark = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Say a text and write it to a file.

    In the voice of a clip, of a saved or bundled voice or a mix of them, or in the default voice.
    In the text, <#0.5#> is half a second of silence, and [Nguyen](win) is said as "win".
    """
    words = read_text(text, text_file)
    output, name = check_output(output, format, sample_rate, json, stream)
    _check_subtitles(subtitles)
    check_voice_options(reference, reference_text, voice)
    _check_emotion(emotion)
    _check_delivery(words, pronunciation, given(speed=speed, pitch=pitch, volume=volume))
    settings = given(
        temperature=temperature,
        top_p=top_p,
        top_k=top_k,
        repetition_penalty=repetition_penalty,
        cfg_scale=cfg_scale,
        steps=steps,
        solver=solver,
        check=check or None,
        watermark=watermark or None,
        speed=speed,
        pitch=pitch,
        volume=volume,
        pronunciation=pronunciation,
        emotion=emotion,
    )

    from minimax_speech.audio.writer import Writer

    prepare_watermark(watermark)
    tts = load_model(model, device)
    with working("loading the model"):
        tts.load()
    start = time.perf_counter()
    with speaking() as progress:
        speaker = make_voice(tts, reference, reference_text, voice)
        speech = tts.stream(
            words,
            speaker,
            language=language,
            seed=seed,
            live=stream,
            progress=progress,
            **settings,
        )
        target = sys.stdout.buffer if output == "-" else output
        with (
            failures.unwound_by_sigterm(),
            Writer(target, tts.sample_rate, name, sample_rate, live=stream) as writer,
        ):
            pace = _write(speech, writer, start)
            # Before the file is in its place: without the words there is to be no audio either.
            if subtitles:
                from minimax_speech.audio.subtitles import write

                write(subtitles, speech.words)
    _tell(pace, stream, speech.heard)
    if json:
        first = pace.first if stream else None
        print_json(
            {
                "path": output,
                "seconds": round(pace.seconds, 3),
                "rtf": round(pace.rtf, 3),
                **({} if first is None else {"first_audio": round(first, 3)}),
                "seed": seed,
                "language": spoken_language(tts, words, language),
                "voice": speaker.name if speaker else "default",
                **given(emotion=emotion),
                **({} if speech.heard is None else {"heard": round(speech.heard, 3)}),
            }
        )
    elif output != "-":
        print(output)


class _Pace(NamedTuple):
    """Seconds of speech, and those until the first and the last of it was there."""

    seconds: float
    first: float | None
    elapsed: float

    @property
    def rtf(self) -> float:
        """Real-time factor."""
        return self.elapsed / max(self.seconds, 1e-9)


def _write(speech: "SpeechStream", writer: "Writer", start: float) -> _Pace:
    """Write speech as it is made; ``start`` is when it was asked for."""
    first: float | None = None
    for piece in speech:
        writer.write(piece.samples)
        first = time.perf_counter() - start if first is None else first
    return _Pace(speech.seconds, first, time.perf_counter() - start)


def _tell(pace: _Pace, streamed: bool, heard: float | None) -> None:
    """Say on stderr how long it took, and what was heard where that was checked."""
    took = (
        f"{pace.seconds:.2f} s of speech in {pace.elapsed:.2f} s, real-time factor {pace.rtf:.2f}"
    )
    first = ""
    if streamed and pace.first is not None:
        first = f", first audio after {pace.first:.2f} s"
    print(took + first, file=sys.stderr)
    if heard is not None:
        print(f"{heard:.0%} of the characters are heard", file=sys.stderr)


def read_text(text: str | None, text_file: Path | None) -> str:
    """The text of an argument, of stdin (-) or of a file.

    Raises:
        InputError: there is none, or two, or it cannot be read.
    """
    if (text is None) == (text_file is None):
        raise InputError("give the text once: as an argument, with --text-file, or - (stdin)")
    source = f"text file {text_file}" if text_file else "the text"
    try:
        if text_file is not None:
            words = text_file.read_text(encoding="utf-8-sig")
        else:
            words = sys.stdin.read() if text == "-" else str(text)
        words.encode()  # arguments and stdin may let undecodable bytes through, as surrogates
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}") from None
    except UnicodeError:
        raise InputError(f"{source} is not UTF-8: convert it") from None
    if not words.strip():
        raise InputError("the text is empty: give at least one word")
    return words


def _is_stdout(output: str) -> bool:
    """Whether this is stdout by another name, such as /dev/stdout."""
    try:
        return os.path.samestat(os.stat(output), os.fstat(sys.stdout.fileno()))
    except OSError:
        return False


def check_output(
    output: str, format: str | None, sample_rate: int | None, json: bool, stream: bool = False
) -> tuple[str, str]:
    """The output, - for stdout by any name, and its format.

    Raises:
        InputError: the place cannot be written, or the format is unknown or cannot hold the rate.
    """
    from minimax_speech.audio import io
    from minimax_speech.audio.writer import check_live

    output = "-" if _is_stdout(output) else output
    if output == "-":
        if json:
            raise InputError("--json and -o - both want stdout: write the audio to a file")
        if sys.stdout.isatty():
            raise InputError("-o - would fill the terminal with audio: redirect it, or name a file")
        name = io.output_format("", "wav" if format is None else format)
        if stream:
            check_live(name)
    else:
        name = io.output_format(output, format)
        io.check_writable(output)
    io.check_rate(io.SAMPLE_RATE if sample_rate is None else sample_rate, name)
    return output, name


def _check_subtitles(path: Path | None) -> None:
    if path is not None:
        from minimax_speech.audio.subtitles import check_place

        check_place(path)


def check_voice_options(
    reference: list[Path] | None, reference_text: str | None, voice: list[str] | None
) -> None:
    """Refuse a voice that is given twice, and a text without its reference, with an InputError."""
    if reference and voice:
        raise InputError("give the voice by --reference or by --voice, not both")
    for spec in voice or []:
        parse_weighted(spec)
    if reference_text is not None and len(reference or []) != 1:
        raise InputError(
            f"--reference-text belongs to exactly one --reference, not {len(reference or [])}"
        )


def _check_emotion(spec: str | None) -> None:
    if spec is not None:
        from minimax_speech.emotion import parse_emotion

        parse_emotion(spec)


def _check_delivery(text: str, pronunciation: Path | None, prosody: dict[str, float]) -> None:
    """Refuse pauses, a dictionary and a prosody that are none, before the model is loaded."""
    from minimax_speech.audio.prosody import Prosody
    from minimax_speech.text.pauses import split_at_pauses
    from minimax_speech.text.pronunciation import Pronunciation

    Prosody(**prosody)
    split_at_pauses(text)
    if pronunciation is not None:
        Pronunciation.load(pronunciation)


def make_voice(
    tts: "MiniMaxSpeech",
    reference: list[Path] | None,
    reference_text: str | None,
    voices: list[str] | None,
) -> "Voice | None":
    """The voice asked for; None is the model's default."""
    if reference:
        return tts.voice([str(path) for path in reference], reference_text=reference_text)
    return mixed(voices, tts.voice) if voices else None


def spoken_language(tts: "MiniMaxSpeech", text: str, code: str) -> str:
    from minimax_speech.text import languages

    return languages.detect(text, tts.languages) if code == "auto" else languages.get(code).code
