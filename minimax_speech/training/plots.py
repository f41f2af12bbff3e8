"""Pictures for the log: spectrograms of sounds, and maps of features over time."""

import librosa
import librosa.display
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

N_FFT, HOP, BANDS = 1024, 240, 80
RANGE_DB = 80.0
SIZE = (8.0, 3.0)  # inches


def spectrogram(audio: NDArray[np.float32], sample_rate: int) -> Figure:
    """The mel spectrogram of a sound (samples,), in dB below its loudest point."""
    power = librosa.feature.melspectrogram(
        y=audio, sr=sample_rate, n_fft=N_FFT, hop_length=HOP, n_mels=BANDS
    )
    levels = librosa.power_to_db(power, ref=np.max, top_db=RANGE_DB)
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    shown = librosa.display.specshow(
        levels, sr=sample_rate, hop_length=HOP, x_axis="time", y_axis="mel", ax=axes
    )
    figure.colorbar(shown, ax=axes, format="%+.0f dB")
    return figure


def feature_map(values: NDArray[np.float32]) -> Figure:
    """Features over time (features, frames), the first at the bottom."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot(xlabel="frame", ylabel="feature")
    shown = axes.imshow(values, origin="lower", aspect="auto", interpolation="none")
    figure.colorbar(shown, ax=axes)
    return figure
