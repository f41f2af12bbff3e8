"""What to tell of a text tokenizer: how it cuts each language."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from minimax_speech.text.fertility import Fertility


def tell_fertility(
    output: Path, vocab_size: int, languages: Mapping[str, Fertility], as_json: bool
) -> None:
    """The file on stdout and a table on stderr, or everything on stdout as JSON."""
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
