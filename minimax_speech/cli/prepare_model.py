"""`tts prepare text-tokenizer|model`: the first and the last thing that a model needs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text


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
    extend: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep this tokenizer, of a model to train on; give it the languages that it "
            "lacks, and their letters.",
        ),
    ] = None,
) -> None:
    """Learn the byte-pair encoding of text that the speech language model reads."""
    from minimax_speech.audio.io import check_writable
    from minimax_speech.text import languages
    from minimax_speech.text.bpe import TextTokenizer
    from minimax_speech.text.normalise import normalise

    check_writable(output)
    if extend is not None and lowercase:
        raise InputError(f"--lowercase changes nothing with --extend: {extend} says what case is")
    base = TextTokenizer.load(extend) if extend is not None else None
    known = base.languages if base else []
    sentences: list[str] = []
    codes: list[str] = []
    for spec in texts:
        code, equals, file = spec.partition("=")
        if not equals or not file:
            raise InputError(f"{spec!r} is not CODE=FILE, as in en=sentences.txt")
        codes.append(languages.get(code).code)
        lines = _texts_of(Path(file), codes[-1])
        if codes[-1] not in known:
            sentences += [normalise(line, code) for line in lines]
    codes = list(dict.fromkeys(codes))
    if base is not None:
        tokenizer = base.extended(sentences, vocab_size, codes)
    else:
        tokenizer = TextTokenizer.train(sentences, vocab_size, codes, lowercase)
    tokenizer.save(output)
    print(f"{tokenizer.vocab_size} tokens", file=sys.stderr)
    print(output)


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
