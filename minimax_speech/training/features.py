"""Precompute what the stages ``speech-lm`` and ``flow-matching`` read.

Audio tokens, those of the same recording warped to other voices, and latents. They are made part by
part, of utterances of like length, so that an interrupted run goes on; then the parts are merged.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress
from torch.utils.data import DataLoader, Dataset

import flow_vae
from minimax_speech.data.corpus import SAMPLES_PER_TOKEN, Corpus
from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.packed import PackedFeatures, PackedWriter, merge
from minimax_speech.data.shards import (
    ShardTask,
    finish_shard,
    is_finished,
    prepare_folder,
    run_shards,
)
from minimax_speech.errors import InputError
from minimax_speech.files import digest
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.training.tasks.augment import WARPS, warp_frequencies
from minimax_speech.training.tasks.batching import round_up, stack_audio
from speaker_encoder.features import LogMel

PAD_TOKENS = 8
PART_SECONDS = 3600.0
PARTS = ".parts"
"""Folder of what is finished of features that are being made."""


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


@dataclass(frozen=True)
class Encoding:
    """How features are made.

    Attributes:
        audio_tokenizer: weights file; without it no tokens are made.
        vae_encoder: weights file; without it no latents are made.
        device: torch device.
        batch_seconds: padded audio at a time, s.
        workers: processes that read audio.
    """

    audio_tokenizer: Path | None
    vae_encoder: Path | None
    device: str
    batch_seconds: float
    workers: int

    @property
    def names(self) -> list[str]:
        """Of the features that come of it."""
        tokens = ["tokens", "warped_tokens"] if self.audio_tokenizer else []
        return [*tokens, *(["latents"] if self.vae_encoder else [])]


class Encoder:
    """Makes the features of utterances.

    Raises:
        InputError: a weights file does not fit.
    """

    def __init__(self, settings: Encoding) -> None:
        self.settings, device = settings, settings.device
        path = settings.audio_tokenizer
        self.tokenizer = AudioTokenizer.load(path, device) if path else None
        self.vae: flow_vae.FlowVAE | None = None
        if settings.vae_encoder:
            try:
                self.vae = flow_vae.load(encoder_path=settings.vae_encoder, device=device)
            except (ValueError, FileNotFoundError) as error:
                raise InputError(str(error)) from error

    def encode(
        self, utterances: Sequence[Utterance], out: Path, advance: Callable[[float], object]
    ) -> None:
        """Write the features of utterances to ``out``; tells how many seconds of audio are done."""
        corpus = Corpus(utterances)
        loader = DataLoader(
            _Batches(corpus, _batched(corpus, self.settings.batch_seconds)),
            batch_size=None,
            num_workers=self.settings.workers,
            pin_memory=self.settings.device.startswith("cuda"),
        )
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(PackedWriter(out, name, dtype, shape))
                for name, dtype, shape in self._formats()
            }
            for indices, audio in loader:
                lengths = corpus.tokens[indices]
                audio = audio.to(self.settings.device)
                for name, arrays in _encode(self.tokenizer, self.vae, audio, lengths):
                    for index, array in zip(indices, arrays, strict=True):
                        writers[name].add(corpus.utterances[index].id, array)
                advance(sum(corpus.utterances[index].duration for index in indices))

    def _formats(self) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """Name, type and shape of a frame of each feature."""
        if self.tokenizer:
            dtype = "int16" if self.tokenizer.codebook_size <= 2**15 else "int32"
            yield "tokens", dtype, ()
            yield "warped_tokens", dtype, (len(WARPS),)
        if self.vae:
            yield "latents", "float16", (self.vae.config.latent_dim,)


def extract_features(
    manifest: Path,
    out: Path,
    audio_tokenizer: Path | None = None,
    vae_encoder: Path | None = None,
    device: str = "cpu",
    batch_seconds: float = 600.0,
    workers: int = 2,
    ray: str | None = None,
    resume: bool = True,
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
        ray: address of a Ray cluster whose processes do it, each with a GPU where ``device`` is
            one; they must see the same folders.
        resume: keep the parts that an interrupted run has finished.

    Raises:
        InputError: neither file is given, one does not fit, or the manifest is empty or unreadable.
    """
    if audio_tokenizer is None and vae_encoder is None:
        raise InputError("nothing to extract: give an audio tokenizer, a Flow-VAE encoder or both")
    settings = Encoding(audio_tokenizer, vae_encoder, device, batch_seconds, workers)
    encoder = Encoder(settings if ray is None else replace(settings, device="cpu"))
    utterances = read_manifest(manifest)
    if not utterances:
        raise InputError(f"{manifest} holds no utterance: make features of another manifest")
    tasks = _parts(utterances)
    parts = out.absolute() / PARTS
    _prepare(parts, settings, manifest, resume)
    if ray is None:
        _encode_here(encoder, parts, tasks)
    else:
        failed = run_shards(
            parts,
            tasks,
            _encode_part,
            initialise=_start_worker,
            arguments=(settings,),
            ray=ray,
            gpus=int(device.startswith("cuda")),
            title="Features",
        )
        if failed:
            raise InputError(f"part {min(failed)} could not be made: {failed[min(failed)]}")
    folders = [parts / task.name for task in tasks]
    merged = {name: merge(folders, out, name) for name in settings.names}
    shutil.rmtree(parts)
    return _used(merged["tokens"], encoder.tokenizer) if encoder.tokenizer else None


def _parts(utterances: Sequence[Utterance]) -> list[ShardTask]:
    """Utterances of like length together, about an hour at a time."""
    parts: list[list[Utterance]] = []
    filled = PART_SECONDS
    for utterance in sorted(utterances, key=lambda utterance: utterance.duration):
        if filled >= PART_SECONDS:
            parts.append([])
            filled = 0.0
        parts[-1].append(utterance)
        filled += utterance.duration
    return [
        ShardTask(f"{number:05d}", items, sum(item.duration for item in items))
        for number, items in enumerate(parts)
    ]


def _prepare(parts: Path, settings: Encoding, manifest: Path, resume: bool) -> None:
    """Make the folder of parts ready; those of another manifest or other weights are of no use."""
    files = [path for path in (settings.audio_tokenizer, settings.vae_encoder) if path]
    fingerprint = hashlib.sha256(repr((settings.names, digest(manifest, *files))).encode())
    plan = parts / "plan.json"
    if plan.is_file() and json.loads(plan.read_text())["fingerprint"] != fingerprint.hexdigest():
        resume = False
    prepare_folder(parts, fingerprint.hexdigest(), resume)


def _encode_here(encoder: Encoder, parts: Path, tasks: Sequence[ShardTask]) -> None:
    left = [task for task in tasks if not is_finished(parts, task.name)]
    console = Console(stderr=True)
    with Progress(console=console, disable=not sys.stderr.isatty()) as bar:
        shown = bar.add_task("features", total=sum(task.seconds for task in left))
        for task in left:
            encoder.encode(task.items, parts / task.name, lambda done: bar.advance(shown, done))
            finish_shard(parts, task.name, [], [])


_encoder: Encoder | None = None


def _start_worker(settings: Encoding) -> None:
    global _encoder
    _encoder = Encoder(settings)


def _encode_part(parts: Path, task: ShardTask, _skipped: frozenset[int]) -> float:
    assert _encoder is not None
    _encoder.encode(task.items, parts / task.name, lambda _done: None)
    finish_shard(parts, task.name, [], [])
    return task.seconds


def _used(tokens: PackedFeatures, tokenizer: AudioTokenizer) -> float:
    """The share of the codes that occur."""
    used = np.zeros(tokenizer.codebook_size, dtype=bool)
    used[np.unique(tokens.values)] = True
    return float(used.mean())


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
