"""Precompute what the stages ``speech-lm`` and ``flow-matching`` read.

Audio tokens, those of the same recording warped to other voices, and latents.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from torch.utils.data import DataLoader, Dataset

import flow_vae
from minimax_speech.data.corpus import SAMPLES_PER_TOKEN, Corpus
from minimax_speech.data.manifest import read_manifest
from minimax_speech.data.packed import PackedWriter
from minimax_speech.errors import InputError
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.training.tasks.augment import WARPS, warp_frequencies
from minimax_speech.training.tasks.batching import round_up, stack_audio
from speaker_encoder.features import LogMel

PAD_TOKENS = 8


class _Batches(Dataset[tuple[list[int], torch.Tensor]]):
    """Whole utterances of like length, padded."""

    def __init__(self, corpus: Corpus, batches: list[list[int]]) -> None:
        self.corpus, self.batches = corpus, batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, number: int) -> tuple[list[int], torch.Tensor]:
        indices = self.batches[number]
        clips = [self.corpus.padded(index) for index in indices]
        size = round_up(max(map(len, clips)), PAD_TOKENS * SAMPLES_PER_TOKEN)
        return indices, stack_audio(clips, size, torch.float32)


def _batched(corpus: Corpus, batch_seconds: float) -> list[list[int]]:
    batches: list[list[int]] = [[]]
    for index in np.argsort(corpus.tokens, kind="stable").tolist():
        if (len(batches[-1]) + 1) * corpus.tokens[index] / 25 > batch_seconds and batches[-1]:
            batches.append([])
        batches[-1].append(index)
    return batches


def extract_features(
    manifest: Path,
    out: Path,
    audio_tokenizer: Path | None = None,
    vae_encoder: Path | None = None,
    device: str = "cpu",
    batch_seconds: float = 600.0,
    workers: int = 2,
) -> float | None:
    """Write ``tokens``, ``warped_tokens`` (length, warps) and ``latents`` of a manifest to ``out``.

    The latents are the posterior's means.

    Returns the share of the tokenizer's codes that occurred, where tokens were made.

    Args:
        manifest: JSONL manifest of 24 kHz recordings.
        out: folder of packed features.
        audio_tokenizer: weights file; without it no tokens are made.
        vae_encoder: weights file; without it no latents are made.
        device: torch device.
        batch_seconds: padded audio at a time, s.
        workers: processes that read audio.

    Raises:
        InputError: neither file is given, one does not fit, or the manifest is empty or unreadable.
    """
    if audio_tokenizer is None and vae_encoder is None:
        raise InputError("nothing to extract: give an audio tokenizer, a Flow-VAE encoder or both")
    tokenizer = AudioTokenizer.load(audio_tokenizer, device) if audio_tokenizer else None
    vae = None
    if vae_encoder:
        try:
            vae = flow_vae.load(encoder_path=vae_encoder, device=device)
        except (ValueError, FileNotFoundError) as error:
            raise InputError(str(error)) from error
    corpus = Corpus(read_manifest(manifest))
    if not len(corpus):
        raise InputError(f"{manifest} holds no utterance: make features of another manifest")
    loader = DataLoader(
        _Batches(corpus, _batched(corpus, batch_seconds)),
        batch_size=None,
        num_workers=workers,
        pin_memory=device.startswith("cuda"),
    )
    with ExitStack() as stack:
        writers: dict[str, PackedWriter] = {}
        if tokenizer:
            dtype = "int16" if tokenizer.codebook_size <= 2**15 else "int32"
            for name, shape in (("tokens", ()), ("warped_tokens", (len(WARPS),))):
                writers[name] = stack.enter_context(PackedWriter(out, name, dtype, shape))
        if vae:
            shape = (vae.config.latent_dim,)
            writers["latents"] = stack.enter_context(PackedWriter(out, "latents", "float16", shape))
        console = Console(stderr=True)
        shown = track(
            loader, "features", len(loader), console=console, disable=not sys.stderr.isatty()
        )
        used = np.zeros(tokenizer.codebook_size if tokenizer else 0, dtype=bool)
        for indices, audio in shown:
            lengths = corpus.tokens[indices]
            for name, arrays in _encode(tokenizer, vae, audio.to(device), lengths):
                for index, array in zip(indices, arrays, strict=True):
                    writers[name].add(corpus.utterances[index].id, array)
                    if name == "tokens":
                        used[array] = True
    return float(used.mean()) if tokenizer else None


@torch.inference_mode()
def _encode(
    tokenizer: AudioTokenizer | None,
    vae: flow_vae.FlowVAE | None,
    audio: torch.Tensor,
    lengths: np.ndarray,
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Features of a batch of audio (batch, samples), cut to each utterance's length in tokens."""
    if tokenizer:
        mel = LogMel().to(audio.device)(audio)
        sizes = torch.from_numpy(lengths).to(audio.device)
        rows = tokenizer.encode(mel, sizes).cpu().numpy()
        yield "tokens", [row[:n] for row, n in zip(rows, lengths, strict=True)]
        warped = [
            tokenizer.encode(warp_frequencies(mel, mel.new_full((len(mel),), factor)), sizes)
            for factor in WARPS
        ]
        rows = torch.stack(warped, dim=-1).cpu().numpy()
        yield "warped_tokens", [row[:n] for row, n in zip(rows, lengths, strict=True)]
    if vae:
        latents = vae.encode(audio).mean.half().cpu().numpy()
        yield (
            "latents",
            [row[: n * LATENTS_PER_TOKEN] for row, n in zip(latents, lengths, strict=True)],
        )
