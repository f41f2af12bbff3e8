"""Options that several verbs share, and what they lead to."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech.cli import completion
from minimax_speech.cli.progress import working
from minimax_speech.files import digest

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.inference.bundle import ModelConfig

Model = Annotated[
    str | None,
    typer.Option(
        "-m",
        "--model",
        metavar="NAME|DIR",
        autocompletion=completion.models,
        help="Model; default: the bundled one.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="auto|cpu|cuda|mps",
        autocompletion=completion.devices,
        help="Where to compute.",
    ),
]
MeasuredVoices = Annotated[
    list[str],
    typer.Option(
        "-v",
        "--voice",
        metavar="NAME|FILE",
        autocompletion=completion.voices,
        help="Repeatable.",
    ),
]
OutputAudio = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE|-",
        help=".wav, .flac, .mp3 or .ogg (Opus), replaced if it is there; - is stdout.",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        autocompletion=completion.formats,
        help="wav, flac, mp3 or ogg; default: by extension.",
    ),
]
SampleRate = Annotated[
    int | None, typer.Option("--sample-rate", metavar="HZ", help="Default: the model's.")
]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "-r",
        "--reference",
        metavar="FILE",
        help="Clip of the voice to clone; several of one speaker are pooled.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same audio.")]
Temperature = Annotated[float | None, typer.Option(min=0, help="Randomness of the speech tokens.")]
TopP = Annotated[
    float | None, typer.Option("--top-p", min=0, max=1, help="Share of probability kept.")
]
TopK = Annotated[
    int | None, typer.Option("--top-k", min=0, help="Number of tokens kept; 0 keeps all.")
]
RepetitionPenalty = Annotated[
    float | None, typer.Option("--repetition-penalty", min=0, help="1 is none.")
]
CfgScale = Annotated[
    float | None,
    typer.Option("--cfg-scale", min=0, help="Strength of guidance in flow matching."),
]
Steps = Annotated[int | None, typer.Option(min=1, help="Steps of flow matching.")]
Solver = Annotated[
    str | None,
    typer.Option(
        metavar="euler|midpoint",
        help="Solver of flow matching; midpoint takes twice as long a step.",
    ),
]
Check = Annotated[
    bool,
    typer.Option("--check", help="Listen whether all words are said; else say them again."),
]
Speed = Annotated[
    float | None, typer.Option(metavar="0.5..2", help="2 takes half the time; 1 is as it is.")
]
Pitch = Annotated[
    float | None, typer.Option(metavar="-12..12", help="Higher or lower, in semitones.")
]
Volume = Annotated[
    float | None, typer.Option(metavar="0..10", help="Louder, without clipping; 1 is as it is.")
]
EmotionName = Annotated[
    str | None,
    typer.Option(
        "-e",
        "--emotion",
        metavar="NAME[:STRENGTH]",
        autocompletion=completion.emotions,
        help="How to say it, such as happy, or happy:0.7; tts info lists what there is.",
    ),
]
PronunciationFile = Annotated[
    Path | None,
    typer.Option(
        "--pronunciation", metavar="FILE", help="Dictionary: word and respelling, one a line."
    ),
]
Watermark = Annotated[
    bool,
    typer.Option("--watermark", help="Mark the sound, inaudibly, so that tts watermark knows it."),
]
Consent = Annotated[
    str | None,
    typer.Option(
        "--consent", metavar="TEXT", help="How its owner agreed to being cloned; kept in the voice."
    ),
]
EnginesRoot = Annotated[
    Path | None, typer.Option("--engines-root", help="Folder of unpacked engine packages.")
]
EspeakFolder = Annotated[
    Path | None, typer.Option(help="Folder with libespeak-ng.so and espeak-ng-data.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def language_option(help: str) -> Any:
    """A language's code, of what the help says."""
    return typer.Option(
        "-l", "--language", metavar="CODE", autocompletion=completion.languages, help=help
    )


def given(**settings: Any) -> dict[str, Any]:
    """The settings that were given; the model has its own defaults for the rest."""
    return {name: value for name, value in settings.items() if value is not None}


def load_model(model: str | None, device: str) -> "MiniMaxSpeech":
    """Load a model, showing on stderr that this takes a moment."""
    with working("loading the model"):
        from minimax_speech.api import MiniMaxSpeech

        return MiniMaxSpeech.from_pretrained(model, device=device)


def prepare_watermark(wanted: bool) -> None:
    """Load what marks speech, if it is wanted: refused before long work, and not timed with it."""
    if wanted:
        with working("loading the watermark"):
            from minimax_speech.audio import watermark

            watermark.load()


def model_folder(model: str | None) -> Path:
    """The folder of a model given by name or folder; None is the bundled one."""
    from minimax_speech.inference.model_folder import find_model

    return find_model(model)


def speaking_settings(
    folder: Path, config: "ModelConfig", settings: dict[str, Any]
) -> dict[str, Any]:
    """What a model is, and how it speaks: its own settings where none are given."""
    from minimax_speech.inference.model_folder import CONFIG, TOKENIZER

    files = [folder / CONFIG, folder / TOKENIZER, *sorted(folder.glob("*.safetensors"))]
    # These judge and design, and do not speak.
    silent = ("recogniser", "voice_designer")
    speaking = [path for path in files if path.is_file() and path.stem not in silent]
    resolved = asdict(replace(config.generation, **settings))
    return {"model": config.name, "weights": digest(*speaking), **resolved}


def print_json(answer: Any) -> None:
    """Print a machine's answer on stdout."""
    print(json.dumps(answer, ensure_ascii=False, indent=2))
