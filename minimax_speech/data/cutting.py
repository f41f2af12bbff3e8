"""Where to cut a recording into utterances: in the pauses between its stretches of speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise, zip_longest

from minimax_speech.audio.subtitles import Word
from minimax_speech.audio.voice_activity import Stretch
from minimax_speech.text import languages
from minimax_speech.text.splitting import split_sentences

_LONGEST_JOINED_PAUSE = 1.0
"""Seconds: what a longer pause parts is not joined to make a short utterance longer."""


@dataclass(frozen=True)
class Lengths:
    """What utterances may be like, in seconds.

    Attributes:
        shortest: length of an utterance, its margins with it.
        longest: the same.
        pause: from which on a pause ends an utterance, where no text says where sentences end.
        margin: kept before and after the speech, as far as the pause there allows.
    """

    shortest: float
    longest: float
    pause: float
    margin: float


@dataclass(frozen=True)
class Cut:
    """An utterance, or what became none.

    Attributes:
        place: from where to where, margins and all.
        fault: why it is no utterance; None where it is one.
        stretches: the numbers of its stretches of speech.
    """

    place: Stretch
    fault: str | None = None
    stretches: range = range(0)


def cut_at_pauses(
    speech: Sequence[Stretch], seconds: float, lengths: Lengths
) -> list[tuple[Cut, str | None]]:
    """Utterances of a recording without a transcript, in order, and what becomes none.

    A long pause ends an utterance. One that is too long is cut at its longest pause, again and
    again; one that is too short is joined with the nearer neighbour, where both fit.

    Args:
        speech: stretches of speech, in order.
        seconds: length of the recording.
        lengths: what utterances may be like.
    """
    pauses = [b.start - a.end for a, b in pairwise(speech)]
    ends = [*(pause >= lengths.pause for pause in pauses), True]
    cutter = _Cutter(speech, seconds, lengths)
    return [(cut, None) for cut in cutter.cut(ends, range(len(speech)))]


def cut_at_sentences(
    speech: Sequence[Stretch],
    words: Sequence[Word],
    language: str,
    seconds: float,
    lengths: Lengths,
) -> list[tuple[Cut, str | None]]:
    """As `cut_at_pauses`, with the text of each utterance.

    The end of a sentence ends an utterance, if a pause follows it; very short sentences stay with
    their neighbours, as in `split_sentences`. Speech that no word lies in becomes none.

    Args:
        speech: stretches of speech, in order.
        words: of the transcript, in order, and when they are said; at least one.
        language: code.
        seconds: length of the recording.
        lengths: what utterances may be like.
    """
    said = _words_of_stretches(speech, words)
    sentence_ends = _sentence_ends(words, language)
    ends = [bool(numbers) and sentence_ends[numbers[-1]] for numbers in said]
    space = " " if languages.get(language).spaced else ""
    cutter = _Cutter(speech, seconds, lengths)
    found: list[tuple[Cut, str | None]] = []
    for has_words, group in groupby(range(len(speech)), key=lambda index: bool(said[index])):
        indices = list(group)
        within = range(indices[0], indices[-1] + 1)
        if not has_words:
            place = cutter.place(within.start, within.stop)
            found.append((Cut(place, "not in the transcript"), None))
            continue
        for cut in cutter.cut(ends, within):
            numbers = [number for index in cut.stretches for number in said[index]]
            found.append((cut, space.join(words[number].text for number in numbers)))
    return found


def _words_of_stretches(speech: Sequence[Stretch], words: Sequence[Word]) -> list[range]:
    """The numbers of the words in each stretch: by their middles, up to the middle of a pause."""
    edges = [(a.end + b.start) / 2 for a, b in pairwise(speech)]
    ranges: list[range] = []
    first = 0
    for edge in [*edges, float("inf")]:
        end = first
        while end < len(words) and (words[end].start + words[end].end) / 2 < edge:
            end += 1
        ranges.append(range(first, end))
        first = end
    return ranges


def _sentence_ends(words: Sequence[Word], language: str) -> list[bool]:
    """Of each word, whether a sentence ends after it."""
    text = " ".join(word.text for word in words)
    sentences = split_sentences(text, language, max_chars=max(10, len(text)))
    ends = set(accumulate(map(_letters, sentences)))
    return [length in ends for length in accumulate(_letters(word.text) for word in words)]


def _letters(text: str) -> int:
    """Characters of a text but for white space."""
    return len("".join(text.split()))


class _Cutter:
    """Groups of stretches: each is the index of its first stretch and that after its last one."""

    def __init__(self, speech: Sequence[Stretch], seconds: float, lengths: Lengths) -> None:
        self._speech, self._seconds, self._lengths = speech, seconds, lengths

    def cut(self, ends: Sequence[bool], within: range) -> list[Cut]:
        """What the stretches within a range become; ``ends``: of each, whether to end after it."""
        groups: list[tuple[int, int]] = []
        first = within.start
        for index in within:
            if ends[index] or index == within[-1]:
                groups += self._divide(first, index + 1)
                first = index + 1
        return [
            Cut(self.place(first, end), self._fault(first, end), range(first, end))
            for first, end in self._join(groups)
        ]

    def place(self, first: int, end: int) -> Stretch:
        """With margins, but no more than half of the pauses beside the speech."""
        margin = self._lengths.margin
        start, stop = self._speech[first].start, self._speech[end - 1].end
        before = self._pause(first) / 2 if first else start
        after = self._pause(end) / 2 if end < len(self._speech) else self._seconds - stop
        return Stretch(start - min(margin, before), stop + min(margin, after))

    def _fault(self, first: int, end: int) -> str | None:
        length = self._length(first, end)
        if length < self._lengths.shortest:
            return "too short"
        return "no pause to cut at" if length > self._lengths.longest else None

    def _divide(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """The group, cut at its longest pauses until no part is too long, or cannot be cut."""
        if self._length(first, end) <= self._lengths.longest or end - first == 1:
            yield first, end
            return
        middle = max(range(first + 1, end), key=self._pause)
        yield from self._divide(first, middle)
        yield from self._divide(middle, end)

    def _join(self, groups: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Groups, the short ones joined with the nearer neighbour where that is possible."""
        joined: list[tuple[int, int]] = []
        for group, following in zip_longest(groups, groups[1:]):
            if joined and self._belong(joined[-1], group):
                nearer = (
                    following is not None
                    and self._belong(group, following)
                    and self._pause(following[0]) < self._pause(group[0])
                )
                if not nearer:
                    joined[-1] = (joined[-1][0], group[1])
                    continue
            joined.append(group)
        return joined

    def _belong(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether two neighbours may be joined, since one of them is too short."""
        return (
            "too short" in (self._fault(*one), self._fault(*other))
            and self._pause(other[0]) <= _LONGEST_JOINED_PAUSE
            and self._length(one[0], other[1]) <= self._lengths.longest
        )

    def _length(self, first: int, end: int) -> float:
        place = self.place(first, end)
        return place.end - place.start

    def _pause(self, index: int) -> float:
        """Before a stretch, in seconds."""
        return self._speech[index].start - self._speech[index - 1].end
