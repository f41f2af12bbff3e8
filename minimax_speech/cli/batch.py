"""`tts batch`: a list of texts to a folder of audio files."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech.cli import completion, failures
from minimax_speech.cli.options import (
    CfgScale,
    Check,
    Device,
    EmotionName,
    Json,
    Model,
    Pitch,
    PronunciationFile,
    RepetitionPenalty,
    Seed,
    Solver,
    Speed,
    Steps,
    Temperature,
    TopK,
    TopP,
    Volume,
    Watermark,
    given,
    load_model,
    model_folder,
    prepare_watermark,
    print_json,
)
from minimax_speech.cli.progress import speaking, working

if TYPE_CHECKING:
    from minimax_speech.cli.batch_work import Outcome, Work
    from minimax_speech.inference.jobs import Job

EXAMPLE = "Example: tts batch lines.jsonl -o spoken --json"


def batch(
    jobs: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="One job a line.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="Folder of the audio: 0001.wav, …"),
    ],
    voice: Annotated[
        list[str] | None,
        typer.Option(
            "-v",
            "--voice",
            metavar="NAME|FILE[:WEIGHT]",
            autocompletion=completion.voices,
            help="Voice of lines that name none; several are mixed by weight.",
        ),
    ] = None,
    language: Annotated[
        str,
        typer.Option(
            "-l",
            "--language",
            metavar="CODE|auto",
            autocompletion=completion.languages_or_auto,
            help="Language of lines that name none.",
        ),
    ] = "auto",
    emotion: EmotionName = None,
    seed: Seed = 0,
    temperature: Temperature = None,
    top_p: TopP = None,
    top_k: TopK = None,
    repetition_penalty: RepetitionPenalty = None,
    cfg_scale: CfgScale = None,
    steps: Steps = None,
    solver: Solver = None,
    check: Check = False,
    speed: Speed = None,
    pitch: Pitch = None,
    volume: Volume = None,
    pronunciation: PronunciationFile = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            autocompletion=completion.formats,
            help="wav, flac, mp3 or ogg, where a line names none.",
        ),
    ] = "wav",
    sample_rate: Annotated[
        int | None, typer.Option("--sample-rate", metavar="HZ", help="Default: the model's.")
    ] = None,
    watermark: Watermark = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make all files anew, whoever made those there.")
    ] = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Say many texts, each into a file of its own.

    A line is {"text": "Hello.", "voice": "kathleen"}, or has a "reference" (and "reference_text")
    in place of the voice; "language", "emotion", "seed", the settings of generation, "speed",
    "pitch", "volume", and "id" or "output" to name the file may follow. All lines are checked
    before the first is spoken. What was interrupted goes on where it stopped, and files whose line,
    voice, settings and model are unchanged are kept. Exits with 1 if lines failed while they were
    spoken.
    """
    from minimax_speech.audio import io
    from minimax_speech.cli.batch_work import Work
    from minimax_speech.inference.jobs import read_jobs
    from minimax_speech.text.pronunciation import Pronunciation

    defaults = given(
        voice=voice,
        language=language,
        emotion=emotion,
        seed=seed,
        temperature=temperature,
        top_p=top_p,
        top_k=top_k,
        repetition_penalty=repetition_penalty,
        cfg_scale=cfg_scale,
        steps=steps,
        solver=solver,
        check=check or None,
        speed=speed,
        pitch=pitch,
        volume=volume,
    )
    respelling = Pronunciation.load(pronunciation) if pronunciation else Pronunciation()
    listed = read_jobs(jobs, io.output_format("", format), defaults)
    prepare_watermark(watermark)
    tts = load_model(model, device)
    work = Work(
        tts, model_folder(model), device, listed, respelling, output, sample_rate, watermark
    )
    with working("checking the lines"):
        missing = work.missing(jobs, force)
        tts.load()
    start = time.perf_counter()
    outcomes = _speak(work, missing)
    _answer(work, outcomes, time.perf_counter() - start, json)
    _fail(jobs, outcomes)


def _speak(work: "Work", missing: "list[Job]") -> "dict[int, Outcome]":
    """What became of each missing job, by line; shows how many are done."""
    outcomes: dict[int, Outcome] = {}
    with speaking() as progress:
        for job, outcome in work.speak(missing):
            outcomes[job.line] = outcome
            if progress:
                progress(len(outcomes), len(missing))
    return outcomes


def _answer(work: "Work", outcomes: "dict[int, Outcome]", elapsed: float, json: bool) -> None:
    rows = [_row(work, job, outcomes.get(job.line)) for job in work.jobs]
    count = {state: sum(row["state"] == state for row in rows) for state in _STATES}
    seconds = sum(row["seconds"] for row in rows if row["state"] == "made")
    rtf = round(elapsed / seconds, 3) if seconds else None
    print(
        f"{', '.join(f'{number} {state}' for state, number in count.items())}: {seconds:.2f} s of "
        f"speech in {elapsed:.2f} s" + (f", real-time factor {rtf:.2f}" if rtf else ""),
        file=sys.stderr,
    )
    if json:
        facts = {"folder": str(work.out), **count, "seconds": round(seconds, 3), "rtf": rtf}
        print_json({**facts, "files": rows})
    else:
        for row in rows:
            if row["state"] != "failed":
                print(row["path"])


def _fail(path: Path, outcomes: "dict[int, Outcome]") -> None:
    """Name the lines that failed, and exit with 1, if any did."""
    failed = {line: one.error for line, one in sorted(outcomes.items()) if one.error is not None}
    for line, error in failed.items():
        print(f"error: {path}:{line}: {error}", file=sys.stderr)
    if failed:
        raise typer.Exit(failures.FAILED)


_STATES = ("made", "kept", "failed")


def _row(work: "Work", job: "Job", outcome: "Outcome | None") -> dict[str, Any]:
    """What the report says of a job; one without outcome was there before."""
    from minimax_speech.audio import io

    row: dict[str, Any] = {"line": job.line, "path": str(work.out / job.file), "seed": job.seed}
    if outcome is None:
        return {**row, "state": "kept", "seconds": round(io.duration(row["path"]), 3)}
    if outcome.error is not None:
        return {**row, "state": "failed", "error": outcome.error}
    return {**row, "state": "made", "seconds": round(outcome.seconds, 3)}
