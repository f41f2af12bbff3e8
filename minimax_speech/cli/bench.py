"""`tts bench`: how fast a model speaks here."""

import json as json_
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minimax_speech.cli.options import Device, Json, Model, print_json
from minimax_speech.cli.progress import working
from minimax_speech.errors import InputError
from minimax_speech.files import write_text

if TYPE_CHECKING:
    from minimax_speech.audio.io import Audio
    from minimax_speech.evaluation.speed.benchmark import Step
    from minimax_speech.evaluation.speed.subject import Subject
    from minimax_speech.inference.streaming import SpeechStream

EXAMPLE = "Example: tts bench -o speed.json --plot speed.png"

MOST_AT_ONCE, MOST_SECONDS = 4096, 60.0
_QUICK = {"cpu": (1, 4), "cuda": (1, 16, 64, 256), "mps": (1, 8)}
_FULL = {"cpu": (1, 2, 4, 8, 16, 32), "cuda": tuple(2**n for n in range(9)), "mps": (1, 4, 16)}


def bench(
    model: Model = None,
    size: Annotated[
        str | None,
        typer.Option(
            "--size",
            metavar="NAME|DIR",
            help="Random weights of the size of these recipes, such as base, and no model.",
        ),
    ] = None,
    device: Device = "auto",
    batch: Annotated[
        list[int] | None,
        typer.Option("-b", "--batch", metavar="N", help="Utterances at once; repeatable."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="Of speech in each utterance; default: 5, with --full 10."),
    ] = None,
    repeats: Annotated[
        int | None, typer.Option(min=1, help="Runs that count; default: 3, with --full 7.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="More batch sizes, more runs.")] = False,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[=CONFIG]",
            help="Measure another system in turns with this one: pocket-tts.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.json", help="The report.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Speed over batch sizes.")
    ] = None,
    json: Json = False,
) -> None:
    """Measure how fast a model speaks on this machine.

    Time to the first sound, real-time factors of the parts and of the whole, tokens a second
    against the least that reading memory takes, and peak memory, at several batch sizes. Each
    number is the median of runs after one that does not count.
    """
    from minimax_speech.api import find_device
    from minimax_speech.evaluation.speed import benchmark, rival, table
    from minimax_speech.evaluation.speed.meter import Meter

    seconds = (10.0 if full else 5.0) if seconds is None else seconds
    _check(model, size, batch, seconds, output, plot)
    place = find_device(device)
    opponent = rival.find_rival(against) if against is not None else None
    subject = _subject(model, size, place)
    sizes = batch or (_FULL if full else _QUICK)[place.partition(":")[0]]
    meter = Meter(place, repeats or (7 if full else 3))
    plan = benchmark.Plan(sorted(set(sizes)), seconds)
    with _quiet():
        report = benchmark.Benchmark(subject, plan, meter).run(_named)
    if opponent is not None:
        with _quiet(), working(f"speaking in turns with {against}"):
            report["against"] = rival.against(
                subject, opponent, seconds, meter.repeats, meter.clock
            )
    if output is not None:
        write_text(output, json_.dumps(report, indent=2) + "\n")
    if plot is not None:
        table.plot(report, plot)
    if json:
        print_json(report)
    else:
        print(table.table(report))


def _check(
    model: str | None,
    size: str | None,
    batch: list[int] | None,
    seconds: float,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Refuse what could only fail after minutes."""
    from minimax_speech.audio.io import check_writable

    if model is not None and size is not None:
        raise InputError("give --model or --size, not both")
    for number in batch or ():
        if not 1 <= number <= MOST_AT_ONCE:
            raise InputError(f"--batch is {number}: use 1 to {MOST_AT_ONCE}")
    if not 1 <= seconds <= MOST_SECONDS:
        raise InputError(f"--seconds is {seconds}: use 1 to {MOST_SECONDS:g}")
    for path in (output, plot):
        if path is not None:
            check_writable(path)
    if plot is not None:
        import matplotlib  # noqa: F401  (missing is to be known now)

        if plot.suffix not in (".png", ".svg", ".pdf"):
            raise InputError(f"--plot is {plot}: name a .png, .svg or .pdf")


def _subject(model: str | None, size: str | None, device: str) -> "Subject":
    """What is to be measured, with all of its parts loaded."""
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.evaluation.speed.subject import RandomBundle, Subject, recipes_of
    from minimax_speech.inference.bundle import Bundle

    with working("loading the model" if size is None else "making random weights"):
        bundle = (
            Bundle.load(model, device) if size is None else RandomBundle(recipes_of(size), device)
        )
        tts = MiniMaxSpeech(bundle)
        tts.load()
    language = bundle.config.languages[0]

    def say(texts: Sequence[str], seeds: Sequence[int]) -> "list[Audio]":
        return tts.synthesize(list(texts), language=language, seed=list(seeds))

    def stream(text: str) -> "SpeechStream":
        return tts.stream(text, language=language)

    return Subject(bundle.config.name, size is not None, bundle, say, stream)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without warnings of how it sounds: what random weights say is all noise."""
    logger = logging.getLogger("minimax_speech.inference")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _named(steps: "Sequence[Step]") -> "Iterator[Step]":
    """Pass the steps through; on a terminal, name each while it runs."""
    for number, (name, step) in enumerate(steps, start=1):
        with working(f"measuring {number} of {len(steps)}: {name}"):
            yield name, step
