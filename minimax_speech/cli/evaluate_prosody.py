"""`tts evaluate-prosody`: what speed and pitch do to the words and the speaker."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import (
    Device,
    Json,
    MeasuredVoices,
    Model,
    Seed,
    language_option,
    load_model,
    print_json,
)
from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts evaluate-prosody texts.txt -v bdl -v slt --speed 0.5 --speed 2 --pitch 5"


def evaluate_prosody(
    texts: Annotated[Path, typer.Argument(metavar="FILE", help="Texts to say, one a line.")],
    voice: MeasuredVoices,
    speed: Annotated[
        list[float] | None, typer.Option(metavar="0.5..2", help="To measure; repeatable.")
    ] = None,
    pitch: Annotated[
        list[float] | None, typer.Option(metavar="-12..12", help="To measure; repeatable.")
    ] = None,
    recogniser: Annotated[
        str, typer.Option(metavar="NAME[=WEIGHTS]", help="Judge of the words.")
    ] = "ctc",
    verifier: Annotated[
        str, typer.Option(metavar="NAME[=WEIGHTS]", help="Judge of the speaker.")
    ] = "resemblyzer",
    language: Annotated[
        str,
        language_option("Language of the texts."),
    ] = "en",
    seed: Seed = 0,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Say texts in some voices, change speed or pitch, and score what comes out.

    Character errors, also once it is changed back; similarity of the speaker to other speech as it
    was; ratios of length and of median pitch; difference in level.
    """
    from minimax_speech.audio.prosody import Prosody
    from minimax_speech.evaluation import prosody as evaluation
    from minimax_speech.evaluation.recognisers import RECOGNISERS
    from minimax_speech.evaluation.verifiers import VERIFIERS
    from minimax_speech.files import read_text

    lines = [line for line in read_text(texts, "text file").splitlines() if line.strip()]
    if len(lines) < 2:
        raise InputError(f"text file {texts} has {len(lines)} texts: give two or more, one a line")
    prosodies = {"as it is": Prosody()}
    prosodies |= {f"speed {value:g}": Prosody(speed=value) for value in speed or []}
    prosodies |= {f"pitch {value:+g}": Prosody(pitch=value) for value in pitch or []}
    tts = load_model(model, device)
    with working("loading the judges"):
        judges = RECOGNISERS.create_all([recogniser])[0], VERIFIERS.create_all([verifier])[0]
    with working("speaking"):
        spoken = [
            evaluation.Spoken(text, name, audio.samples)
            for name in voice
            for text, audio in zip(
                lines, tts.synthesize(lines, name, language=language, seed=seed), strict=True
            )
        ]
    with working("listening"):
        scores = evaluation.compare(spoken, tts.sample_rate, prosodies, language, *judges)
    if json:
        print_json({name: asdict(score) for name, score in scores.items()})
    else:
        print(evaluation.markdown(scores))
