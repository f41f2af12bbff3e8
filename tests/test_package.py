"""What importing the package does, and does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import minimax_speech

CODE = """
import os, sys
import minimax_speech
print("torch" in sys.modules, os.environ["OMP_WAIT_POLICY"])
"""


@pytest.mark.parametrize(("own", "used"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_leave_the_cores_to_others(own: str | None, used: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(minimax_speech.__file__).parents[1])}
    environment.pop("OMP_WAIT_POLICY", None)
    if own:
        environment["OMP_WAIT_POLICY"] = own
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == ["False", used]
