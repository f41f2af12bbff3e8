"""What a language needs to make sentences of its own: sentences_<code>.yaml beside this file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class SentenceTable:
    """One language's templates and what fills them.

    templates: by kind; "{slot}" is filled from `slots` or from `sentence_figures.figures`,
        "{slot:c}" with a capital first.
    shares: relative number of sentences of each kind.
    slots: the fillings; they may hold slots themselves.
    repairs: pattern and replacement for what filling breaks (a apple, foxs), in order.
    joiners: conjunctions that join two main clauses. subordinators: those that open a first one.
    openers: words that open a clause and are written small inside a sentence.
    """

    templates: Mapping[str, Sequence[str]]
    shares: Mapping[str, float]
    slots: Mapping[str, Sequence[str]]
    repairs: Sequence[tuple[str, str]]
    joiners: Sequence[str]
    subordinators: Sequence[str]
    openers: Sequence[str]


def sentence_table(code: str) -> SentenceTable | None:
    """The table of a language, or None if it has none yet."""
    path = Path(__file__).with_name(f"sentences_{code}.yaml")
    if not path.is_file():
        return None
    return SentenceTable(**yaml.safe_load(path.read_text(encoding="utf-8")))
