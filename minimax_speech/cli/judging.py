"""What the verbs that evaluate share: their judges, and the texts that are said to them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError
from minimax_speech.files import read_text

if TYPE_CHECKING:
    from minimax_speech.evaluation.recognisers import SpeechRecogniser
    from minimax_speech.evaluation.verifiers import SpeakerVerifier

USUAL_RECOGNISER, USUAL_VERIFIER = "ctc", "resemblyzer"
JudgeOfWords = Annotated[str, typer.Option(metavar="NAME[=WEIGHTS]", help="Judge of the words.")]
JudgeOfSpeaker = Annotated[
    str, typer.Option(metavar="NAME[=WEIGHTS]", help="Judge of the speaker.")
]


def load_judges(
    recognisers: list[str] | None, verifiers: list[str] | None
) -> "tuple[list[SpeechRecogniser], list[SpeakerVerifier]]":
    """Judges of the words and judges of the speaker, by name; None are the usual ones.

    Raises:
        InputError: one is unknown, or cannot be loaded.
    """
    from minimax_speech.evaluation.recognisers import RECOGNISERS
    from minimax_speech.evaluation.verifiers import VERIFIERS

    with working("loading the judges"):
        return (
            RECOGNISERS.create_all(recognisers or [USUAL_RECOGNISER]),
            VERIFIERS.create_all(verifiers or [USUAL_VERIFIER]),
        )


def read_texts(path: Path) -> list[str]:
    """The different texts of a file that has one a line.

    Raises:
        InputError: it cannot be read, or has fewer than two.
    """
    lines = [line for line in read_text(path, "text file").splitlines() if line.strip()]
    texts = list(dict.fromkeys(lines))
    if len(texts) < 2:
        raise InputError(f"text file {path} has {len(texts)} texts: give two or more, one a line")
    return texts
