"""`tts doctor`: what works on this machine, what is missing, and how to get it."""

import sys
from dataclasses import asdict

import typer

from minimax_speech.cli import diagnosis
from minimax_speech.cli.diagnosis import Finding
from minimax_speech.cli.options import Device, Json, Model, print_json
from minimax_speech.cli.progress import working
from minimax_speech.cli.self_test import self_test
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts doctor"

_COLOURS = {"ok": "green", "missing": "cyan", "poor": "yellow", "broken": "red"}


def doctor(model: Model = None, device: Device = "auto", json: Json = False) -> None:
    """Check what works on this machine, and say what to do about the rest.

    Versions, device, threads, audio formats, optional packages, speech engines, disk, ports, and
    two seconds of speech from the model with a verdict on its speed. Each line is ok, missing
    (something optional), poor (works, but not as well as it could) or broken; then it exits with 1.
    """
    # What was asked for and cannot be used is a mistake; without asking it is a finding.
    mistakes = InputError if model is not None or device != "auto" else ()
    with working("speaking a test sentence"):
        spoken = diagnosis.guarded("self test", lambda: self_test(model, device), mistakes)
    findings = [*diagnosis.examine(), *spoken]
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    """One line for each finding, and under it what to do; states in colour on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, soft_wrap=True)
    for finding in findings:
        state = Text(f"{finding.state:<9}", _COLOURS[finding.state])
        console.print(state + Text(f"{finding.name:<18}{finding.detail}"))
        if finding.advice:
            console.print(Text(f"{'':<27}→ {finding.advice}"))
