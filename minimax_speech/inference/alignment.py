"""When words are said: forced alignment with the CTC head of the audio tokenizer.

The most likely path through the characters (Viterbi over the states of CTC, Graves et al. 2006),
window by window, so that memory does not grow with the recording.

Shapes: T frames (50 Hz), C classes (0 the blank), S = 2 L + 1 states of L characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minimax_speech.text.characters import CharacterSet

FRAMES_PER_SECOND = 50

LogProbs = npt.NDArray[np.float32]
"""Log-probabilities of the classes, (T, C)."""

_WINDOW = 1_500  # frames aligned at once; what comes after the first half is aligned again
_MOST_PER_FRAME = 0.6  # characters in a window: twice as many as fast talkers speak
_LEAD, _TAIL = 3, 2
"""A character's spike lies in its middle and is heard late: frames before the spike where a word
begins at the earliest, and after it where it ends at the latest."""

_MISSING_NATS = 10.0  # what a character costs that is nowhere: as much as one that is not heard


class Span(NamedTuple):
    """Where something is said, in frames: the first one, and the one after the last."""

    start: float
    end: float


@dataclass(frozen=True)
class Alignment:
    """Where words are said.

    Attributes:
        spans: of each word: in order, within the frames, none over another.
        cost: by how many nats a character the words are less likely than what the head hears most
            of all: below 3.5 where they are what is said, however it is said; above 5 where not.
    """

    spans: list[Span]
    cost: float


def align(log_probs: LogProbs, words: Sequence[str], alphabet: str) -> Alignment:
    """Where spoken words lie in the frames (T, C).

    What the alphabet cannot spell is placed between its neighbours by its length.

    Args:
        log_probs: of blank and alphabet.
        words: what is spelled of each, as `spelled_words` gives it.
        alphabet: of the CTC head.
    """
    classes, places = spell(words, alphabet)
    spikes = best_path(log_probs, classes)
    space = alphabet.find(" ") + 1
    known = [
        place and _word_span(spikes, classes, place, space, len(log_probs)) for place in places
    ]
    spans = _without_overlap(
        _fill_in(known, [max(1, len(word.lstrip())) for word in words], len(log_probs))
    )
    loss = path_loss(log_probs, classes, spikes)
    return Alignment(spans, float(loss.sum()) / max(1, len(classes)))


def spell(words: Sequence[str], alphabet: str) -> tuple[list[int], list[tuple[int, int] | None]]:
    """The classes of words and of the spaces before them, and where each word lies in them.

    That is None for words without a character of the alphabet.
    """
    characters = CharacterSet(alphabet)
    classes: list[int] = []
    places: list[tuple[int, int] | None] = []
    for word in words:
        spelled = characters.encode(word.lstrip())
        if spelled and classes and word.startswith(" "):
            classes += characters.encode(" ")
        places.append((len(classes), len(classes) + len(spelled)) if spelled else None)
        classes += spelled
    return classes, places


class Spike(NamedTuple):
    """The frames in which a character is spelled; none where the frames did not suffice."""

    start: int
    end: int


def best_path(log_probs: LogProbs, classes: Sequence[int]) -> list[Spike]:
    """Where each of L classes is spelled on the most likely path through the frames (T, C).

    Where there are too few frames, the last classes get none.
    """
    spikes: list[Spike] = []
    begin = 0
    while len(spikes) < len(classes):
        frames = log_probs[begin : begin + _WINDOW]
        last = begin + len(frames) == len(log_probs)
        most = len(frames) if last else round(_MOST_PER_FRAME * len(frames))
        ahead = classes[len(spikes) : len(spikes) + most]
        whole = last and len(spikes) + len(ahead) == len(classes)
        states = _viterbi(frames, ahead, to_the_end=whole)
        if last:
            spikes += _spikes(states, len(ahead), begin)
            missing = len(classes) - len(spikes)
            return spikes + [Spike(len(log_probs), len(log_probs))] * missing
        # Cut after the first half, or before the character that is being spelled there.
        half = _WINDOW // 2
        state = int(states[half - 1])
        cut = (int(np.searchsorted(states, state)) if state % 2 else 0) or half
        spikes += _spikes(states[:cut], state // 2, begin)
        begin += cut
    return spikes


def _viterbi(
    log_probs: LogProbs, classes: Sequence[int], to_the_end: bool
) -> npt.NDArray[np.int32]:
    """The state (T,) of each frame: 2 i + 1 spells class i, the even ones are blanks.

    to_the_end: the path must spell all classes, if that is possible.
    """
    labels = np.zeros(2 * len(classes) + 1, np.int64)
    labels[1::2] = classes
    skips = np.full(len(labels), -np.inf, np.float32)
    skips[3::2] = np.where(labels[3::2] == labels[1:-2:2], -np.inf, 0)
    padded = np.full(len(labels) + 2, -np.inf, np.float32)  # two states before the first
    scores = padded[2:]
    scores[:2] = log_probs[0, labels[:2]]
    moves = np.zeros((len(log_probs), len(labels)), np.int8)
    for frame in range(1, len(log_probs)):
        step, skip = padded[1:-1], padded[:-2] + skips
        move = moves[frame]
        np.greater(step, scores, out=move, casting="unsafe")
        best = np.maximum(step, scores)
        move[skip > best] = 2
        scores[:] = np.maximum(best, skip) + log_probs[frame, labels]
    state = int(scores.argmax())
    ends = scores[-2:]
    if to_the_end and np.isfinite(ends.max()):
        state = len(labels) - len(ends) + int(ends.argmax())
    states = np.empty(len(log_probs), np.int32)
    for frame in range(len(log_probs) - 1, -1, -1):
        states[frame] = state
        state -= int(moves[frame, state])
    return states


def _spikes(states: npt.NDArray[np.int32], count: int, begin: int) -> list[Spike]:
    """The frames of each of ``count`` classes on a path that begins at a frame."""
    spelling = 2 * np.arange(count) + 1
    starts = np.searchsorted(states, spelling, "left") + begin
    ends = np.searchsorted(states, spelling, "right") + begin
    return [Spike(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def path_loss(
    log_probs: LogProbs, classes: Sequence[int], spikes: Sequence[Spike]
) -> npt.NDArray[np.float32]:
    """By how many nats the path of some spikes is less likely than the best class, (T,).

    Characters that found no frame count at the last one.
    """
    path = log_probs[np.arange(len(log_probs)), path_labels(len(log_probs), classes, spikes)]
    loss = log_probs.max(axis=1) - path
    loss[-1:] += _MISSING_NATS * sum(spike.start == spike.end for spike in spikes)
    return loss


def path_labels(
    frames: int, classes: Sequence[int], spikes: Sequence[Spike]
) -> npt.NDArray[np.int64]:
    """The class that the path of some spikes takes in each frame, (T,)."""
    labels = np.zeros(frames, np.int64)
    for spike, label in zip(spikes, classes, strict=True):
        labels[spike.start : spike.end] = label
    return labels


def _word_span(
    spikes: Sequence[Spike],
    classes: Sequence[int],
    place: tuple[int, int],
    space: int,
    frames: int,
) -> Span:
    """Where the word lies whose characters are those from place[0] to place[1].

    The space before it, where there is one, is spelled where the word begins.
    """
    first, end = place
    start = spikes[first].start - _LEAD
    if first:
        before = spikes[first - 1]
        start = max(start, before.start if space and classes[first - 1] == space else before.end)
    return Span(max(0, min(start, frames)), min(spikes[end - 1].end + _TAIL, frames))


def _fill_in(known: Sequence[Span | None], lengths: Sequence[int], frames: int) -> list[Span]:
    """Words between known ones share what lies between these by their lengths."""
    spans: list[Span] = []
    index = 0
    while index < len(known):
        span = known[index]
        if span is not None:
            spans.append(span)
            index += 1
            continue
        end = next((i for i in range(index, len(known)) if known[i] is not None), len(known))
        after = known[end] if end < len(known) else None
        left = spans[-1].end if spans else 0.0
        right = max(left, after.start if after is not None else float(frames))
        shares = np.cumsum([0, *lengths[index:end]]) / max(1, sum(lengths[index:end]))
        edges = left + (right - left) * shares
        spans += [Span(float(edges[i]), float(edges[i + 1])) for i in range(end - index)]
        index = end
    return spans


def _without_overlap(spans: Sequence[Span]) -> list[Span]:
    """The spans, each ending where the next one starts at the latest."""
    tidy: list[Span] = []
    limit = float("inf")
    for span in reversed(spans):
        start = min(span.start, limit)
        tidy.append(Span(start, max(start, min(span.end, limit))))
        limit = start
    return tidy[::-1]
