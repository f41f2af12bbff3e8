"""Mel spectrograms as pictures, without a plotting library."""

import numpy as np
import numpy.typing as npt
import torch

from minimax_speech.audio.io import Samples
from speaker_encoder.features import LogMel

WIDEST = 1200
"""Columns of a picture; of longer sounds, frames share one."""
_RANGE = 8.0  # nats below the loudest point that are told apart: 70 dB
_COLOURS = np.array(
    [(13, 8, 45), (72, 18, 110), (148, 38, 108), (217, 76, 72), (250, 150, 40), (252, 250, 180)]
)
"""From quiet to loud, RGB."""


def picture(samples: Samples, rate: int) -> npt.NDArray[np.uint8]:
    """The mel spectrogram of a sound (samples,) at ``rate`` Hz: RGB (bands, columns, 3).

    Time goes from left to right, and the lowest band is at the bottom.
    """
    mel = LogMel(rate)(torch.from_numpy(samples)[None])[0].numpy()
    columns = np.array_split(mel, min(WIDEST, len(mel)))
    levels = np.stack([column.max(axis=0) for column in columns], axis=1)[::-1]
    shade = np.clip((levels - levels.max()) / _RANGE + 1, 0, 1)
    places = np.linspace(0, 1, len(_COLOURS))
    colours = [np.interp(shade, places, channel) for channel in _COLOURS.T]
    return np.stack(colours, axis=-1).round().astype(np.uint8)
