"""Real recordings into a corpus: check, trim, resample to 24 kHz, pack into long files."""

import hashlib
import logging
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from minimax_speech.audio import container
from minimax_speech.data.layouts import find_layout_clips
from minimax_speech.data.manifest import Utterance
from minimax_speech.data.recording_sources import Clip, SpeakerFrom, find_clips
from minimax_speech.data.shards import (
    SAMPLE_RATE,
    Corpus,
    Rejection,
    ShardTask,
    finish_corpus,
    noting_current_item,
    prepare_folder,
    read_shards,
    run_shards,
    write_shard,
)
from minimax_speech.errors import InputError
from minimax_speech.text import languages
from minimax_speech.text.normalise import normalise

CLIPS_A_SHARD = 200
TYPICAL_SECONDS = 6.0
"""Of a clip whose length is not known yet; for the progress bar only."""

NAMED = 3
"""Clips left out for one reason that a message names; the report names all."""

FRAME_SECONDS = 0.01
SILENT_DB = -60.0
"""Loud frames below this level (dB of full scale) mean that nobody speaks."""
TRIM_DB = 40.0
"""Frames this much quieter than the loud ones count as silence at the ends."""
KEPT_SILENCE = 0.15
SPEEDS = (0.8, 1.25)
"""Beyond them nobody speaks like that."""
FULL_SCALE, MOST_CLIPPED = 0.999, 1e-3

SPECTRUM_SIZE = 2048
BAND_HZ = 250.0
BAND_FLOOR_DB = -52.0
"""A band this far below the strongest one carries nothing of the voice."""


@dataclass(frozen=True)
class Checks:
    """What is done to each clip, and what is refused."""

    trim: bool
    speed: float
    min_seconds: float
    max_seconds: float

    def __post_init__(self) -> None:
        if not 0 < self.min_seconds < self.max_seconds:
            raise InputError(
                f"min_seconds {self.min_seconds:g} must lie between 0 and "
                f"max_seconds {self.max_seconds:g}"
            )
        if not SPEEDS[0] <= self.speed <= SPEEDS[1]:
            raise InputError(f"speed is {self.speed:g}: choose {SPEEDS[0]:g} to {SPEEDS[1]:g}")


class Rejected(Exception):
    """A clip cannot be used; the message is the reason."""


def ingest(
    source: Path,
    out: Path,
    *,
    layout: str | None = None,
    parts: Sequence[str] = (),
    manifest: Path | None = None,
    language: str | None = None,
    speaker: str | None = None,
    speaker_from: SpeakerFrom = "auto",
    trim: bool = True,
    speed: float = 1.0,
    min_seconds: float = 0.5,
    max_seconds: float = 30.0,
    jobs: int | None = None,
    ray: str | None = None,
    resume: bool = True,
    progress: bool = True,
) -> Path:
    """Take recordings into a corpus of their own.

    Transcripts come from the manifest, from ``metadata.csv`` (``id|text``, as in LJSpeech), or from
    a ``clip.txt`` beside ``clip.wav``, and are kept in spoken form (`text.normalise`); clips
    without one are kept as untranscribed speech. Of a public corpus they come from where its makers
    put them, and so do speakers, genders and emotions.

    Args:
        source: a wav, flac, ogg, opus or mp3 file, or one of `audio.container.SUFFIXES`; a folder
            of them; an uncompressed ``.tar`` of wav, flac, ogg, opus and mp3 files; or a JSONL
            manifest that names them in "audio" or "path", relative to itself.
        out: folder for ``audio/*.wav``, ``manifest.jsonl``, ``speakers.tsv`` and ``report.json``.
        layout: the source is a public corpus: a name in `data.layouts.LAYOUTS`.
        parts: of that corpus, these parts only.
        manifest: JSONL manifest of the folder or tar; only the clips it names are taken.
        language: code of the language, where the manifest gives none, or the corpus has several.
        speaker: one speaker for all clips.
        speaker_from: "auto": the manifest's speaker, else the first folder in the clip's path, else
            the source's name; "folder": the same but for the manifest's; "clip": each clip is a
            speaker of its own, named "<speaker as by auto>/<clip>", where speakers are unknown.
        trim: cut longer silences at both ends down to 0.15 s.
        speed: play the clips so much faster, which makes other voices of theirs: of speakers of
            their own, named "<speaker>@<speed>".
        min_seconds: shorter clips are left out.
        max_seconds: longer clips are left out.
        jobs: processes; all cores by default.
        ray: address of a Ray cluster whose processes do it; they must see the same folders.
        resume: keep finished shards of the same source and settings.
        progress: show a bar on stderr.

    Returns:
        The manifest's path. Clips left out are counted by reason and named, in the report and in
        a warning.

    Raises:
        InputError: nothing usable is found, a language is unknown, or an argument is out of range.
    """
    started = time.monotonic()
    source, out = Path(source).absolute(), Path(out).absolute()
    checks = Checks(trim, speed, min_seconds, max_seconds)
    if layout is not None:
        clips = find_layout_clips(layout, source, language, parts, jobs)
    else:
        clips = find_clips(source, manifest, language, speaker, speaker_from)
    for code in {clip.language for clip in clips}:
        languages.get(code)
    tasks = _shard_tasks(clips)
    prepare_folder(out, hashlib.sha256(repr((checks, clips)).encode()).hexdigest(), resume)
    failed = run_shards(
        out,
        tasks,
        _ingest_shard,
        jobs=jobs,
        initialise=_start_worker,
        arguments=(checks,),
        ray=ray,
        title="Recordings",
        progress=progress,
    )
    corpus = read_shards(out, [task.name for task in tasks])
    if not corpus.utterances:
        raise InputError(
            f"no recording in {source} can be used: {_left_out(corpus.rejected)}; give others, or "
            "other limits of their length"
        )
    seconds = round(time.monotonic() - started, 1)
    report = {**_report(corpus, len(clips)), "failed_shards": failed, "wall_seconds": seconds}
    made = finish_corpus(out, _with_speakers_bandwidth(corpus), report)
    if corpus.rejected:
        logging.getLogger(__name__).warning(
            f"{len(corpus.rejected)} of {len(clips)} recordings are left out: "
            f"{_left_out(corpus.rejected)}; {out / 'report.json'} lists them all"
        )
    return made


def _shard_tasks(clips: Sequence[Clip]) -> list[ShardTask]:
    return [
        ShardTask(
            f"shard_{first // CLIPS_A_SHARD:05d}",
            group := clips[first : first + CLIPS_A_SHARD],
            sum(clip.duration or TYPICAL_SECONDS for clip in group),
        )
        for first in range(0, len(clips), CLIPS_A_SHARD)
    ]


def _report(corpus: Corpus, clips: int) -> dict[str, Any]:
    """What became of so many clips."""
    return {
        "clips": clips,
        "transcribed": sum(utterance.text is not None for utterance in corpus.utterances),
        "rejected": dict(Counter(rejection.reason for rejection in corpus.rejected).most_common()),
        "rejected_clips": {rejection.source: rejection.reason for rejection in corpus.rejected},
    }


def _left_out(rejected: Sequence[Rejection]) -> str:
    """How many clips were refused for each reason, the most frequent first, and some names."""
    names: dict[str, list[str]] = {}
    for rejection in rejected:
        names.setdefault(rejection.reason, []).append(rejection.source)
    return ", ".join(
        f"{len(found)} {reason} ({', '.join(found[:NAMED])}{', …' if len(found) > NAMED else ''})"
        for reason, found in sorted(names.items(), key=lambda item: -len(item[1]))
    )


def measure_bandwidth(samples: np.ndarray, sample_rate: float) -> float:
    """Highest frequency with real energy, in Hz.

    The power spectrum is averaged over the louder half of the frames, then over bands of 250 Hz;
    the highest band within 52 dB of the strongest counts.

    Args:
        samples: float32 (samples,), at their native rate.
        sample_rate: in Hz.
    """
    size = SPECTRUM_SIZE
    padded = np.pad(samples, (0, max(0, size - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)) ** 2
    energy = power.sum(axis=1)
    spectrum = power[energy >= np.median(energy)].mean(axis=0)
    width = max(1, round(BAND_HZ * size / sample_rate))
    bands = spectrum[: len(spectrum) // width * width].reshape(-1, width).mean(axis=1)
    present = np.flatnonzero(bands > bands.max() * 10 ** (BAND_FLOOR_DB / 10))
    if present.size == 0:
        return sample_rate / 2
    return float(min(sample_rate / 2, (present[-1] + 1) * width * sample_rate / size))


def _with_speakers_bandwidth(corpus: Corpus) -> Corpus:
    """A speaker's clips come through the same equipment: all get the median of their bandwidths."""
    measured: dict[str, list[float]] = {}
    for utterance in corpus.utterances:
        assert utterance.bandwidth is not None
        measured.setdefault(utterance.speaker, []).append(utterance.bandwidth)
    median = {speaker: round(statistics.median(values)) for speaker, values in measured.items()}
    placed = [replace(u, bandwidth=float(median[u.speaker])) for u in corpus.utterances]
    return Corpus(placed, corpus.rejected)


_checks: Checks


def _start_worker(checks: Checks) -> None:
    global _checks
    _checks = checks


def _ingest_shard(out: Path, task: ShardTask, skipped: frozenset[int]) -> float:
    clips: Sequence[Clip] = task.items
    taken: list[tuple[Utterance, np.ndarray]] = []
    rejected: list[Rejection] = []
    with noting_current_item(out, task.name) as note:
        for index, clip in enumerate(clips):
            try:
                if index in skipped:
                    raise Rejected("the decoder crashed")
                note(index)
                taken.append(_take_clip(clip, _checks))
            except Rejected as error:
                rejected.append(Rejection(clip.speaker, clip.name, str(error)))
    return write_shard(out, task.name, taken, rejected)


def _take_clip(clip: Clip, checks: Checks) -> tuple[Utterance, np.ndarray]:
    """The clip, yet without its place in a shard, and its int16 samples at 24 kHz."""
    import soxr

    samples, native_rate = _decode(clip)
    sample_rate = round(native_rate * checks.speed)
    peak = float(np.abs(samples).max(initial=0.0))
    if not np.isfinite(peak):
        raise Rejected("not finite")
    levels = _frame_levels(samples, sample_rate)
    if levels.size == 0:
        raise Rejected("too short")
    loud = float(np.percentile(levels, 95))
    if loud < SILENT_DB:
        raise Rejected("silent")
    if float(np.mean(np.abs(samples) >= FULL_SCALE)) > MOST_CLIPPED:
        raise Rejected("clipped")
    if checks.trim:
        samples = _trim(samples, sample_rate, levels > loud - TRIM_DB)
    if len(samples) < checks.min_seconds * sample_rate:
        raise Rejected("too short")
    if len(samples) > checks.max_seconds * sample_rate:
        raise Rejected("too long")
    recorded = min(clip.sample_rate or native_rate, native_rate)
    limit = min(recorded * checks.speed, SAMPLE_RATE) / 2
    utterance = Utterance(
        audio=Path("unplaced.wav"),  # write_shard places it
        text=normalise(clip.text, clip.language) or None if clip.text else None,
        speaker=clip.speaker if checks.speed == 1 else f"{clip.speaker}@{checks.speed:g}",
        language=clip.language,
        duration=0.0,
        emotion=clip.emotion,
        bandwidth=min(limit, measure_bandwidth(samples, sample_rate)),
        gender=clip.gender,
        id=clip.id,
    )
    samples = soxr.resample(samples, sample_rate, SAMPLE_RATE, quality="HQ")
    samples = samples / max(
        1.0, float(np.abs(samples).max())
    )  # resampling may overshoot full scale
    return utterance, np.round(samples * 32767).astype(np.int16)


def _decode(clip: Clip) -> tuple[np.ndarray, int]:
    """Mono float32 samples (samples,) and their rate in Hz."""
    try:
        with clip.location.open_audio() as file:
            rate, first = file.samplerate, round(clip.offset * file.samplerate)
            length = file.frames - first
            if clip.duration is not None:
                length = min(length, round(clip.duration * rate))
            file.seek(first)
            return file.block(length).mean(axis=1, dtype=np.float32), rate
    except (OSError, RuntimeError, ValueError) as error:
        raise Rejected(_why_unreadable(clip.location.file)) from error


def _why_unreadable(file: Path) -> str:
    if not file.exists():
        return "missing"
    if file.suffix.lower() in container.SUFFIXES and not container.is_supported():
        return "unreadable without PyAV: pip install 'minimax-speech[formats]'"
    return "unreadable"


def _frame_levels(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Level of each whole 10 ms frame in dB of full scale: (frames,)."""
    size = round(FRAME_SECONDS * sample_rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    return 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)


def _trim(samples: np.ndarray, sample_rate: int, active: np.ndarray) -> np.ndarray:
    size, margin = round(FRAME_SECONDS * sample_rate), round(KEPT_SILENCE * sample_rate)
    frames = np.flatnonzero(active)
    return samples[max(0, int(frames[0]) * size - margin) : (int(frames[-1]) + 1) * size + margin]
