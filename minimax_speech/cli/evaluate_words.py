"""`tts evaluate-words`: how exact word times are."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import (
    Device,
    EnginesRoot,
    EspeakFolder,
    Json,
    Model,
    model_folder,
    print_json,
)
from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts evaluate-words sentences.txt"


def evaluate_words(
    sentences: Annotated[Path, typer.Argument(help="English sentences, one a line.")],
    engines_root: EnginesRoot = None,
    espeak: EspeakFolder = None,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Compare a model's word times with those of speech engines.

    eSpeak NG and Flite say the sentences and tell when each word begins; the model listens.
    """
    from minimax_speech.api import find_device
    from minimax_speech.data.engines import EngineMissing, EnginePlaces
    from minimax_speech.data.synthetic import read_sentences
    from minimax_speech.evaluation.word_times import measure
    from minimax_speech.inference.bundle import Bundle

    texts = read_sentences(sentences)
    bundle = Bundle.load(model_folder(model), find_device(device))
    try:
        with working("listening"):
            found = measure(bundle, texts, EnginePlaces(root=engines_root, espeak=espeak))
    except EngineMissing as error:
        raise InputError(f"{error}: install it, or name its folder") from None
    if json:
        print_json({name: asdict(deviation) for name, deviation in found.items()})
        return
    print("engine   words   median    90 %    bias   (ms)")
    for name, deviation in found.items():
        numbers = f"{deviation.median:8.1f}{deviation.p90:8.1f}{deviation.bias:+8.1f}"
        print(f"{name:8}{deviation.words:6}{numbers}")
