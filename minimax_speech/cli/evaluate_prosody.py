"""`tts evaluate-prosody`: what speed and pitch do to the words and the speaker."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.judging import (
    USUAL_RECOGNISER,
    USUAL_VERIFIER,
    JudgeOfSpeaker,
    JudgeOfWords,
    load_judges,
    read_texts,
)
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
    recogniser: JudgeOfWords = USUAL_RECOGNISER,
    verifier: JudgeOfSpeaker = USUAL_VERIFIER,
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

    lines = read_texts(texts)
    prosodies = {"as it is": Prosody()}
    prosodies |= {f"speed {value:g}": Prosody(speed=value) for value in speed or []}
    prosodies |= {f"pitch {value:+g}": Prosody(pitch=value) for value in pitch or []}
    tts = load_model(model, device)
    (words,), (speaker,) = load_judges([recogniser], [verifier])
    with working("speaking"):
        spoken = [
            evaluation.Spoken(text, name, audio.samples)
            for name in voice
            for text, audio in zip(
                lines, tts.synthesize(lines, name, language=language, seed=seed), strict=True
            )
        ]
    with working("listening"):
        scores = evaluation.compare(spoken, tts.sample_rate, prosodies, language, words, speaker)
    if json:
        print_json({name: asdict(score) for name, score in scores.items()})
    else:
        print(evaluation.markdown(scores))
