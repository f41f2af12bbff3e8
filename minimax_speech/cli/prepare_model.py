"""`tts prepare model`: put trained parts together to a model."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text


def model(
    out: Annotated[Path, typer.Argument(help="Folder of the model to make.")],
    part: Annotated[
        list[str],
        typer.Option(
            "--part",
            metavar="NAME=PATH",
            help="A trained part and its file or export folder; once for every part.",
        ),
    ],
    text_tokenizer: Annotated[
        Path, typer.Option("--text-tokenizer", help="The tokenizer.json it was trained with.")
    ],
    languages: Annotated[
        list[str],
        typer.Option("-l", "--language", metavar="CODE", help="Repeatable; the main one first."),
    ],
    name: Annotated[str | None, typer.Option(help="Of the model; default: the folder's.")] = None,
    card: Annotated[
        Path | None, typer.Option(help="Its README.md: data, licence, measured results.")
    ] = None,
    licence: Annotated[
        str, typer.Option(metavar="TEXT", help="On what terms its weights are given.")
    ] = "",
    default_voice: Annotated[
        str, typer.Option("--default-voice", help="Name of the voice that speaks unasked.")
    ] = "default",
    quantise: Annotated[bool, typer.Option(help="Store large matrices as int8.")] = True,
    max_mib: Annotated[float, typer.Option("--max-mib", min=0, help="Most it may take.")] = 56.0,
) -> None:
    """Put trained parts together to a model; voices are added as files in its voices folder."""
    from minimax_speech.inference.assembly import assemble

    check_folder(out)
    reports = assemble(
        dict(_part_and_path(spec) for spec in part),
        text_tokenizer,
        out,
        name=name or out.resolve().name,
        languages=languages,
        card=read_text(card, "model card") if card else f"# {name or out.resolve().name}\n",
        default_voice=default_voice,
        licence=licence,
        quantise=quantise,
        max_mib=max_mib,
    )
    for report in reports:
        size = f"{report.bytes / (1 << 20):7.2f} MiB"
        print(f"{report.name:<20} {size}  error {report.relative_error:.2%}", file=sys.stderr)
    print(out)


def _part_and_path(spec: str) -> tuple[str, Path]:
    part, equals, path = spec.partition("=")
    if not equals or not path:
        raise InputError(f"--part {spec!r} is not NAME=PATH, as in speech_lm=runs/lm/export")
    return part, Path(path)
