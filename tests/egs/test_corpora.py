"""The run scripts of corpora, over miniatures that are laid out like the real ones."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from command_lines import parse
from public_corpora import CORPORA

from minimax_speech.data.manifest import read_manifest
from minimax_speech.inference.bundle import Bundle
from minimax_speech.text.bpe import TextTokenizer

ROOT = Path(__file__).parents[2]
STAGES = 11
EVALUATION = all(map(find_spec, ("jiwer", "pocketsphinx", "resemblyzer", "pesq", "pystoi")))
LANGUAGES = {"aishell3": "zh", "commonvoice": "de", "emilia": "de", "mls": "de"}
"""Of the miniatures; the others are English."""
CHOSEN = {name: ["--language", LANGUAGES[name]] for name in ("commonvoice", "emilia", "mls")}
DIVIDED = ("aishell3", "commonvoice", "libritts", "mls")
"""Corpora with a part for evaluation."""

TTS = f"""#!/usr/bin/env bash
exec {sys.executable} -m minimax_speech.cli "$@"
"""
# Notes what it is told, and makes what the scripts look into.
STAND_IN = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$COMMANDS"
printf '\\n' >>"$COMMANDS"
case "$1 ${2-}" in
    'prepare recordings')
        mkdir -p "$4"
        printf '%s\\n' {1..40} >"$4/manifest.jsonl"
        printf '%s\\t%s\\t%s\\t%s\\t%s\\n' >"$4/speakers.tsv" \\
            speaker gender bandwidth utterances seconds \\
            x/anna female 8000 3 9.5 x/ben '' 8000 9 10.5 ;;
    'prepare held-out') touch "${@: -1}" ;;
    'prepare clips') echo "$4/0000.wav" ;;
    'info '*) echo "small: $MODEL" ;;
esac
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a corpus in miniature, once; returns what --data is to name."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            CORPORA[name](folder, 2.2, 6)
            made[name] = folder / "clips" if name == "folder" else folder
        return made[name]

    return make


def runner(folder: Path, program: str) -> Run:
    """Runs scripts in a folder, with a program of that text as `tts`."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "tts").write_text(program)
    (folder / "bin" / "tts").chmod(0o755)
    (folder / "model").mkdir(exist_ok=True)

    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COMMANDS": str(folder / "commands"),
            "MODEL": str(folder / "model"),
            "OMP_NUM_THREADS": "1",
        }
        return subprocess.run(
            ["bash", ROOT / "egs" / name / "run.sh", *map(str, arguments)],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a script in a folder of its own, with this `tts`."""
    return runner(tmp_path, TTS)


@pytest.fixture
def note(tmp_path: Path) -> Run:
    """Runs a script in a folder of its own, with a `tts` that only notes what it is told."""
    return runner(tmp_path, STAND_IN)


def commands(folder: Path) -> list[list[str]]:
    lines = (folder / "commands").read_text().split("\0\n")
    return [line.split("\0") for line in lines if line]


def toy(data: Path, *more: object) -> list[object]:
    return ["--data", data, "--size", "toy", "--init-from", "nothing", "--jobs", 1, *more]


def test_every_corpus_has_its_script() -> None:
    scripts = {path.parent.name for path in (ROOT / "egs").glob("*/run.sh")}
    assert scripts == {*CORPORA, "teachers_32", "teachers_en", "voices"}
    for name in scripts:
        assert os.access(ROOT / "egs" / name / "run.sh", os.X_OK)
        assert (ROOT / "egs" / name / "README.md").is_file()


def test_the_scripts_are_sound() -> None:
    shellcheck = shutil.which(
        "shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    )
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    scripts = sorted((ROOT / "egs").glob("*/*.sh"))
    done = subprocess.run([shellcheck, "-x", *scripts], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", CORPORA)
def test_the_first_stages_prepare_it(
    miniature: Callable[[str], Path], run: Run, tmp_path: Path, name: str
) -> None:
    done = run(name, *toy(miniature(name), "--stop-stage", 2, *CHOSEN.get(name, [])))
    assert done.returncode == 0, done.stderr
    code = LANGUAGES.get(name, "en")
    data = tmp_path / "data" / name
    utterances = read_manifest(data / code / "manifest.jsonl")
    assert {utterance.language for utterance in utterances} == {code}
    assert all(utterance.text for utterance in utterances)
    tokenizer = TextTokenizer.load(tmp_path / "runs" / name / "toy" / "tokenizer.json")
    assert tokenizer.languages == [code]
    assert (data / f"{code}_test" / "manifest.jsonl").is_file() == (name in DIVIDED)
    if name in DIVIDED:
        tested = {u.speaker for u in read_manifest(data / f"{code}_test" / "manifest.jsonl")}
        assert not tested & {utterance.speaker for utterance in utterances}


def whole_chain(run: Run, folder: Path, name: str, data: Path) -> None:
    last = STAGES - 1 if EVALUATION else STAGES - 2
    chosen = ["--stop-stage", last, "--device", "cpu", *CHOSEN.get(name, []), "train.max_steps=6"]
    done = run(name, *toy(data, *chosen))
    assert done.returncode == 0, done.stderr
    code, runs = LANGUAGES.get(name, "en"), folder / "runs" / name / "toy"
    bundle = Bundle.load(runs / "model")
    assert bundle.config.languages == [code]
    assert bundle.default_voice.name == bundle.config.default_voice
    if EVALUATION:
        report = json.loads((runs / "evaluation" / code / "report.json").read_text())
        assert report["summaries"]


def test_a_corpus_becomes_a_model_and_a_folder_another_one(
    miniature: Callable[[str], Path], run: Run, tmp_path: Path
) -> None:
    whole_chain(run, tmp_path, "libritts", miniature("libritts"))
    start = tmp_path / "runs" / "libritts" / "toy" / "model"
    words = ["--speaker", "me", "--licence", "CC0-1.0", "--init-from", start, "--stop-stage", 9]
    settings = ["train.max_steps=6", "data.batch_seconds=12", "data.workers=0"]
    done = run("folder", "--data", miniature("folder"), *words, "--device", "cpu", *settings)
    assert done.returncode == 0, done.stderr
    before, after = Bundle.load(start), Bundle.load(tmp_path / "runs/folder/finetune/model")
    assert after.config.fingerprint == before.config.fingerprint  # saved voices stay valid
    assert after.config.default_voice == "me"
    assert {path.stem for path in after.voice_files()} == {"me", before.config.default_voice}
    assert after.default_voice.metadata["licence"] == "CC0-1.0"
    old, new = before.speech_lm.embedding.weight, after.speech_lm.embedding.weight
    assert old.shape == new.shape
    assert not old.equal(new)
    assert after.audio_tokenizer.config == before.audio_tokenizer.config


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CORPORA if name != "libritts"])
def test_every_corpus_becomes_a_model(
    miniature: Callable[[str], Path], run: Run, tmp_path: Path, name: str
) -> None:
    whole_chain(run, tmp_path, name, miniature(name))


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize(
    "how",
    [
        ["--init-from", "nothing"],
        ["--init-from", "nothing", "--size", "base"],
        ["--init-from", "x"],
    ],
    ids=["small", "base", "finetune"],
)
def test_all_stages_give_commands_that_exist(
    note: Run, tmp_path: Path, name: str, how: list[str]
) -> None:
    done = note(name, *how, "--jobs", 1, *CHOSEN.get(name, []), "train.max_steps=7")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("=== stage") == STAGES - 1  # all but the download
    given = commands(tmp_path)
    verbs = [parse(command) for command in given]
    assert verbs[-1] == "evaluate"
    trainings = [command for command in given if command[0] == "train"]
    finetuned = how[-1] == "x"
    stages = ["speech-lm", "flow-distillation"]
    if not finetuned:
        stages = ["tokenizer", "flow-vae", "recogniser", stages[0], "flow-matching", stages[1]]
    assert [command[1] for command in trainings] == stages
    code = LANGUAGES.get(name, "en")
    for command in trainings:
        assert Path(command[3]).is_file()
        assert command[-1] == "train.max_steps=7"
        assert f"data/{name}/{code}/manifest.jsonl" in command[4]
    starts = [word for command in trainings for word in command if word.startswith("init_from=")]
    export = f"runs/{name}/{'finetune' if finetuned else how[-1].replace('nothing', 'small')}"
    trained = [f"init_from={export}/{stage}/export" for stage in ("speech-lm", "flow-matching")]
    assert starts == ([f"init_from={tmp_path / 'model'}"] * 2 if finetuned else trained)
    added = next(command for command in given if command[:2] == ["voice", "add"])
    about = dict(pairwise(added))
    assert added[2] == "ben"  # who says most
    assert about["--language"] == code
    assert "--gender" not in about  # it is not known


def test_several_languages_become_one_model(note: Run, tmp_path: Path) -> None:
    assert note("mls", "--language", "de,fr", "--gpus", 1).returncode == 0
    given = commands(tmp_path)
    tokenizer = next(command for command in given if command[1] == "text-tokenizer")
    assert "de=data/mls/de/manifest.jsonl" in tokenizer
    assert "fr=data/mls/fr/manifest.jsonl" in tokenizer
    sources = next(command[4] for command in given if command[0] == "train")
    assert "mls/de/manifest.jsonl" in sources
    assert "mls/fr/manifest.jsonl" in sources
    model = next(command for command in given if command[:2] == ["prepare", "model"])
    assert [after for before, after in pairwise(model) if before == "-l"] == ["de", "fr"]


def test_several_gpus_train_together(note: Run, tmp_path: Path) -> None:
    (tmp_path / "bin" / "torchrun").symlink_to(tmp_path / "bin" / "tts")
    assert note("ljspeech", "--gpus", 2, "--stage", 3, "--stop-stage", 3).returncode == 0
    (command,) = commands(tmp_path)
    assert command[:4] == ["--nproc-per-node", "2", "-m", "minimax_speech.cli"]
    assert parse(command[4:]) == "train"


def test_people_or_texts_are_left_for_evaluation(note: Run, tmp_path: Path) -> None:
    assert note("vctk").returncode == 0
    people = commands(tmp_path)
    assert not any(command[1] == "held-out" for command in people)
    trained = next(command for command in people if command[0] == "train")
    assert any(word.startswith("data.exclude_speakers=[vctk/p360,") for word in trained)
    listed = next(command for command in people if command[1] == "test-list")
    assert ("--speaker", "vctk/p360") in pairwise(listed)
    (tmp_path / "commands").unlink()
    assert note("ljspeech").returncode == 0
    texts = commands(tmp_path)
    held = next(command for command in texts if command[1] == "held-out")
    assert ("--count", "4") in pairwise(held)  # a tenth
    listed = next(command for command in texts if command[1] == "test-list")
    assert ("--texts", "data/ljspeech/en/held_out.txt") in pairwise(listed)


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_that_is_not_there_costs_one_line(run: Run, tmp_path: Path, name: str) -> None:
    done = run(name, *toy(tmp_path / "nowhere", *CHOSEN.get(name, [])))
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert done.stderr.count("\n") == 1
    if name != "folder":
        assert "is missing; get it from https://" in done.stderr
    assert not any(tmp_path.rglob("manifest.jsonl"))


def test_a_model_that_is_not_there_costs_one_line(run: Run, tmp_path: Path) -> None:
    done = run("vctk", "--init-from", "nowhere")
    assert done.returncode == 2
    assert "no model 'nowhere'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["commonvoice", "emilia", "esd", "folder"])
def test_what_cannot_be_fetched_is_said_by_the_stage_download(note: Run, name: str) -> None:
    done = note(name, "--stage", 0, *CHOSEN.get(name, []))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("vctk", ["--stage", "11"], "use 0 to 10"),
        ("vctk", ["--size", "huge"], "toy, small or base"),
        ("vctk", ["--language", "de"], "unknown option --language"),
        ("vctk", ["--"], "unknown option --"),
        ("vctk", ["train"], "unknown option train"),
        ("vctk", ["--data"], "--data needs a value"),
        ("vctk", ["--init-from", "small", "--size", "base"], "give --init-from nothing"),
        ("mls", [], "give --language CODE"),
        ("mls", ["--language", "fi", "--stage", "0"], "MLS has no fi"),
    ],
)
def test_a_mistake_costs_one_line(note: Run, name: str, arguments: list[str], part: str) -> None:
    done = note(name, *arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", CORPORA)
def test_the_help_tells_what_can_be_said(note: Run, name: str) -> None:
    said = note(name, "--help").stdout
    assert said.splitlines()[0].endswith("See README.md beside this file.")
    assert ("--language" in said) == (name in {*CHOSEN, "esd", "folder"})
    assert [str(number) in said for number in range(STAGES)] == [True] * STAGES
