"""The scripts that start training on several nodes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from command_lines import parse

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "recipes" / "cluster").iterdir())
STAGE = ["speech-lm", "--config", "recipes/base/speech-lm.yaml", "data.workers=2"]
TELL = "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def stand_in(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(script)
    path.chmod(0o755)
    return path


def started(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "recipes" / "cluster" / script, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing(script: Path) -> None:
    result = subprocess.run(["shellcheck", script], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_a_node_starts_its_part(tmp_path: Path) -> None:
    python = stand_in(tmp_path, "python", f"{TELL}env | grep TORCH_DISABLE\n")
    settings = {"NODES": "2", "GPUS": "4", "HEAD": "here:1234", "RUN": "mine"}
    result = started("torchrun.sh", *STAGE, PYTHON=str(python), **settings)
    said = result.stdout.splitlines()
    launch, verb = said[: said.index("minimax_speech.cli")], said[said.index("train") : -1]
    options = dict(zip(launch[2:-1:2], launch[3:-1:2], strict=True))
    assert options == {
        "--nnodes": "2",
        "--nproc-per-node": "4",
        "--max-restarts": "3",
        "--rdzv-backend": "c10d",
        "--rdzv-endpoint": "here:1234",
        "--rdzv-id": "mine",
    }
    assert verb == ["train", *STAGE]
    assert parse(verb) == "train"
    assert said[-1] == "TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1"


def test_without_a_stage_it_says_what_it_wants() -> None:
    result = started("torchrun.sh")
    assert result.returncode == 2
    assert "STAGE --config RECIPE" in result.stderr


def test_slurm_tells_the_nodes_where_to_meet(tmp_path: Path) -> None:
    stand_in(tmp_path, "scontrol", "#!/usr/bin/env bash\nprintf 'node3\\nnode7\\n'\n")
    stand_in(tmp_path, "srun", f"{TELL}echo $NODES $HEAD $RUN\n")
    job = {"SLURM_JOB_NODELIST": "node[3,7]", "SLURM_NNODES": "2", "SLURM_JOB_ID": "55"}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    said = started("slurm.sbatch", *STAGE, PATH=path, **job).stdout.splitlines()
    assert said == [
        "--kill-on-bad-exit=0",
        "recipes/cluster/torchrun.sh",
        *STAGE,
        "2 node3:29500 55",
    ]
