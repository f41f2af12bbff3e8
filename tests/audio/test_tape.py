"""Signals piece by piece."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.audio.tape import pieces


@given(st.lists(st.integers(0, 40)), st.integers(1, 25))
def test_pieces_do_not_depend_on_the_blocks(lengths: list[int], size: int) -> None:
    signal = np.arange(sum(lengths), dtype=np.float32)
    blocks = np.split(signal, np.cumsum(lengths)[:-1]) if lengths else []
    cut = list(pieces(blocks, size))
    assert [len(piece) for piece in cut[:-1]] == [size] * (len(cut) - 1)
    assert all(0 < len(piece) <= size for piece in cut)
    assert np.array_equal(np.concatenate([*cut, np.zeros(0)]), signal)
