"""Precomputed features of a corpus, packed in one file per feature.

Audio tokens and latents are small and read at random: one flat array on disk, mapped into memory,
and an index from utterance id to its rows.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minimax_speech.errors import InputError
from minimax_speech.files import replacing


class PackedWriter:
    """Write arrays (length, *shape) of one feature, one per utterance id; complete when closed."""

    def __init__(self, folder: Path, name: str, dtype: str, shape: tuple[int, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data_path, self.index_path = folder / f"{name}.bin", folder / f"{name}.json"
        self.index_path.unlink(missing_ok=True)
        self.dtype, self.shape = np.dtype(dtype), shape
        self.rows: dict[str, tuple[int, int]] = {}
        self.length = 0
        self._file = self.data_path.open("wb")

    def add(self, utterance_id: str, array: NDArray) -> None:
        """Append one utterance's array."""
        if array.shape[1:] != self.shape:
            raise ValueError(
                f"array of {utterance_id} has shape {array.shape}, expected (length, *{self.shape})"
            )
        self._file.write(np.ascontiguousarray(array, dtype=self.dtype).tobytes())
        self.rows[utterance_id] = (self.length, len(array))
        self.length += len(array)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if kind is None:  # the index marks the feature as complete
            index = {"dtype": self.dtype.name, "shape": self.shape, "rows": self.rows}
            with replacing(self.index_path) as part:
                part.write_text(json.dumps(index))


class PackedFeatures:
    """Arrays of one feature, by utterance id.

    Raises:
        InputError: they were never made, not finished, or are damaged.
    """

    def __init__(self, folder: Path, name: str) -> None:
        index_path = folder / f"{name}.json"
        if not index_path.is_file():
            raise InputError(f"no {name} in {folder}: make them with `tts prepare features`")
        try:
            index = json.loads(index_path.read_text())
            dtype, shape = np.dtype(index["dtype"]), tuple(index["shape"])
            self.rows: dict[str, list[int]] = index["rows"]
            total = sum(length for _, length in self.rows.values())
            self._data = np.memmap(folder / f"{name}.bin", dtype, "r", shape=(total, *shape))
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"the {name} in {folder} are damaged ({error}): make them again with "
                "`tts prepare features`"
            ) from error

    def __getitem__(self, utterance_id: str) -> NDArray:
        """Array (length, *shape) of one utterance; KeyError where it has none."""
        start, length = self.rows[utterance_id]
        return self._data[start : start + length]

    def __contains__(self, utterance_id: str) -> bool:
        return utterance_id in self.rows

    @property
    def values(self) -> NDArray:
        """The arrays of all utterances, one after the other."""
        return self._data


def merge(folders: Sequence[Path], out: Path, name: str) -> PackedFeatures:
    """Put the features of several folders, which share no utterance, together in another."""
    parts = [PackedFeatures(folder, name) for folder in folders]
    first = parts[0].values
    with PackedWriter(out, name, first.dtype.name, first.shape[1:]) as writer:
        for part in parts:
            for utterance_id in part.rows:
                writer.add(utterance_id, part[utterance_id])
    return PackedFeatures(out, name)
