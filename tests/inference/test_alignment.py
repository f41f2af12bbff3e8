"""Words are placed where the CTC head spells them."""

import numpy as np
import pytest
import torch
from ctc_signals import ALPHABET, of_classes, spelled
from hypothesis import given, settings
from hypothesis import strategies as st
from torchaudio.functional import forced_align

from minimax_speech.inference import alignment
from minimax_speech.inference.alignment import align, best_path, path_labels, path_loss


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(25, 60), st.integers(0, 99)
)
def test_the_path_is_as_likely_as_torchaudios(classes: list[int], frames: int, seed: int) -> None:
    logits = torch.randn(1, frames, 6, generator=torch.Generator().manual_seed(seed))
    log_probs = logits.log_softmax(-1)
    _, scores = forced_align(log_probs, torch.tensor([classes], dtype=torch.int32))
    ours = log_probs[0].numpy()
    spikes = best_path(ours, classes)
    assert all(spike.start < spike.end for spike in spikes)
    labels = path_labels(frames, classes, spikes)
    assert ours[np.arange(frames), labels].sum() == pytest.approx(float(scores.sum()), abs=1e-3)


@settings(deadline=None)
@given(st.text("abc", min_size=1, max_size=400), st.integers(2, 5), st.integers(0, 40))
def test_spikes_are_found_window_by_window(text: str, spacing: int, pad: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_WINDOW", 100)
        log_probs = spelled(text, spacing, pad=pad)
        spikes = best_path(log_probs, [ALPHABET.index(c) + 1 for c in text])
    assert [spike.start for spike in spikes] == [pad + i * spacing for i in range(len(text))]


words = st.lists(st.text("abcdé1", min_size=1, max_size=6), max_size=15)


@settings(deadline=None)
@given(words, st.integers(0, 99), st.integers(1, 80))
def test_spans_are_in_order_and_within_the_frames(said: list[str], seed: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    logits = torch.from_numpy(rng.normal(size=(frames, 1 + len(ALPHABET))).astype(np.float32))
    spans = align(logits.log_softmax(-1).numpy(), spaced(said), ALPHABET).spans
    assert len(spans) == len(said)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= frames for edge in edges)


def spaced(said: list[str]) -> list[str]:
    """What is spelled of words with spaces between them."""
    return [f" {word}" for word in said]


def test_a_word_begins_at_its_space_or_shortly_before_its_first_spike() -> None:
    log_probs = spelled("ab cd", spacing=4, pad=10)
    assert align(log_probs, spaced(["ab", "cd"]), ALPHABET).spans == [(7, 17), (19, 29)]
    # A long pause after the space.
    frames = [2, 0, 3, 0, 1] + [0] * 40 + [4, 0, 5]
    assert align(of_classes(frames), spaced(["ab", "cd"]), ALPHABET).spans[1].start == 42


def test_words_without_spaces_end_where_the_next_one_begins() -> None:
    log_probs = spelled("abcd", spacing=4, pad=10)
    assert align(log_probs, ["ab", "cd"], ALPHABET).spans == [(7, 15), (15, 25)]


def test_what_cannot_be_spelled_lies_between_its_neighbours() -> None:
    frames = [2, 0, 3, 0, 1] + [0] * 40 + [4, 0, 5]
    spans = align(of_classes(frames), spaced(["ab", "12", "3456", "cd"]), ALPHABET).spans
    assert spans[1].start == spans[0].end
    assert spans[2].end == spans[3].start
    assert spans[2].end - spans[2].start == pytest.approx(2 * (spans[1].end - spans[1].start))
    assert align(of_classes(frames), spaced(["12", "34"]), ALPHABET).spans == [(0, 24), (24, 48)]


def test_the_cost_tells_a_wrong_text() -> None:
    log_probs = spelled("the cat sat on the mat")
    assert align(log_probs, spaced(["the", "cat", "sat", "on", "the", "mat"]), ALPHABET).cost < 0.1
    assert align(log_probs, spaced(["dogs", "never", "like", "wet", "hay"]), ALPHABET).cost > 3


def test_more_text_than_frames_costs() -> None:
    log_probs = spelled("ab")
    aligned = align(log_probs, spaced(["ab", "cdefghijklmnop"]), ALPHABET)
    assert aligned.cost > 3
    classes = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    spikes = best_path(log_probs, classes)
    assert len(spikes) == len(classes)
    assert path_loss(log_probs, classes, spikes)[-1] >= 10
    assert best_path(log_probs, []) == []
