"""Two nodes: when a worker dies, training goes on from the last checkpoint, and ends the same."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch
from miniature import ROOT, Miniature, history, recipe
from test_distributed import exports

STEPS = 16
TORCHRUN = [sys.executable, "-m", "torch.distributed.run"]
ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
    "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1",  # see recipes/cluster/torchrun.sh
}


def command(miniature: Miniature, out: Path, *launch: str) -> list[str]:
    settings = [
        *miniature.settings(out),
        f"train.max_steps={STEPS}",
        "train.log_steps=1",
        "train.valid_steps=1000",
        "train.save_minutes=0",  # after every step
        "train.parallel=fsdp",
    ]
    verb = ["-m", "minimax_speech.cli", "train", "speech-lm"]
    return [*TORCHRUN, *launch, *verb, "--config", str(recipe("speech-lm")), *settings]


def node(miniature: Miniature, out: Path, port: int) -> subprocess.Popen[str]:
    """One of two agents, as each runs on a node of its own."""
    launch = ["--nnodes=2", "--nproc-per-node=1", "--max-restarts=3", "--rdzv-backend=c10d"]
    launch += [f"--rdzv-endpoint=localhost:{port}", "--rdzv-id=test"]
    return subprocess.Popen(
        command(miniature, out, *launch),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def wait_for_steps(out: Path, count: int, nodes: list[subprocess.Popen[str]]) -> None:
    while not (out / "history.jsonl").exists() or len(history(out)) < count:
        assert all(node.poll() is None for node in nodes), "the run ended too soon"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_killed_worker_costs_the_steps_since_the_last_checkpoint(
    miniature: Miniature, tmp_path: Path
) -> None:
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    launch = command(miniature, undisturbed, "--standalone", "--nproc-per-node=2")
    subprocess.run(launch, check=True, capture_output=True, env=ENVIRONMENT)

    port = free_port()
    nodes = [node(miniature, disturbed, port) for _ in range(2)]
    wait_for_steps(disturbed, 6, nodes)
    (worker,) = psutil.Process(nodes[1].pid).children()
    worker.send_signal(signal.SIGKILL)
    said = [agent.communicate() for agent in nodes]
    assert [agent.returncode for agent in nodes] == [0, 0], said
    assert any("resumed from" in errors for _, errors in said)

    first, second = (history(out) for out in (undisturbed, disturbed))
    assert [record["step"] for record in first] == list(range(1, STEPS + 1))
    assert sorted({record["step"] for record in second}) == list(range(1, STEPS + 1))
    assert len(second) <= STEPS + 3  # since the last checkpoint, not since the beginning
    assert second[-1]["loss/model"] == first[-1]["loss/model"]
    weights = exports(undisturbed)
    for key, value in exports(disturbed).items():
        assert torch.equal(value, weights[key])
