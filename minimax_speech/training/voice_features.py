"""Precompute what the stage ``voice-designer`` reads: of each utterance its voice, and its traits.

The voice is the timbre vector that a model's speaker encoder hears, and only voices of the same
model are like it: the feature's name holds the model's fingerprint.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from minimax_speech.audio.traits import NAMES, measure_traits
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples
from minimax_speech.data.packed import PackedWriter, merge
from minimax_speech.data.shards import ShardTask, finish_shard, prepare_folder, run_shards
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, digest
from minimax_speech.inference.bundle import Bundle

TRAITS = "traits"
PARTS = ".voice-parts"
PART_UTTERANCES = 100
HEARD_SECONDS = 8.0
"""Of an utterance; more tells little more about its voice."""


def timbre_feature(fingerprint: str) -> str:
    """What the timbre vectors of a model with this fingerprint are called."""
    return f"timbre-{fingerprint}"


def extract_voices(
    manifest: Path,
    out: Path,
    model: str | Path | None = None,
    jobs: int | None = None,
    ray: str | None = None,
    resume: bool = True,
    progress: bool = True,
) -> int:
    """Write ``timbre-FINGERPRINT`` (1, timbre_dim) and ``traits`` (1, 5) of utterances to ``out``.

    Utterances that hardly hold a voice (too short, whispered) are left out.

    Returns how many utterances there are.

    Args:
        manifest: JSONL manifest.
        out: folder of packed features; others may lie in it.
        model: name or folder of the model whose speaker encoder listens; None is the bundled one.
        jobs: processes; all cores by default.
        ray: address of a Ray cluster whose processes do it; they must see the same folders.
        resume: keep what an interrupted run has finished.
        progress: show a bar on stderr.

    Raises:
        InputError: there is no such model, or the manifest is unreadable or holds no voice.
    """
    check_folder(out)
    bundle = Bundle.load(model)
    bundle.check_voice_parts()
    utterances = read_manifest(manifest)
    parts = out.absolute() / PARTS
    plan = hashlib.sha256(repr((digest(manifest), bundle.config.fingerprint)).encode()).hexdigest()
    prepare_folder(parts, plan, resume)
    tasks = [
        ShardTask(f"{start:07d}", items, sum(item.duration for item in items))
        for start in range(0, len(utterances), PART_UTTERANCES)
        if (items := utterances[start : start + PART_UTTERANCES])
    ]
    failed = run_shards(
        parts,
        tasks,
        _measure_part,
        jobs=jobs,
        initialise=_start_worker,
        arguments=(bundle.folder,),
        ray=ray,
        title="Voices",
        progress=progress,
    )
    if failed:
        raise InputError(f"part {min(failed)} could not be made: {failed[min(failed)]}")
    folders = [parts / task.name for task in tasks]
    heard = [_count(folder) for folder in folders]
    if not any(heard):
        raise InputError(f"{manifest} holds no voice: name a manifest of clips of 1 s and more")
    folders = [folder for folder, count in zip(folders, heard, strict=True) if count]
    for name in (timbre_feature(bundle.config.fingerprint), TRAITS):
        merge(folders, out, name)
    shutil.rmtree(parts)
    return sum(heard)


def _count(folder: Path) -> int:
    """Voices of a part."""
    return len(json.loads((folder / f"{TRAITS}.json").read_text())["rows"])


_bundle: Bundle | None = None


def _start_worker(model: Path) -> None:
    global _bundle
    torch.set_num_threads(1)
    _bundle = Bundle(model)


def _measure_part(parts: Path, task: ShardTask, _skipped: frozenset[int]) -> float:
    assert _bundle is not None
    config = _bundle.config
    timbre_dim = _bundle.speaker_encoder.config.timbre_dim
    folder = parts / task.name
    with (
        PackedWriter(
            folder, timbre_feature(config.fingerprint), "float32", (timbre_dim,)
        ) as voices,
        PackedWriter(folder, TRAITS, "float32", (len(NAMES),)) as traits,
    ):
        for utterance in task.items:
            measured = _measure(_bundle, utterance)
            if measured is not None:
                voices.add(utterance.id, measured[0][None])
                traits.add(utterance.id, measured[1][None])
    finish_shard(parts, task.name, [], [])
    return task.seconds


def _measure(bundle: Bundle, utterance: Utterance) -> tuple[np.ndarray, np.ndarray] | None:
    """Timbre (timbre_dim,) and traits (5,) of an utterance; None where it holds hardly a voice."""
    samples, rate = read_samples(utterance)
    samples = samples[: round(HEARD_SECONDS * rate)]
    heard = measure_traits(samples, rate)
    values = np.array([getattr(heard, name) for name in NAMES], np.float32) if heard else None
    if values is None or not np.isfinite(values).all():
        return None
    try:
        timbre = bundle.speaker_encoder.embed([torch.from_numpy(samples)], rate)
    except ValueError:  # too short
        return None
    return timbre.numpy(), values
