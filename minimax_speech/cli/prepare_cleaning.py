"""`tts prepare segments|filter`: long recordings and raw corpora to clean manifests."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.cli.options import Device, Model, language_option
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    from minimax_speech.audio.subtitles import Word
    from minimax_speech.evaluation.cleaning.sieve import Limit

Jobs = Annotated[
    int | None, typer.Option("-j", "--jobs", min=1, help="Processes; default: all cores.")
]

DEFAULT_CER, DEFAULT_SIMILARITY, DEFAULT_HALVES = 20.0, 0.7, 0.6
CRITERIA = (
    *("seconds", "loudness", "snr", "clipping", "bandwidth", "silence", "rate", "cer"),
    *("similarity", "halves", "copies"),
)


@dataclass(frozen=True)
class ModelAligner:
    """Aligns with a model, in whatever process; loads it for each recording."""

    model: str | None
    device: str

    def __call__(self, recording: Path, text: str, language: str) -> "list[Word]":
        """See `MiniMaxSpeech.align`."""
        from minimax_speech.api import MiniMaxSpeech

        tts = MiniMaxSpeech.from_pretrained(self.model, device=self.device)
        return tts.align(recording, text, language)


def segments(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Recording, folder or manifest of recordings.")
    ],
    out: Annotated[Path, typer.Argument(help="Folder of the manifest to make.")],
    manifest: Annotated[
        Path | None, typer.Option(help="JSONL manifest of the folder: take only its recordings.")
    ] = None,
    language: Annotated[
        str | None,
        language_option("Where the manifest names none."),
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="One speaker for all recordings.")] = None,
    speaker_from: Annotated[
        str,
        typer.Option("--speaker-from", metavar="auto|folder|clip", help="Whence the speakers."),
    ] = "auto",
    min_seconds: Annotated[
        float, typer.Option("--min-seconds", help="Shortest utterance, its margins with it.")
    ] = 1.0,
    max_seconds: Annotated[
        float, typer.Option("--max-seconds", help="Longest utterance, its margins with it.")
    ] = 20.0,
    pause: Annotated[
        float,
        typer.Option(min=0.2, help="Seconds of pause that end an utterance without transcript."),
    ] = 0.5,
    margin: Annotated[
        float, typer.Option(min=0, help="Seconds kept around the speech, where there is a pause.")
    ] = 0.15,
    model: Model = None,
    device: Device = "auto",
    jobs: Jobs = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Keep what an interrupted run finished.")
    ] = True,
) -> None:
    """Find the utterances of long recordings: a manifest of their places, cut at pauses.

    A transcript beside a recording (talk.txt for talk.wav), of exactly what is said, is aligned by
    the model: sentences with their texts come out. The recordings stay as they are.
    """
    from minimax_speech.api import find_device
    from minimax_speech.cli.options import model_folder
    from minimax_speech.data.cutting import Lengths
    from minimax_speech.data.recording_sources import check_speaker_from
    from minimax_speech.data.segments import segment

    model_folder(model)
    made = segment(
        source,
        out,
        ModelAligner(model, find_device(device)),
        Lengths(min_seconds, max_seconds, pause, margin),
        manifest=manifest,
        language=language,
        speaker=speaker,
        speaker_from=check_speaker_from(speaker_from),
        jobs=jobs,
        resume=resume,
    )
    print(made)


def filter_clips(
    manifest: Annotated[Path, typer.Argument(help="JSONL manifest of clips.")],
    out: Annotated[Path, typer.Argument(help="Folder of the manifest, report and measures.")],
    min_seconds: Annotated[float, typer.Option("--min-seconds", help="Shortest clip.")] = 1.0,
    max_seconds: Annotated[float, typer.Option("--max-seconds", help="Longest clip.")] = 30.0,
    min_loudness: Annotated[
        float, typer.Option("--min-loudness", help="Quietest clip, LUFS.")
    ] = -45.0,
    max_loudness: Annotated[
        float, typer.Option("--max-loudness", help="Loudest clip, LUFS.")
    ] = -9.0,
    min_snr: Annotated[
        float, typer.Option("--min-snr", help="Least level of speech over noise, dB.")
    ] = 15.0,
    max_clipping: Annotated[
        float, typer.Option("--max-clipping", help="Most samples at the clip's own peak, %.")
    ] = 0.1,
    min_bandwidth: Annotated[
        float, typer.Option("--min-bandwidth", help="Least highest frequency, Hz.")
    ] = 3800.0,
    max_silence: Annotated[
        float, typer.Option("--max-silence", help="Most of a clip without speech, %.")
    ] = 50.0,
    max_rate: Annotated[
        float,
        typer.Option(
            "--max-rate",
            min=1,
            help="How many times faster or slower than the language's median one may speak, in "
            "characters of the transcript a second of speech.",
        ),
    ] = 2.0,
    recogniser: Annotated[
        list[str] | None,
        typer.Option(
            "--recogniser",
            metavar="NAME[=WEIGHTS]",
            help="Judge of transcripts: ctc, pocketsphinx, whisper-large-v3 or paraformer; "
            "repeatable: the one that agrees most counts.",
        ),
    ] = None,
    max_cer: Annotated[
        float | None,
        typer.Option(
            "--max-cer",
            min=0,
            help="Most character errors between a transcript and a recogniser, or between two "
            f"where there is none, %; default: {DEFAULT_CER:g}.",
        ),
    ] = None,
    transcribe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[=WEIGHTS]", help="Recogniser that writes the missing transcripts."
        ),
    ] = None,
    verifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[=WEIGHTS]",
            help="Judge of voices: resemblyzer, wavlm-large, wavlm-xvector or own.",
        ),
    ] = None,
    min_similarity: Annotated[
        float | None,
        typer.Option(
            "--min-similarity",
            help="Least cosine of a clip to its speaker's others; default: "
            f"{DEFAULT_SIMILARITY:g}, which fits resemblyzer.",
        ),
    ] = None,
    min_halves: Annotated[
        float | None,
        typer.Option(
            "--min-halves",
            help="Least cosine of a clip's halves, below which two people speak; default: "
            f"{DEFAULT_HALVES:g}, which fits resemblyzer.",
        ),
    ] = None,
    off: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Criterion to leave out: {', '.join(CRITERIA)}."),
    ] = None,
    device: Device = "auto",
    jobs: Jobs = None,
) -> None:
    """Keep the clips of a corpus that are fit to train on: a new manifest, and a report.

    Clips are measured once: run it again with other limits, or after an interruption, and only
    what is missing is measured. The audio stays as it is.
    """
    from minimax_speech.api import find_device
    from minimax_speech.evaluation.cleaning.filtering import Judges, filter_manifest
    from minimax_speech.evaluation.cleaning.sieve import Limit

    if max_cer is not None and not recogniser:
        raise InputError("--max-cer changes nothing without --recogniser: name a recogniser")
    if verifier is None and (min_similarity is not None or min_halves is not None):
        option = "--min-halves" if min_similarity is None else "--min-similarity"
        raise InputError(f"{option} changes nothing without --verifier: name a verifier")
    limits = {
        "seconds": Limit(min_seconds, max_seconds),
        "loudness": Limit(min_loudness, max_loudness),
        "snr": Limit(low=min_snr),
        "clipping": Limit(high=max_clipping),
        "bandwidth": Limit(low=min_bandwidth),
        "silence": Limit(high=max_silence),
        "words": Limit(low=1),
        "rate": Limit(1 / max_rate, max_rate),
        "cer": Limit(high=DEFAULT_CER if max_cer is None else max_cer),
        "similarity": Limit(low=DEFAULT_SIMILARITY if min_similarity is None else min_similarity),
        "halves": Limit(low=DEFAULT_HALVES if min_halves is None else min_halves),
        "copies": Limit(high=0),
    }
    report = filter_manifest(
        manifest,
        out,
        _without(limits, off or []),
        Judges(recogniser or (), transcribe, verifier, find_device(device)),
        jobs,
    )
    print(report.table(), file=sys.stderr)
    print(out / "manifest.jsonl")


def _without(limits: "dict[str, Limit]", off: list[str]) -> "dict[str, Limit]":
    for name in off:
        if name not in CRITERIA:
            raise InputError(f"--off {name!r} is no criterion: choose of {', '.join(CRITERIA)}")
    for name, limit in limits.items():
        if limit.low is not None and limit.high is not None and limit.low > limit.high:
            raise InputError(f"no clip has {name} from {limit.low:g} to {limit.high:g}: swap them")
    return {name: limit for name, limit in limits.items() if name not in off}
