"""More sentences out of few: what a speech model reads when its text runs short.

A sentence file gives its own sentences; a language's table (`SentenceTable`) adds templates
(numbers, dates, names, commands, one-word utterances …), recombinations of clauses, and lists
of rare words; a language without a table has its sentences recombined as they are. Everything
comes out in spoken form, because speech engines do not agree on how to read a figure; punctuation
stays.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from minimax_speech.data.recombination import Recombination, word_count
from minimax_speech.data.sentence_figures import figures
from minimax_speech.data.sentence_table import SentenceTable, sentence_table
from minimax_speech.errors import InputError
from minimax_speech.files import read_text
from minimax_speech.text import languages
from minimax_speech.text.languages import Language
from minimax_speech.text.normalise import normalise

# How often a kind may fail to come up with something new before it is held exhausted.
_PATIENCE = 200
_RARE = 5  # occurrences in the sources up to which a word counts as rare
_CLAUSE_WORDS = (3, 12)


def make_sentences(
    sources: Sequence[Path],
    language: str,
    count: int,
    seed: int = 0,
    words: Path | None = None,
    exclude: Path | None = None,
    fewest_words: int = 2,
    most_words: int = 30,
) -> Iterator[str]:
    """Up to `count` distinct sentences in random order; the same for the same arguments.

    sources: files of one sentence a line; those of `fewest_words` to `most_words` words are all
    kept, the rest is generated. words: one word a line,
    for pronunciation; without it the rare words of the sources. exclude: sentences that must not
    come out, compared without case and punctuation. Fewer come out where the material is spent.
    Raises InputError for a missing file or limits that make no sense.
    """
    for sentence, _ in labelled_sentences(
        sources, language, count, seed, words, exclude, fewest_words, most_words
    ):
        yield sentence


def labelled_sentences(
    sources: Sequence[Path],
    language: str,
    count: int,
    seed: int = 0,
    words: Path | None = None,
    exclude: Path | None = None,
    fewest_words: int = 2,
    most_words: int = 30,
) -> Iterator[tuple[str, str]]:
    """As `make_sentences`, each with its kind: "source", "recombined", a kind of the table …"""
    if count < 1 or not 1 <= fewest_words <= most_words:
        raise InputError(
            f"count={count}, fewest_words={fewest_words}, most_words={most_words}: count must be "
            f"1 or more, and the limits in rising order from 1"
        )
    known = languages.get(language)
    generator = random.Random(seed)
    excluded = _lines(exclude) if exclude else []
    seen = {_key(text) for line in excluded for text in (line, normalise(line, language))}
    mark = known.terminators[0]
    lines = [line for source in sources for line in _lines(source)]
    said = [_finished(normalise(line, language), mark) for line in lines]
    said = [text for text in said if fewest_words <= word_count(text, known) <= most_words]
    said = [text for text in _new(said, seen) if not (known.spaced and _mixes_scripts(text))]
    generator.shuffle(said)
    labelled = [(text, "source") for text in said[:count]]
    table, missing = sentence_table(known.code), count - len(labelled)
    if table and missing:
        vocabulary = _vocabulary(_lines(words)) if words else _rare_words(said)
        maker = _Maker(table, language, said, vocabulary, most_words)
        labelled += maker.fill(missing, seen, generator)
    elif missing:
        labelled += _recombined(said, known, missing, seen, generator)
    generator.shuffle(labelled)
    yield from labelled


class _Maker:
    """Draws sentences of every kind of a table until a number is reached."""

    def __init__(
        self,
        table: SentenceTable,
        language: str,
        said: Sequence[str],
        vocabulary: Sequence[str],
        most_words: int,
    ) -> None:
        self._table = table
        self._language = language
        self._most_words = most_words
        self._figures = figures(vocabulary or ("word",))
        clauses = [text for text in said if _is_clause(text)]
        heads = {opener.capitalize() for opener in table.openers} | {"I"}
        # A clause that follows another starts with a word that is known to be written small.
        self._inner = [text for text in clauses if text.split()[0] in heads]
        self._outer = clauses
        self._halves = [half for text in said if (half := _halves(text, table))]

    def fill(
        self, count: int, seen: set[str], generator: random.Random
    ) -> Iterator[tuple[str, str]]:
        """`count` new sentences by the table's shares; an exhausted kind leaves its rest out."""
        shares = {kind: share for kind, share in self._table.shares.items() if self._can(kind)}
        while count > 0 and shares:
            total = sum(shares.values())
            made = 0
            for kind, share in list(shares.items()):
                quota = min(count - made, max(1, round(count * share / total)))
                batch = list(self._draw(kind, quota, seen, generator))
                yield from batch
                made += len(batch)
                if len(batch) < quota:
                    del shares[kind]
            count -= made

    def _can(self, kind: str) -> bool:
        if kind == "recombined":
            return bool(self._inner or self._halves)
        return len(self._outer) > 1 if kind == "pairs" else True

    def _draw(
        self, kind: str, quota: int, seen: set[str], generator: random.Random
    ) -> Iterator[tuple[str, str]]:
        make = {"recombined": self._recombined, "pairs": self._pair}.get(kind)
        failures = 0
        while quota > 0 and failures < _PATIENCE:
            written = make(generator) if make else self._templated(kind, generator)
            # What the sources gave is spoken already.
            text = written if make else _capitalised(normalise(written, self._language))
            fits = 0 < len(text.split()) <= self._most_words
            if not fits or _key(text) in seen:
                failures += 1
                continue
            seen.add(_key(text))
            failures = 0
            quota -= 1
            yield text, kind

    def _templated(self, kind: str, generator: random.Random) -> str:
        text = generator.choice(self._table.templates[kind])
        while slot := re.search(r"\{(\w+)(:c)?\}", text):
            filling = self._filling(slot[1], generator)
            if slot[2] and not filling.startswith("{"):
                filling = filling[:1].upper() + filling[1:]
            elif slot[2]:
                filling = filling.replace("}", ":c}", 1)
            text = text[: slot.start()] + filling + text[slot.end() :]
        for pattern, replacement in self._table.repairs:
            text = re.sub(pattern, replacement, text)
        return text[:1].upper() + text[1:]

    def _filling(self, slot: str, generator: random.Random) -> str:
        if slot in self._figures:
            return self._figures[slot](generator)
        return generator.choice(self._table.slots[slot])

    def _recombined(self, generator: random.Random) -> str:
        """Two clauses of different sentences, joined as the language joins clauses."""
        way = generator.random()
        if self._halves and (way < 0.4 or not self._inner):
            return generator.choice(self._halves)[0] + generator.choice(self._halves)[1]
        inner = _small(generator.choice(self._inner))
        if way < 0.8:
            outer = generator.choice(self._outer)
            return f"{outer[:-1]}, {generator.choice(self._table.joiners)} {inner}"
        opening = _small(generator.choice(self._inner))[:-1]
        return f"{generator.choice(self._table.subordinators)} {opening}, {inner}"

    def _pair(self, generator: random.Random) -> str:
        """Two whole sentences in one breath."""
        return " ".join(generator.sample(self._outer, 2))


def _recombined(
    said: Sequence[str], language: Language, count: int, seen: set[str], generator: random.Random
) -> Iterator[tuple[str, str]]:
    """Up to `count` new sentences; fewer where hardly a new one comes any more."""
    failures = 0
    for text in Recombination(said, language).draw(generator):
        if not count or failures == _PATIENCE:
            return
        failures += 1
        for new in _new([text], seen):
            count, failures = count - 1, 0
            yield new, "recombined"


def _lines(path: Path) -> list[str]:
    return [line for line in read_text(path, "text file").splitlines() if line.strip()]


def _key(text: str) -> str:
    """What is left without case, punctuation, and spaces: equal keys sound the same."""
    return "".join(character for character in text.casefold() if _is_said(character))


def _is_said(character: str) -> bool:
    """A letter, a digit, or a mark on one."""
    return unicodedata.category(character)[0] in "LMN"


def _mixes_scripts(text: str) -> bool:
    """Whether a word has letters of two scripts: those that look alike are easily mistaken."""
    return any(
        len({languages.script(letter) for letter in word if letter.isalpha()} - {""}) > 1
        for word in re.findall(r"\w+", text)
        if not word.isascii()
    )


def _new(texts: Iterable[str], seen: set[str]) -> Iterator[str]:
    """The texts whose key was not seen before; marks them as seen."""
    for text in texts:
        key = _key(text)
        if key and key not in seen:
            seen.add(key)
            yield text


def _finished(text: str, mark: str) -> str:
    """Balanced quotes and a mark at the end: many collected sentences lack theirs."""
    if text.count('"') % 2:
        text = text.replace('"', "")
    if text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "")
    text = _capitalised(text.strip(" -"))
    return text + mark if text and _is_said(text[-1]) else text


def _capitalised(text: str) -> str:
    """A figure at the start has become a small word."""
    return text[:1].upper() + text[1:]


def _is_clause(text: str) -> bool:
    """A short plain statement that can be part of a longer sentence."""
    shortest, longest = _CLAUSE_WORDS
    plain = re.fullmatch(r"[\w' -]+\.", text) and " - " not in text
    return bool(plain) and shortest <= len(text.split()) <= longest


def _small(clause: str) -> str:
    return clause if clause.split()[0] == "I" else clause[0].lower() + clause[1:]


def _halves(text: str, table: SentenceTable) -> tuple[str, str] | None:
    """A sentence parted before ", and she" or the like: the pieces fit those of any other."""
    joiners, openers = "|".join(table.joiners), "|".join(table.openers)
    parts = re.split(rf"(?=, (?:{joiners}) (?:I|{openers}) )", text)
    plain = len(parts) == 2 and re.fullmatch(r"[\w', -]+\.", text)
    if not plain or min(len(part.split()) for part in parts) < _CLAUSE_WORDS[0] + 1:
        return None
    return parts[0], parts[1]


def _vocabulary(lines: Iterable[str]) -> list[str]:
    """Plain small words: no names, possessives, or initialisms."""
    plain = (line for line in lines if re.fullmatch(r"[^\W\d_]{2,}", line) and line.islower())
    return sorted(set(plain))


def _rare_words(said: Iterable[str]) -> list[str]:
    counts = Counter(word for text in said for word in re.findall(r"[^\W\d_]{3,}", text))
    return sorted(word for word, count in counts.items() if count <= _RARE and word.islower())
