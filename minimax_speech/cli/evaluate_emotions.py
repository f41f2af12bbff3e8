"""`tts evaluate-emotions`: whether emotions are heard, and what they cost."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli import completion
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
from minimax_speech.cli.progress import speaking, working
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts evaluate-emotions recordings.jsonl --texts texts.txt -v bdl -v slt"


def evaluate_emotions(
    recordings: Annotated[
        Path,
        typer.Argument(
            metavar="MANIFEST",
            help="JSONL of recordings with emotions and neutral ones, to fit the judge on.",
        ),
    ],
    texts: Annotated[Path, typer.Option(metavar="FILE", help="Texts to say, one a line.")],
    voice: MeasuredVoices,
    emotion: Annotated[
        list[str] | None,
        typer.Option(
            "-e",
            "--emotion",
            autocompletion=completion.emotions,
            metavar="NAME[:STRENGTH]",
            help="To measure; repeatable; default: all that the manifest and the model have.",
        ),
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
    """Say texts in some voices with each emotion and without, and score what comes out.

    How often the emotion is recognised, by a classifier of pitch, pace, dynamics, brightness and
    voicing that is fitted on the recordings; how often the recordings' own is, of other speakers;
    character errors and similarity of the speaker, with and without.
    """
    from minimax_speech.data.manifest import read_manifest
    from minimax_speech.emotion import parse_emotion
    from minimax_speech.evaluation import emotions as evaluation

    lines = read_texts(texts)
    tts = load_model(model, device)
    with working("listening to the recordings"):
        classifier = evaluation.EmotionClassifier(read_manifest(recordings))
    (words,), (speaker,) = load_judges([recogniser], [verifier])
    known = {info.name for info in tts.emotions()} & {*classifier.emotions}
    asked = {parse_emotion(spec)[0]: spec for spec in emotion or sorted(known)}
    if not asked or (strange := {*asked} - {*classifier.emotions}):
        wrong = f"{min(strange)!r}" if asked else "any emotion of the model"
        raise InputError(f"{recordings} has no recordings of {wrong}: give others")
    plan = [
        (text, name, which)
        for name in voice
        for which in (evaluation.NEUTRAL, *asked)
        for text in lines
    ]
    with speaking() as progress:
        audios = tts.synthesize(
            [text for text, _, _ in plan],
            [name for _, name, _ in plan],
            language,
            seed,
            progress=progress,
            emotion=[asked.get(which) for _, _, which in plan],
        )
    said = [evaluation.Said(*what, audio.samples) for what, audio in zip(plan, audios, strict=True)]
    with working("listening"):
        scores = evaluation.score(said, tts.sample_rate, classifier, language, words, speaker)
    if json:
        print_json({name: asdict(each) for name, each in scores.items()})
    else:
        print(evaluation.markdown(scores))
