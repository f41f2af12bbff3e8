"""Make test lists out of corpora: what to say, after which clip, and how it was really said."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from minimax_speech.data.clips import write_clip
from minimax_speech.data.manifest import Utterance
from minimax_speech.errors import InputError
from minimax_speech.text.characters import spoken_characters

LIST_NAME = "list.jsonl"


@dataclass(frozen=True)
class Pairing:
    """A text, the clip whose voice is to say it, and the speaker's own recording of it."""

    text: str
    reference: Utterance
    target: Utterance | None = None


def pair_recorded(
    utterances: Sequence[Utterance],
    count: int,
    texts: Sequence[str] | None = None,
    min_seconds: float = 2.0,
    seed: int = 0,
) -> list[Pairing]:
    """Texts that the corpus holds, with other clips of their speakers as references.

    Speakers take turns.

    Args:
        utterances: of the corpus.
        count: how many, at most.
        texts: the only texts to take; compared by their letters.
        min_seconds: shortest reference.
        seed: of the choice.

    Raises:
        InputError: there is none.
    """
    wanted = None if texts is None else {spoken_characters(text) for text in texts}
    random_ = random.Random(seed)
    references = _by_speaker([u for u in utterances if u.duration >= min_seconds])
    targets = _by_speaker(
        [
            u
            for u in utterances
            if u.text and (wanted is None or spoken_characters(u.text) in wanted)
        ]
    )
    pairings: list[Pairing] = []
    for target in _in_turns(targets, random_):
        others = [u for u in references.get(target.speaker, ()) if u.text != target.text]
        if others and target.text:
            pairings.append(Pairing(target.text, random_.choice(others), target))
        if len(pairings) == count:
            break
    if not pairings:
        raise InputError(
            "the corpus has no such text by a speaker with another clip "
            f"of {min_seconds:g} s or more: give other texts or a larger corpus"
        )
    return pairings


def pair_new(
    utterances: Sequence[Utterance],
    count: int,
    texts: Sequence[str],
    min_seconds: float = 2.0,
    seed: int = 0,
) -> list[Pairing]:
    """New texts, each with a clip of the corpus as reference; nothing is said twice.

    The arguments are those of `pair_recorded`, with the texts to say.

    Raises:
        InputError: no clip is long enough, or there is no text.
    """
    random_ = random.Random(seed)
    references = _by_speaker([u for u in utterances if u.duration >= min_seconds])
    if not references or not texts:
        raise InputError(f"there is no text to say, or no clip of {min_seconds:g} s or more")
    said = random_.sample(texts, min(count, len(texts)))
    voices = cycle(list(_in_turns(references, random_)))
    return [Pairing(text, voice) for text, voice in zip(said, voices, strict=False)]


def write_test_set(pairings: Sequence[Pairing], folder: Path) -> Path:
    """Write ``list.jsonl`` and its clips to a folder; returns the list.

    An utterance that serves twice is one file, so that nobody is compared with himself.
    """
    names: dict[str, str] = {}
    lines = []
    for number, pairing in enumerate(pairings):
        fields = {
            "id": f"{number:04d}",
            "text": pairing.text,
            # A speaker's other clip may be in another language.
            "language": (pairing.target or pairing.reference).language,
            "speaker": pairing.reference.speaker,
        }
        for role, utterance in (("reference", pairing.reference), ("target", pairing.target)):
            if utterance is None:
                continue
            if utterance.id not in names:
                names[utterance.id] = f"clips/{len(names):04d}.wav"
                write_clip(utterance, folder / names[utterance.id])
            fields[role] = names[utterance.id]
        lines.append(json.dumps(fields, ensure_ascii=False) + "\n")
    path = folder / LIST_NAME
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _by_speaker(utterances: Sequence[Utterance]) -> dict[str, list[Utterance]]:
    groups: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in utterances:
        groups[utterance.speaker].append(utterance)
    return groups


def _in_turns(groups: dict[str, list[Utterance]], random_: random.Random) -> Iterator[Utterance]:
    """Every utterance once: one of each speaker, then the next of each, in random order."""
    queues = [random_.sample(groups[name], len(groups[name])) for name in sorted(groups)]
    random_.shuffle(queues)
    while queues:
        for queue in queues:
            yield queue.pop()
        queues = [queue for queue in queues if queue]
