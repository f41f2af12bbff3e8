"""`tts prepare held-out|test-list|clips|engines`: what evaluation and voices are made from."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.options import EnginesRoot, EspeakFolder, language_option
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, write_text

Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="The texts, one a line.")
]
Manifest = Annotated[Path, typer.Argument(help="JSONL manifest of a corpus.")]
Speakers = Annotated[
    list[str] | None,
    typer.Option("--speaker", metavar="NAME", help="Only speakers so named; repeatable."),
]
MinSeconds = Annotated[
    float, typer.Option("--min-seconds", min=0, help="Shortest clip that serves as reference, s.")
]


def held_out(
    output: Output,
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Files of texts to hold out, one a line.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="JSONL manifest of a corpus; hold out some of its texts.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many texts of the corpus.")] = 100,
    language: Annotated[
        str,
        language_option("Language of the files."),
    ] = "en",
) -> None:
    """Choose the texts that training leaves out: data.exclude_texts of a recipe.

    All of the files, in spoken form, and some of a corpus, chosen by a hash of their letters.
    """
    from minimax_speech.audio.io import check_writable
    from minimax_speech.data.held_out import choose_texts
    from minimax_speech.data.manifest import read_manifest
    from minimax_speech.data.synthetic import read_sentences
    from minimax_speech.text.normalise import normalise

    if not sources and manifest is None:
        raise InputError("nothing to hold out: give files of texts, --manifest, or both")
    check_writable(output)
    texts: list[str] = []
    if manifest is not None:
        texts += choose_texts((u.text for u in read_manifest(manifest) if u.text), count)
    for source in sources or []:
        texts += [normalise(line, language) for line in read_sentences(source)]
    texts = list(dict.fromkeys(text for text in texts if text))
    write_text(output, "".join(f"{text}\n" for text in texts))
    print(f"{len(texts)} texts", file=sys.stderr)
    print(output)


def make_test_list(
    manifest: Manifest,
    out: Annotated[Path, typer.Argument(help="Folder of the list and its clips to make.")],
    count: Annotated[int, typer.Option(min=1, help="How many items, at most.")] = 100,
    texts: Annotated[
        Path | None, typer.Option(help="Of the corpus, only these texts; one a line.")
    ] = None,
    say: Annotated[
        Path | None, typer.Option(help="Texts to say in place of the corpus's own; one a line.")
    ] = None,
    speaker: Speakers = None,
    min_seconds: MinSeconds = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same list.")] = 0,
) -> None:
    """Make a list for `tts evaluate` out of a corpus.

    Each item clones a clip. It says what another clip of that speaker says, which is then what it
    is compared with; with --say it says something new.
    """
    from minimax_speech.data.manifest import read_manifest
    from minimax_speech.data.synthetic import read_sentences
    from minimax_speech.evaluation import test_set_making as making

    if texts is not None and say is not None:
        raise InputError("give --texts or --say, not both")
    check_folder(out)
    utterances = read_manifest(manifest)
    if speaker:
        utterances = [u for u in utterances if u.speaker in speaker]
    if say is not None:
        pairings = making.pair_new(utterances, count, read_sentences(say), min_seconds, seed)
    else:
        chosen = read_sentences(texts) if texts is not None else None
        pairings = making.pair_recorded(utterances, count, chosen, min_seconds, seed)
    print(f"{len(pairings)} items", file=sys.stderr)
    print(making.write_test_set(pairings, out))


def clips(
    manifest: Manifest,
    out: Annotated[Path, typer.Argument(help="Folder to write them to.")],
    speaker: Annotated[str, typer.Option("--speaker", metavar="NAME", help="Who speaks.")],
    count: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 8,
    min_seconds: MinSeconds = 2.0,
) -> None:
    """Write clips of one speaker of a corpus to files, and print their names."""
    from minimax_speech.data.clips import clips_of_speaker, write_clip
    from minimax_speech.data.manifest import read_manifest

    check_folder(out)
    chosen = clips_of_speaker(read_manifest(manifest), speaker, count, min_seconds)
    for number, utterance in enumerate(chosen):
        path = out / f"{number:04d}.wav"
        write_clip(utterance, path)
        print(path)


def engines(
    engines_root: EnginesRoot = None,
    espeak: EspeakFolder = None,
    language: Annotated[
        str,
        language_option("Whose voices to list."),
    ] = "en",
) -> None:
    """List the speech engines found on this machine, and how to get the others."""
    from minimax_speech.data.engines import EngineMissing, available
    from minimax_speech.text import languages

    languages.get(language)
    found = available(engines_root, espeak)
    for name, engine in found.items():
        if isinstance(engine, str):
            print(f"{name:<10}missing: {engine}")
        else:
            try:
                voices = ", ".join(voice.name for voice in engine.voices(language))
            except EngineMissing as error:
                voices = f"no use for {language}: {error}"
            print(f"{name:<10}{voices or f'no voice for {language}'}")
    if all(isinstance(engine, str) for engine in found.values()):
        raise InputError("no speech engine is found: install one of them")
