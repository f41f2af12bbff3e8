"""Corpora made in parallel, shard by shard, so that interruptions and crashes cost little.

A shard is one long WAV file and one part of the manifest. The part is renamed into place last:
where it exists, the shard is finished. Each worker is a process of its own, and notes the item it
is at: when a speech engine takes its process down, that item is left out and the shard made again.
"""

import json
import shutil
import wave
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from minimax_speech.data.manifest import Utterance, from_json, to_json, write_manifest
from minimax_speech.data.shard_workers import Processes, RayProcesses, Worker, Workers
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text, replacing, write_text

SAMPLE_RATE = 24000
MOST_CRASHES = 20
"""Items that may crash one shard before it is given up."""
MOST_UNEXPLAINED_CRASHES = 2
"""Crashes outside any item (loading an engine, memory) before a shard is given up."""


@dataclass(frozen=True)
class Rejection:
    """An item that did not become an utterance."""

    speaker: str
    source: str
    """The text to speak, or the recording's file."""
    reason: str


@dataclass(frozen=True)
class ShardTask:
    """One shard to make."""

    name: str
    items: Sequence[Any]
    seconds: float
    """Rough length of its audio."""


@dataclass(frozen=True)
class _Attempt:
    """A shard to make, and what its crashes have taught so far."""

    task: ShardTask
    skipped: frozenset[int] = frozenset()
    unexplained_crashes: int = 0

    def after_crash(self, culprit: int | None) -> "_Attempt | None":
        """The next attempt, without the item that the worker was at; None to give up."""
        skipped = self.skipped | ({culprit} if culprit is not None else set())
        unexplained = self.unexplained_crashes + (culprit is None)
        if len(skipped) > MOST_CRASHES or unexplained > MOST_UNEXPLAINED_CRASHES:
            return None
        return _Attempt(self.task, skipped, unexplained)


@dataclass
class Corpus:
    """What a folder of finished shards holds."""

    utterances: list[Utterance] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


Work = Callable[[Path, ShardTask, frozenset[int]], float]
"""Makes one shard in a folder, without the items of the given indices; returns its seconds."""


def write_shard(
    out: Path,
    name: str,
    clips: Iterable[tuple[Utterance, np.ndarray]],
    rejected: Sequence[Rejection],
) -> float:
    """Write a shard's audio, then its part of the manifest.

    Args:
        out: the corpus' folder.
        name: the shard's name.
        clips: utterances, whose audio file, offset and duration are set here, with their samples
            (int16 (samples,), 24 kHz).
        rejected: what was left out.

    Returns:
        Seconds of audio.
    """
    audio = out / "audio" / f"{name}.wav"
    audio.parent.mkdir(parents=True, exist_ok=True)
    placed: list[Utterance] = []
    position = 0
    with replacing(audio) as part, wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for utterance, samples in clips:
            file.writeframesraw(samples.astype("<i2").tobytes())
            offset, duration = position / SAMPLE_RATE, len(samples) / SAMPLE_RATE
            placed.append(replace(utterance, audio=audio, offset=offset, duration=duration))
            position += len(samples)
    finish_shard(out, name, placed, rejected)
    return position / SAMPLE_RATE


def finish_shard(
    out: Path, name: str, utterances: Iterable[Utterance], rejected: Iterable[Rejection]
) -> None:
    """Write a shard's part of the manifest, whose audio is there: the shard is then finished."""
    part = {
        "utterances": [to_json(u, out) for u in utterances],
        "rejected": [asdict(r) for r in rejected],
    }
    write_json(part, _part(out, name))


def read_shards(out: Path, names: Iterable[str]) -> Corpus:
    """What the named shards hold, in that order; unfinished ones hold nothing."""
    corpus = Corpus()
    for name in names:
        if not is_finished(out, name):
            continue
        part = json.loads(_part(out, name).read_text(encoding="utf-8"))
        corpus.utterances += [from_json(fields, out) for fields in part["utterances"]]
        corpus.rejected += [Rejection(**fields) for fields in part["rejected"]]
    return corpus


def is_finished(out: Path, name: str) -> bool:
    """Whether the shard is complete."""
    return _part(out, name).is_file()


@contextmanager
def noting_current_item(out: Path, name: str) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with each item's index before its risky part."""
    path = _note(out, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:

        def note(index: int) -> None:
            file.seek(0)
            file.write(f"{index:08d}")
            file.flush()  # into the kernel's hands: it outlives the process

        yield note
    path.unlink()


def prepare_folder(out: Path, fingerprint: str, resume: bool) -> None:
    """Make a corpus' folder ready: new, or holding finished shards of the same plan.

    Args:
        out: the folder.
        fingerprint: of the plan; another one means another corpus.
        resume: keep the finished shards; otherwise remove them.

    Raises:
        InputError: the folder cannot be used, or holds shards of another plan.
    """
    plan = out / "plan.json"
    check_folder(out)
    if plan.is_file() and resume:
        if f'"{fingerprint}"' not in read_text(plan, "plan of the corpus"):
            raise InputError(
                f"{out} holds a corpus of other sources or settings: choose another folder, "
                f"or start it anew with --fresh"
            )
        return
    for folder in (out / "parts", out / "audio"):
        if folder.exists() and not plan.is_file():
            raise InputError(
                f"{folder} is there, and not from making a corpus: choose another output folder"
            )
        shutil.rmtree(folder, ignore_errors=True)
    write_json({"fingerprint": fingerprint}, plan)


def run_shards(
    out: Path,
    tasks: Sequence[ShardTask],
    work: Work,
    *,
    jobs: int | None = None,
    initialise: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
    ray: str | None = None,
    gpus: int = 0,
    title: str = "Shards",
    progress: bool = True,
) -> dict[str, str]:
    """Make the shards that are not finished yet, in the given order.

    Args:
        out: the corpus' folder.
        tasks: all shards.
        work: makes one shard, in a worker process; importable by name.
        jobs: worker processes; as many as this process may use cores by default.
        initialise: called once in each worker, with ``arguments``.
        arguments: for ``initialise``.
        ray: address of a Ray cluster whose processes do it; see :class:`RayProcesses`.
        gpus: of each of these.
        title: beside the progress bar.
        progress: show a bar on stderr, if that is a terminal.

    Returns:
        Shards given up because their workers kept crashing: name → reason.
    """
    waiting = deque(_Attempt(task) for task in tasks if not is_finished(out, task.name))
    if not waiting:
        return {}
    workers: Workers = (
        RayProcesses(ray, jobs, initialise, arguments, gpus)
        if ray is not None
        else Processes(jobs, initialise, arguments)
    )
    idle = [workers.start() for _ in range(min(workers.count, len(waiting)))]
    running: dict[Future[float], tuple[Worker, _Attempt]] = {}
    failed: dict[str, str] = {}
    total = sum(attempt.task.seconds for attempt in waiting)
    try:
        with _progress_bar(title, total, progress) as advance:
            while waiting or running:
                while waiting and idle:
                    attempt, worker = waiting.popleft(), idle.pop()
                    _take_note(out, attempt.task.name)  # of a run that was killed
                    future = worker.submit(work, out, attempt.task, attempt.skipped)
                    running[future] = (worker, attempt)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    worker, attempt = running.pop(future)
                    try:
                        future.result()
                    except workers.crashes:
                        worker.stop()
                        worker = workers.start()
                        again = attempt.after_crash(_take_note(out, attempt.task.name))
                        if again is not None:
                            waiting.appendleft(again)
                        else:
                            failed[attempt.task.name] = "its worker crashed again and again"
                    else:
                        advance(attempt.task.seconds)
                    idle.append(worker)
    finally:
        for worker in [*idle, *(worker for worker, _ in running.values())]:
            worker.stop()
    return failed


def finish_corpus(out: Path, corpus: Corpus, report: Mapping[str, Any]) -> Path:
    """Write manifest.jsonl, speakers.tsv and report.json; returns the manifest's path."""
    speakers: dict[str, list[Utterance]] = {}
    for utterance in corpus.utterances:
        speakers.setdefault(utterance.speaker, []).append(utterance)
    rows = ["speaker\tgender\tbandwidth\tutterances\tseconds"]
    for speaker, spoken in sorted(speakers.items()):
        seconds = sum(utterance.duration for utterance in spoken)
        bandwidth = f"{spoken[0].bandwidth:.0f}" if spoken[0].bandwidth is not None else ""
        rows.append(
            f"{speaker}\t{spoken[0].gender or ''}\t{bandwidth}\t{len(spoken)}\t{seconds:.1f}"
        )
    (out / "speakers.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    totals = {
        "hours": round(sum(utterance.duration for utterance in corpus.utterances) / 3600, 4),
        "utterances": len(corpus.utterances),
        "speakers": len(speakers),
    }
    write_json({**totals, **report}, out / "report.json", indent=2)
    manifest = out / "manifest.jsonl"
    write_manifest(corpus.utterances, manifest)
    return manifest


def write_json(data: Mapping[str, Any], path: Path, indent: int | None = None) -> None:
    """Write a JSON file that appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(data, ensure_ascii=False, indent=indent) + "\n")


def _part(out: Path, name: str) -> Path:
    return out / "parts" / f"{name}.json"


def _note(out: Path, name: str) -> Path:
    return out / "parts" / f"{name}.current"


def _take_note(out: Path, name: str) -> int | None:
    """The index of the item that a crashed worker was at, or None where it was at none."""
    path = _note(out, name)
    text = path.read_text() if path.is_file() else ""
    path.unlink(missing_ok=True)
    return int(text) if text else None


@contextmanager
def _progress_bar(title: str, total: float, shown: bool) -> Iterator[Callable[[float], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("min"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task(title, total=round(total / 60, 1))
        yield lambda seconds: bar.advance(task, round(seconds / 60, 1))
