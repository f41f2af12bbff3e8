"""From text and a voice to a waveform: decoding, sampling, the model on disk, the whole path."""
