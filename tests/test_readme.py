"""The README's tree names every module and nothing that is not there; commands and links are real.

So are those of the guides in docs/, and of the READMEs of runs and recipes.
"""

import re
from itertools import dropwhile
from pathlib import Path

import pytest
from command_lines import commands_of, parse

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "recipes/README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("egs/**/README.md")),
]
ELSEWHERE = ("curl", "docker", "export")
"""Commands that are not of this repository."""
PACKAGES = ("minimax_speech", "speaker_encoder", "flow_vae", "demo")


def tree_of(readme: str) -> dict[str, str]:
    """Path -> description of each line of the tree; two spaces of indent a level."""
    lines = readme.split("## The tree", 1)[1].split("```")[1].strip("\n").splitlines()
    entries: dict[str, str] = {}
    folders: list[str] = []
    for line in lines:
        match = re.fullmatch(r"( *)(\S+)(?: +(.*))?", line)
        assert match, line
        depth = len(match[1]) // 2
        folders = [*folders[:depth], match[2].rstrip("/")]
        entries["/".join(folders)] = match[3] or ""
    return entries


def modules() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }


def test_the_tree_is_true() -> None:
    entries = tree_of((ROOT / "README.md").read_text(encoding="utf-8"))
    named = {path for path in entries if path.endswith(".py")}
    assert modules() - named == set(), "add a line to the README's tree for these"
    assert named - modules() == set(), "these are gone: remove their lines from the README's tree"
    assert [path for path in entries if not (ROOT / path).exists()] == []


def test_every_line_of_the_tree_says_something() -> None:
    entries = tree_of((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [path for path, description in entries.items() if len(description) < 5] == []


def test_the_two_commands_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert '.venv/bin/tts synthesize "Hello there." -o hello.wav' in readme
    assert "\n./test.sh\n" in readme
    assert "./test.sh" in ci


def slugs(markdown: str) -> set[str]:
    """The anchors of a document's headings, as GitHub and mkdocs make them of plain ones."""
    headings = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        there = path.parent / target if target else path
        assert there.exists(), target
        if anchor:
            assert anchor in slugs(there.read_text(encoding="utf-8")), f"{target}#{anchor}"


def code_blocks(language: str) -> list[str]:
    """Code blocks of a language, of all documents."""
    pattern = rf"^```{language}\n(.*?)^```"
    return [
        block
        for path in DOCUMENTS
        for block in re.findall(pattern, path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    ]


@pytest.mark.parametrize(
    "command",
    [command for block in code_blocks("bash") for command in commands_of(block)],
    ids=" ".join,
)
def test_every_command_is_real(command: list[str]) -> None:
    command = list(dropwhile(lambda word: re.fullmatch(r"[A-Z_]+=\S*", word), command))
    program = Path(command[0])
    scripts = [number for number, word in enumerate(command) if "recipes/cluster/" in word]
    if scripts:  # which are given what `tts train` is
        assert (ROOT / command[scripts[0]]).is_file()
        assert parse(["train", *command[scripts[0] + 1 :]])
    elif program.name == "torchrun":
        assert parse(command[command.index("minimax_speech.cli") + 1 :])
    elif program.name == "tts":
        assert parse(command[1:])
    elif program.name in ("python3", "pip"):
        assert command[1] in ("-m", "install")
    elif program.name not in ELSEWHERE:
        assert (ROOT / program).is_file()


def test_every_recipe_named_is_there() -> None:
    named = {word for block in code_blocks("bash") for word in re.findall(r"recipes/\S+", block)}
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("block", code_blocks("python"))
def test_python_blocks_compile(block: str) -> None:
    compile(block, "README.md", "exec")
