"""`tts prepare text-tokenizer`: learn how text is cut into pieces."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.errors import InputError
from minimax_speech.text.readings import Form

if TYPE_CHECKING:
    from minimax_speech.text.fertility import Fertility


def text_tokenizer(
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="CODE=FILE...", help="Language and its texts: one a line, or a .jsonl manifest."
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The tokenizer.json to write.")
    ],
    vocab_size: Annotated[
        int, typer.Option("--vocab-size", min=1, help="Number of tokens at most.")
    ] = 2048,
    lowercase: Annotated[bool, typer.Option(help="Ignore case.")] = False,
    read: Annotated[
        bool,
        typer.Option("--read/--written", help="Encode what is read of a text, as pinyin and kana."),
    ] = False,
    extend: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep this tokenizer, of a model to train on; give it the languages that it "
            "lacks, and their letters.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell all about it as JSON.")] = False,
) -> None:
    """Learn the byte-pair encoding of text that the speech language model reads.

    Every language counts by the square root of how much text it has. Tells into how many pieces the
    words of each are cut.
    """
    from minimax_speech.audio.io import check_writable
    from minimax_speech.text import languages
    from minimax_speech.text.bpe import TextTokenizer
    from minimax_speech.text.fertility import fertilities
    from minimax_speech.text.normalise import normalise

    check_writable(output)
    if extend is not None and (lowercase or read):
        option = "--lowercase" if lowercase else "--read"
        raise InputError(f"{option} changes nothing with --extend: {extend} says that already")
    base = TextTokenizer.load(extend) if extend is not None else None
    sentences: dict[str, list[str]] = {}
    for spec in texts:
        code, equals, file = spec.partition("=")
        if not equals or not file:
            raise InputError(f"{spec!r} is not CODE=FILE, as in en=sentences.txt")
        code = languages.get(code).code
        lines = _shown(_texts_of(Path(file), code), f"spoken form, {code}")
        sentences.setdefault(code, []).extend(normalise(line, code) for line in lines)
    form: Form = "read" if read else "written"
    shown = {code: _shown(lines, f"reading, {code}") for code, lines in sentences.items()}
    if base is not None:
        tokenizer = base.extended(shown, vocab_size)
    else:
        tokenizer = TextTokenizer.train(shown, vocab_size, lowercase, form)
    tokenizer.save(output)
    _tell(output, tokenizer.vocab_size, fertilities(tokenizer, sentences), as_json)


def _texts_of(file: Path, language: str) -> list[str]:
    """The lines of a file of texts, or the transcripts in that language of a manifest."""
    from minimax_speech.data.manifest import read_manifest
    from minimax_speech.data.synthetic import read_sentences

    if file.suffix != ".jsonl":
        return read_sentences(file)
    texts = [u.text for u in read_manifest(file) if u.text and u.language == language]
    if not texts:
        raise InputError(f"{file} has no transcript in the language {language!r}: give another")
    return texts


def _shown(lines: Sequence[str], label: str) -> Iterable[str]:
    """The lines, with a bar on terminals while they are gone through."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(lines, label, console=console, transient=True, disable=not console.is_terminal)


def _tell(
    output: Path, vocab_size: int, languages: Mapping[str, "Fertility"], as_json: bool
) -> None:
    """The file on stdout and how each language is cut on stderr, or all on stdout as JSON."""
    if as_json:
        rows = {code: asdict(fertility) for code, fertility in languages.items()}
        print(json.dumps({"file": str(output), "tokens": vocab_size, "languages": rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("language", "pieces", "per word", "per character", "bytes", box=None)
    for code, found in languages.items():
        table.add_row(
            code,
            str(found.pieces),
            f"{found.per_word:.2f}",
            f"{found.per_character:.2f}",
            f"{found.as_bytes:.1%}",
        )
    console = Console(stderr=True)
    console.print(table)
    print(f"{vocab_size} tokens", file=sys.stderr)
    print(output)
