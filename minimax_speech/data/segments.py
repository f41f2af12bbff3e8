"""Long recordings into utterances: a manifest of the stretches where somebody speaks.

The recordings stay as they are, and may be hours long: one block of them is in memory at a time.
Those that only PyAV reads are copied as wav.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from minimax_speech.audio import io
from minimax_speech.audio.opening import SoundFile, open_audio
from minimax_speech.audio.subtitles import Word
from minimax_speech.audio.voice_activity import RATE, VoiceActivity
from minimax_speech.data.cutting import Cut, Lengths, cut_at_pauses, cut_at_sentences
from minimax_speech.data.manifest import Utterance
from minimax_speech.data.recording_sources import Clip, Location, SpeakerFrom, find_clips
from minimax_speech.data.shards import (
    Rejection,
    ShardTask,
    finish_corpus,
    finish_shard,
    noting_current_item,
    prepare_folder,
    read_shards,
    run_shards,
)
from minimax_speech.errors import InputError
from minimax_speech.text import languages

Align = Callable[[Path, str, str], list[Word]]
"""When a recording says the words of a text in a language (code); may raise InputError."""

_TYPICAL_SECONDS = 600.0
"""Of a recording whose length cannot be read; for the progress bar only."""


@dataclass(frozen=True)
class _Work:
    """What a process needs to know beside the recording."""

    lengths: Lengths
    align: Align


def segment(
    source: Path,
    out: Path,
    align: Align,
    lengths: Lengths,
    *,
    manifest: Path | None = None,
    language: str | None = None,
    speaker: str | None = None,
    speaker_from: SpeakerFrom = "auto",
    jobs: int | None = None,
    resume: bool = True,
    progress: bool = True,
) -> Path:
    """Find the utterances of recordings; of those with a transcript, sentences with their texts.

    Transcripts lie where `recordings.ingest` looks for them, such as a ``talk.txt`` beside
    ``talk.wav``, and hold exactly what is said.

    Args:
        source: a file, a folder of files, or a JSONL manifest of them.
        out: folder for ``manifest.jsonl``, ``speakers.tsv`` and ``report.json``, and for
            ``audio/*.wav``, copies of what only PyAV reads.
        align: aligns the transcripts. Processes call it: it is importable by name, and its repr
            tells it from others.
        lengths: what utterances may be like.
        manifest: JSONL manifest of the folder; only the recordings it names are taken.
        language: code of the language, where the manifest gives none.
        speaker: one speaker for all.
        speaker_from: as for `recordings.ingest`.
        jobs: processes, each with a recording of its own; all cores by default.
        resume: keep finished recordings of the same source and settings.
        progress: show a bar on stderr.

    Returns:
        The manifest's path. What became no utterance is named in the report.

    Raises:
        InputError: nothing usable is found, a language is unknown, or a length is out of range.
    """
    started = time.monotonic()
    source, out = Path(source).absolute(), Path(out).absolute()
    if not 0 < lengths.shortest < lengths.longest:
        raise InputError(
            f"the shortest length {lengths.shortest:g} s must lie between 0 and the longest, "
            f"{lengths.longest:g} s"
        )
    clips = find_clips(source, manifest, language, speaker, speaker_from)
    _check(clips)
    VoiceActivity()  # A package that is missing shows before the work begins.
    tasks = [
        ShardTask(f"recording_{index:05d}", [clip], _seconds(clip) or _TYPICAL_SECONDS)
        for index, clip in enumerate(clips)
    ]
    fingerprint = hashlib.sha256(repr((lengths, align, clips)).encode()).hexdigest()
    prepare_folder(out, fingerprint, resume)
    failed = run_shards(
        out,
        tasks,
        _segment_shard,
        jobs=jobs,
        initialise=_start_worker,
        arguments=(_Work(lengths, align),),
        title="Recordings",
        progress=progress,
    )
    corpus = read_shards(out, [task.name for task in tasks])
    reasons = Counter(rejection.reason for rejection in corpus.rejected).most_common()
    if not corpus.utterances:
        why = reasons[0][0] if reasons else "its processes crashed"
        raise InputError(f"no utterance is found in {source}: {why}; give other recordings")
    report = {
        "recordings": len(clips),
        "recorded_hours": round(sum(_seconds(clip) for clip in clips) / 3600, 4),
        "transcribed": sum(utterance.text is not None for utterance in corpus.utterances),
        "rejected": dict(reasons),
        "rejected_stretches": {rejected.source: rejected.reason for rejected in corpus.rejected},
        "failed_shards": failed,
        "wall_seconds": round(time.monotonic() - started, 1),
    }
    return finish_corpus(out, corpus, report)


def _check(clips: Sequence[Clip]) -> None:
    for code in {clip.language for clip in clips}:
        languages.get(code)
    for clip in clips:
        if clip.location.size >= 0:
            raise InputError(f"{clip.name} lies in {clip.location.file}: unpack that first")


def _seconds(clip: Clip) -> float:
    """Length of a recording; 0 where it cannot be read."""
    try:
        return clip.duration or io.duration(clip.location.file) - clip.offset
    except InputError:
        return 0.0


_work: _Work
_activity: VoiceActivity


def _start_worker(work: _Work) -> None:
    global _work, _activity
    _work, _activity = work, VoiceActivity()


def _segment_shard(out: Path, task: ShardTask, skipped: frozenset[int]) -> float:
    (clip,) = task.items
    taken: list[Utterance] = []
    rejected: list[Rejection] = []
    with noting_current_item(out, task.name) as note:
        try:
            if skipped:
                raise InputError("the decoder crashed")
            note(0)
            clip = _readable(clip, out / "audio" / f"{task.name}.wav")
            for found, text in _segment_clip(clip, _work):
                if found.fault:
                    place = f"{clip.name} {found.place.start:.2f}–{found.place.end:.2f} s"
                    rejected.append(Rejection(clip.speaker, place, found.fault))
                else:
                    taken.append(_utterance(clip, found, text))
        except InputError as error:
            rejected.append(Rejection(clip.speaker, clip.name, str(error)))
    finish_shard(out, task.name, taken, rejected)
    return task.seconds


def _readable(clip: Clip, wav: Path) -> Clip:
    """The clip; or a wav copy of it, where libsndfile, by which training reads, cannot read it."""
    file = clip.location.file
    with open_audio(file) as opened:
        if isinstance(opened, SoundFile):
            return clip
    wav.parent.mkdir(exist_ok=True)
    io.copy_as_wav(file, wav, clip.offset, clip.duration)
    return replace(clip, location=Location(wav), offset=0.0, duration=None)


def _segment_clip(clip: Clip, work: _Work) -> list[tuple[Cut, str | None]]:
    file = clip.location.file
    seconds = clip.duration or io.duration(file) - clip.offset
    speech = _activity.find(io.read_blocks(file, RATE, clip.offset, clip.duration))
    if not speech:
        raise InputError("nobody speaks")
    if not clip.text:
        return cut_at_pauses(speech, seconds, work.lengths)
    words = work.align(file, clip.text, clip.language)
    return cut_at_sentences(speech, words, clip.language, seconds, work.lengths)


def _utterance(clip: Clip, found: Cut, text: str | None) -> Utterance:
    start = clip.offset + found.place.start
    return Utterance(
        audio=clip.location.file,
        text=text,
        speaker=clip.speaker,
        language=clip.language,
        duration=found.place.end - found.place.start,
        offset=start,
        emotion=clip.emotion,
        gender=clip.gender,
        id=f"{clip.id}@{start:.2f}",
    )
