"""Single clips out of a corpus, whose files hold many utterances each."""

from collections.abc import Sequence
from pathlib import Path

from minimax_speech.data.manifest import Utterance, read_samples
from minimax_speech.errors import InputError


def write_clip(utterance: Utterance, path: Path) -> None:
    """Write an utterance to an audio file of its own, 16 bits, as loud as it is.

    Raises:
        InputError: its audio cannot be read.
    """
    import soundfile

    samples, rate = read_samples(utterance)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="PCM_16")


def clips_of_speaker(
    utterances: Sequence[Utterance], speaker: str, count: int, min_seconds: float
) -> list[Utterance]:
    """The first ``count`` utterances of a speaker that last at least ``min_seconds``.

    Raises:
        InputError: there is none.
    """
    found = [u for u in utterances if u.speaker == speaker and u.duration >= min_seconds]
    if not found:
        raise InputError(
            f"speaker {speaker!r} has no utterance of {min_seconds:g} s or more in the manifest: "
            "its speakers.tsv lists who speaks how long"
        )
    return found[:count]
