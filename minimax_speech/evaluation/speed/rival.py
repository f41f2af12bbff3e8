"""Another system on the same machine, in turns with ours.

Each is measured on as much speech as the other, one run after the other, so that whatever slows the
machine slows both. The rival runs in a process of its own: it sets threads as it likes.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from minimax_speech.errors import InputError
from minimax_speech.evaluation.speed.benchmark import text_for
from minimax_speech.evaluation.speed.meter import Clock, Timing
from minimax_speech.evaluation.speed.subject import Subject

NAME, DEFAULT_CONFIG = "pocket-tts", "english_18m_2026-10"
"""Its model that is nearest to our small one: 28 million parameters with its codec's encoder."""

Run = dict[str, float]
"""Seconds: ``first`` until the first sound, ``total`` until the last, ``speech``."""


class PocketTTS:
    """The worker process of pocket-tts; a context manager."""

    def __init__(self, config: str = DEFAULT_CONFIG) -> None:
        """One of the configs that come with the package.

        Raises:
            ModuleNotFoundError: pocket-tts is not installed.
        """
        if find_spec("pocket_tts") is None:
            raise ModuleNotFoundError("no pocket_tts", name="pocket_tts")
        self.config, self.parameters = config, 0

    def __enter__(self) -> Self:
        # A file, and no pipe: nobody reads what the worker logs, which must not hold it up.
        self._log = tempfile.TemporaryFile("w+")
        worker = "minimax_speech.evaluation.speed.pocket_tts_worker"
        self._process = subprocess.Popen(
            [sys.executable, "-m", worker, self.config],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.parameters = int(self._answer()["parameters"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def run(self, seconds: float) -> Run:
        """Speak so much."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            last = self._log.read().strip().splitlines() or ["it ended"]
            raise RuntimeError(f"{NAME} {self.config} does not run: {last[-1]}")
        answer = json.loads(line)
        if "wrong" in answer:
            raise InputError(answer["wrong"])
        return answer


def our_run(subject: Subject, text: str, clock: Clock) -> Run:
    """One run of ours, streamed."""
    start = clock()
    speech, first = 0.0, None
    for piece in subject.stream(text):
        first = clock() - start if first is None else first
        speech += piece.seconds
    return {"first": first or 0.0, "total": clock() - start, "speech": speech}


def compare(
    ours: Callable[[], Run], theirs: Callable[[float], Run], repeats: int
) -> dict[str, Any]:
    """Runs in turns, after one of each that does not count.

    Args:
        ours: one run of ours.
        theirs: one run of theirs, of so many seconds of speech.
        repeats: runs of each.
    """
    theirs(ours()["speech"])
    pairs = []
    for _ in range(repeats):
        mine = ours()
        pairs.append((mine, theirs(mine["speech"])))
    sides = {name: [pair[side] for pair in pairs] for side, name in enumerate(("ours", "theirs"))}
    factors = {name: [run["total"] / run["speech"] for run in runs] for name, runs in sides.items()}
    ratios = [b / a for a, b in zip(factors["ours"], factors["theirs"], strict=True)]
    return {
        **{
            name: {
                "real_time_factor": Timing(factors[name]).facts(),
                "first_audio": Timing([run["first"] for run in runs]).facts(),
                "speech_seconds": statistics.median(run["speech"] for run in runs),
            }
            for name, runs in sides.items()
        },
        "ratio": Timing(ratios).facts(),
    }


def find_rival(spec: str) -> PocketTTS:
    """What ``NAME`` or ``NAME=CONFIG`` says.

    Raises:
        InputError: there is no such system.
        ModuleNotFoundError: it is not installed.
    """
    name, _, config = spec.partition("=")
    if name != NAME:
        raise InputError(f"there is no {name!r} to compare with: use {NAME} or {NAME}=CONFIG")
    return PocketTTS(config or DEFAULT_CONFIG)


def against(
    subject: Subject, opponent: PocketTTS, seconds: float, repeats: int, clock: Clock
) -> dict[str, Any]:
    """The comparison of as many runs of both.

    Raises:
        InputError: the rival has no such config.
    """
    with opponent as rival:
        text = text_for(seconds)
        facts = compare(lambda: our_run(subject, text, clock), rival.run, repeats)
        return {"name": f"{NAME} {rival.config}", "parameters": rival.parameters, **facts}
