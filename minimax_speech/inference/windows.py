"""Long lists of jobs, spoken a window at a time: batched, bounded in memory, one failure alone."""

from collections.abc import Callable, Iterator, Sequence

from minimax_speech.audio.io import Audio
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens
from minimax_speech.inference.jobs import Job

LINES = {"cpu": 16, "cuda": 128, "mps": 32}
"""Jobs in a window, by kind of device: about what is spoken in one go."""
SECONDS = {"cpu": 160.0, "cuda": 1600.0, "mps": 160.0}
"""Expected speech in a window; an interruption loses as much, and memory holds it."""

Speak = Callable[[Sequence[Job]], list[Audio]]


def windows(jobs: Sequence[Job], device: str) -> list[list[Job]]:
    """Jobs of like length and the same settings together; a long job may be alone.

    They depend on all jobs, not on what is done of them: a list that was interrupted is spoken in
    the same company as one that was not.

    Args:
        jobs: of a whole list.
        device: kind of device, a key of `LINES`.
    """
    sized = [(sorted(job.settings.items()), _seconds(job), job) for job in jobs]
    found: list[list[Job]] = []
    settings, total = None, 0.0
    for key, seconds, job in sorted(sized, key=lambda one: (repr(one[0]), one[1], one[2].line)):
        full = found and (len(found[-1]) == LINES[device] or total + seconds > SECONDS[device])
        if not found or key != settings or full:
            found.append([])
            settings, total = key, 0.0
        found[-1].append(job)
        total += seconds
    return found


def speak_window(jobs: Sequence[Job], speak: Speak) -> Iterator[tuple[Job, Audio | Exception]]:
    """Each job with its audio, or with what went wrong.

    Where a window fails as a whole, its jobs are spoken one by one, so that one does not take the
    others with it.
    """
    try:
        audios = speak(jobs)
    except Exception as error:
        if len(jobs) == 1:
            yield jobs[0], error
            return
    else:
        yield from zip(jobs, audios, strict=True)
        return
    for job in jobs:
        yield from speak_window([job], speak)


def _seconds(job: Job) -> float:
    return expected_tokens(job.text) / TOKENS_PER_SECOND
