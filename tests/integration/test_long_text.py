"""A long text takes no more memory than a short one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import minimax_speech

SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody saw where it went after that. "
SHORT, LONG = 1_000, 12_000
"""Characters: one minute of speech, and so many that its samples alone are a tenth of the rest."""
STEADY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"}
"""Makes glibc give back at once what is free: else what it keeps differs from run to run."""


def peak(command: list[str]) -> int:
    """Most memory that a command line takes, in the system's unit."""
    root = Path(minimax_speech.__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "minimax_speech.cli", *command],
        env={**os.environ, **STEADY, "PYTHONPATH": str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="no wait4 here")
def test_memory_does_not_grow_with_the_text(speak: list[str], own_place: Path) -> None:
    peaks = {}
    for length in (SHORT, LONG):
        text = own_place / f"{length}.txt"
        text.write_text((SENTENCE * (length // len(SENTENCE) + 1))[:length])
        command = [*speak, "--text-file", str(text), "-o", f"{length}.wav", "--device", "cpu"]
        peaks[length] = peak(command)
    assert peaks[LONG] <= 1.1 * peaks[SHORT]
