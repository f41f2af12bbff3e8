"""`tts prepare`: make the data that training reads."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli import (
    prepare_cleaning,
    prepare_evaluation,
    prepare_model,
    prepare_text,
    prepare_voices,
)
from minimax_speech.cli.options import Device, EnginesRoot, EspeakFolder, language_option
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, write_text

app = typer.Typer(
    help="Make the data that training reads.",
    epilog="Example: tts prepare synthetic sentences.txt corpus --hours 10",
)

app.command(
    "held-out",
    epilog="Example: tts prepare held-out test_sentences.txt -o held_out.txt "
    "--manifest corpus/manifest.jsonl",
)(prepare_evaluation.held_out)
app.command(
    "test-list",
    epilog="Example: tts prepare test-list corpus/manifest.jsonl my_test --texts held_out.txt",
)(prepare_evaluation.make_test_list)
app.command(
    "clips",
    epilog="Example: tts prepare clips corpus/manifest.jsonl alice --speaker alice",
)(prepare_evaluation.clips)
app.command(
    "segments",
    epilog="Example: tts prepare segments talks segments --language en --speaker-from clip",
)(prepare_cleaning.segments)
app.command(
    "filter",
    epilog="Example: tts prepare filter corpus/manifest.jsonl clean --recogniser ctc",
)(prepare_cleaning.filter_clips)
app.command(
    "text-tokenizer",
    epilog="Example: tts prepare text-tokenizer en=sentences.txt -o tokenizer.json",
)(prepare_text.text_tokenizer)
app.command("voices", epilog="Example: tts prepare voices corpus/manifest.jsonl corpus/features")(
    prepare_voices.voices
)
app.command("engines", epilog="Example: tts prepare engines")(prepare_evaluation.engines)
app.command(
    "model",
    epilog="Example: tts prepare model my_model --part speech_lm=runs/speech-lm/export "
    "--part ... --text-tokenizer tokenizer.json -l en",
)(prepare_model.model)

Language = Annotated[
    str,
    language_option("Language of the texts."),
]
Seed = Annotated[int, typer.Option(help="The same seed makes the same data.")]
Jobs = Annotated[
    int | None, typer.Option("-j", "--jobs", min=1, help="Processes; default: all cores.")
]
Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="auto|local|ADDRESS",
        help="Work on a Ray cluster that sees the same folders; auto: the one of this machine.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume/--fresh", help="Keep what an interrupted run finished.")
]


@app.command(
    "sentences",
    epilog="Example: tts prepare sentences texts.txt -o sentences.txt --count 50000",
)
def sentences(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The sentences, one a line.")
    ],
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Files of texts, one sentence a line.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 10_000,
    language: Language = "en",
    words: Annotated[
        Path | None, typer.Option(help="Words to make sentences for, one a line.")
    ] = None,
    exclude: Annotated[
        Path | None, typer.Option(help="Sentences that must not come out: those of evaluation.")
    ] = None,
    seed: Seed = 0,
) -> None:
    """Make sentences to speak: those of the files, recombined, and generated ones."""
    from minimax_speech.audio.io import check_writable
    from minimax_speech.data.sentences import make_sentences

    check_writable(output)
    made = list(make_sentences(sources or [], language, count, seed, words, exclude))
    if not made:
        raise InputError(
            f"no sentence comes out for {language!r}: give files with sentences of 2 to 30 words"
        )
    write_text(output, "".join(f"{line}\n" for line in made))
    print(f"{len(made)} sentences", file=sys.stderr)
    print(output)


@app.command(
    "synthetic",
    epilog="Example: tts prepare synthetic en=english.txt:20 de=german.txt:3 corpus",
)
def synthetic(
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="[CODE=]FILE[:HOURS]...",
            help="Texts to speak, one a line, with their language and about how much audio.",
        ),
    ],
    out: Annotated[Path, typer.Argument(help="Folder of the corpus to make.")],
    hours: Annotated[
        float | None,
        typer.Option(
            min=0, help="Hours where a file has none of its own; default: each text once."
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many utterances, in place of --hours.")
    ] = None,
    language: Annotated[
        str,
        language_option("Where a file has none."),
    ] = "en",
    engine: Annotated[
        list[str] | None,
        typer.Option("--engine", help="Engine to use; repeatable; default: all that are found."),
    ] = None,
    natural_share: Annotated[
        float,
        typer.Option("--natural-share", min=0, max=1, help="Share spoken by recorded voices."),
    ] = 0.5,
    espeak_voices: Annotated[
        str,
        typer.Option(
            "--espeak-voices",
            metavar="N|A-B",
            help="Random espeak voices: the first N, or those numbered A to B, from 0.",
        ),
    ] = "300",
    warps: Annotated[
        str,
        typer.Option(
            metavar="N|A-B",
            help="Speakers made of each recorded voice: the first N ways to warp it, or the ways "
            "numbered A to B, from 0; 0 is the voice itself.",
        ),
    ] = "9",
    emotion: Annotated[
        list[str] | None,
        typer.Option(
            "--emotion",
            help="Speak each utterance neutrally and with this emotion, too; repeatable: happy, "
            "sad, angry, fearful, surprised, calm, whisper.",
        ),
    ] = None,
    seed: Seed = 0,
    engines_root: EnginesRoot = None,
    espeak: EspeakFolder = None,
    jobs: Jobs = None,
    ray: Ray = None,
    resume: Resume = True,
) -> None:
    """Have sentences spoken by the speech engines installed on this machine."""
    from minimax_speech.data.plan import Portion
    from minimax_speech.data.synthetic import make_corpus

    manifest = make_corpus(
        [Portion.parse(text, language, hours, count) for text in texts],
        out,
        engines=engine,
        natural_share=natural_share,
        espeak_voices=_first_or_range("--espeak-voices", espeak_voices),
        warps=_first_or_range("--warps", warps),
        emotions=emotion or (),
        jobs=jobs,
        ray=ray,
        seed=seed,
        engines_root=engines_root,
        espeak=espeak,
        resume=resume,
    )
    print(manifest)


def _first_or_range(option: str, value: str) -> int | range:
    """ "300": the first 300; "300-339": those numbered 300 to 339."""
    first, dash, last = value.partition("-")
    if not first.isdecimal() or (dash and not (last.isdecimal() and int(first) <= int(last))):
        raise InputError(f"{option} is {value!r}: write a number, or a range such as 300-339")
    return range(int(first), int(last) + 1) if dash else int(first)


@app.command(
    "recordings",
    epilog="Example: tts prepare recordings my_clips corpus --language en --speaker me",
)
def recordings(
    source: Annotated[
        Path, typer.Argument(help="Audio file, folder or .tar of them, or a manifest.")
    ],
    out: Annotated[Path, typer.Argument(help="Folder of the corpus to make.")],
    layout: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The folder is a public corpus: aishell3, commonvoice, crema-d, emilia, esd, "
            "libritts, ljspeech, mls, ravdess or vctk.",
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Of that corpus, only this part; repeatable."),
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="JSONL manifest of the folder: take only its clips.")
    ] = None,
    language: Annotated[
        str | None,
        language_option("Where the manifest names none."),
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="One speaker for all clips.")] = None,
    speaker_from: Annotated[
        str,
        typer.Option("--speaker-from", metavar="auto|folder|clip", help="Whence the speakers."),
    ] = "auto",
    trim: Annotated[bool, typer.Option(help="Cut long silences at the ends.")] = True,
    speed: Annotated[
        float, typer.Option(help="Play so much faster, as other speakers: 0.8 to 1.25.")
    ] = 1.0,
    min_seconds: Annotated[
        float, typer.Option("--min-seconds", help="Leave out shorter clips.")
    ] = 0.5,
    max_seconds: Annotated[
        float, typer.Option("--max-seconds", help="Leave out longer clips.")
    ] = 30.0,
    jobs: Jobs = None,
    ray: Ray = None,
    resume: Resume = True,
) -> None:
    """Take a folder of real recordings into a corpus, with transcripts in spoken form."""
    from minimax_speech.data.recording_sources import check_speaker_from
    from minimax_speech.data.recordings import ingest

    if layout is not None and (manifest or speaker or speaker_from != "auto"):
        raise InputError(
            f"--layout {layout} says which clips and speakers there are: leave out --manifest, "
            "--speaker and --speaker-from"
        )
    if layout is None and part:
        raise InputError(f"--part {part[0]} needs the --layout of the corpus that has such a part")
    made = ingest(
        source,
        out,
        layout=layout,
        parts=part or (),
        manifest=manifest,
        language=language,
        speaker=speaker,
        speaker_from=check_speaker_from(speaker_from),
        trim=trim,
        speed=speed,
        min_seconds=min_seconds,
        max_seconds=max_seconds,
        jobs=jobs,
        ray=ray,
        resume=resume,
    )
    print(made)


@app.command(
    "screen",
    epilog="Example: tts prepare screen corpus/manifest.jsonl -o corpus/clear.jsonl --max-cer 20",
)
def screen(
    manifest: Annotated[Path, typer.Argument(help="JSONL manifest of a synthetic corpus.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Manifest of those kept.")
    ],
    max_cer: Annotated[
        float, typer.Option("--max-cer", min=0, help="Highest character error rate kept, %.")
    ] = 20.0,
    clips: Annotated[int, typer.Option(min=1, help="Utterances heard of each speaker.")] = 5,
    recogniser: Annotated[
        str, typer.Option("--recogniser", metavar="NAME[=WEIGHTS]", help="The judge.")
    ] = "ctc",
) -> None:
    """Leave out the speakers that a recogniser does not understand."""
    from minimax_speech.audio.io import check_writable
    from minimax_speech.data.manifest import read_manifest, write_manifest
    from minimax_speech.data.synthetic import screen_speakers
    from minimax_speech.evaluation.recognisers import RECOGNISERS
    from minimax_speech.evaluation.screening import speaker_error_rates

    check_writable(output)
    rates = speaker_error_rates(read_manifest(manifest), RECOGNISERS.create(recogniser), clips)
    kept = screen_speakers(manifest, rates, max_cer / 100)
    write_manifest(kept, output)
    left = len({utterance.speaker for utterance in kept})
    print(f"{left} of {len(rates)} speakers kept, {len(kept)} utterances", file=sys.stderr)
    print(output)


@app.command(
    "features",
    epilog="Example: tts prepare features corpus/manifest.jsonl corpus/features "
    "--audio-tokenizer audio_tokenizer.safetensors",
)
def features(
    manifest: Annotated[Path, typer.Argument(help="JSONL manifest.")],
    out: Annotated[Path, typer.Argument(help="Folder of features to make.")],
    audio_tokenizer: Annotated[
        Path | None, typer.Option("--audio-tokenizer", help="Weights; makes the audio tokens.")
    ] = None,
    vae_encoder: Annotated[
        Path | None, typer.Option("--vae-encoder", help="Weights; makes the latents.")
    ] = None,
    device: Device = "cpu",
    batch_seconds: Annotated[
        float, typer.Option("--batch-seconds", min=1, help="Audio at a time, s.")
    ] = 600.0,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=0, help="Processes that read.")] = 2,
    ray: Ray = None,
    resume: Resume = True,
) -> None:
    """Encode a corpus once into the tokens and latents that later stages train on."""
    from minimax_speech.api import find_device
    from minimax_speech.training.features import extract_features

    check_folder(out)
    used = extract_features(
        manifest,
        out,
        audio_tokenizer,
        vae_encoder,
        device if ray is not None else find_device(device),
        batch_seconds,
        jobs,
        ray,
        resume,
    )
    if used is not None:
        print(f"{used:.1%} of the codebook occurs", file=sys.stderr)
    print(out)


@app.command(
    "shards",
    epilog="Example: tts prepare shards corpus/manifest.jsonl shards --features corpus/features",
)
def shards(
    manifest: Annotated[Path, typer.Argument(help="JSONL manifest of 24 kHz mono files.")],
    out: Annotated[Path, typer.Argument(help="Folder of shards to make.")],
    features: Annotated[
        Path | None, typer.Option(help="Folder of its features, which the shards then hold too.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.001, help="Of audio in a shard, about.")] = 1.0,
    jobs: Jobs = None,
    ray: Ray = None,
    resume: Resume = True,
) -> None:
    """Copy a corpus into shards, so that no machine needs all of it to train on it.

    In a recipe they stand for a manifest: sources: [{shards: FOLDER}]. Process r of R reads the
    shards whose number is r modulo R, and wants no others on its disk, but for manifest.jsonl
    and shards.json.
    """
    from minimax_speech.data.sharded import make_shards

    check_folder(out)
    made = make_shards(
        manifest, out, features=features, hours=hours, jobs=jobs, ray=ray, resume=resume
    )
    print(made)
