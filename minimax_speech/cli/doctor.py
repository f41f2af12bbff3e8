"""`tts doctor`: what works on this machine, what is missing, and how to get it."""

import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Literal

import typer

from minimax_speech import __version__
from minimax_speech.cli.extras import OPTIONAL
from minimax_speech.cli.options import Device, Json, Model, print_json, working
from minimax_speech.errors import InputError

EXAMPLE = "Example: tts doctor"

_COMPILERS = ("cc", "gcc", "clang", "cl")


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        state: "ok", "missing" (something optional) or "broken" (synthesis will not work).
        name: what was looked at.
        detail: what was found, and how to mend it.
    """

    state: Literal["ok", "missing", "broken"]
    name: str
    detail: str


def doctor(model: Model = None, device: Device = "auto", json: Json = False) -> None:
    """Check what works on this machine.

    Packages, device, audio formats, speech engines, and a short synthesis with the
    model. Exits with 1 if synthesis does not work.
    """
    # What was asked for and cannot be used is a mistake; without asking it is a finding.
    mistakes = InputError if model is not None or device != "auto" else ()
    with working("speaking a test sentence"):
        spoken = _guarded("self test", lambda: _self_test(model, device), mistakes)
    findings = [_versions(), _torch_pair(), _device(), _formats(), *_extras(), *_engines(), spoken]
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.state:<8}{finding.name:<16}{finding.detail}")
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def _versions() -> Finding:
    python = sys.version.split()[0]
    detail = f"{__version__}, Python {python} on {platform.system()} {platform.machine()}"
    return Finding("ok" if sys.version_info >= (3, 11) else "broken", "minimax-speech", detail)


def _torch_pair() -> Finding:
    """torch and torchaudio must be built for each other: only importing both shows it."""

    def check() -> Finding:
        import torch
        import torchaudio

        return Finding("ok", "torch", f"{torch.__version__}, torchaudio {torchaudio.__version__}")

    return _guarded("torch", check)


def _device() -> Finding:
    def check() -> Finding:
        import torch

        if torch.cuda.is_available():
            return Finding("ok", "device", f"cuda: {torch.cuda.get_device_name()}")
        kind = "mps" if torch.backends.mps.is_available() else "cpu"
        return Finding("ok", "device", f"{kind}, {torch.get_num_threads()} threads")

    return _guarded("device", check)


def _formats() -> Finding:
    def check() -> Finding:
        import soundfile

        from minimax_speech.audio.io import FORMATS

        lacking = [
            name
            for name, (kind, subtype) in FORMATS.items()
            if not soundfile.check_format(kind, subtype)
        ]
        version = f"libsndfile {soundfile.__libsndfile_version__}"
        if lacking:
            return Finding(
                "missing", "audio formats", f"{', '.join(lacking)}: {version} is too old"
            )
        return Finding("ok", "audio formats", f"{', '.join(FORMATS)} ({version})")

    return _guarded("audio formats", check)


def _extras() -> list[Finding]:
    compiler = next(filter(shutil.which, _COMPILERS), None)
    findings = []
    for optional in OPTIONAL:
        if optional.installed:
            findings.append(
                Finding("ok", optional.module, f"{_version(optional.module)}: {optional.purpose}")
            )
            continue
        install = f"pip install 'minimax-speech[{optional.extra}]'"
        if optional.compiled and compiler is None:
            install = f"install a C compiler (gcc or clang) and Python's headers, then {install}"
        findings.append(Finding("missing", optional.module, f"{optional.purpose}: {install}"))
    return findings


def _engines() -> list[Finding]:
    from minimax_speech.data.engines import available

    return [
        Finding("missing", name, f"for tts prepare synthetic: {engine}")
        if isinstance(engine, str)
        else Finding("ok", name, "an engine for tts prepare synthetic")
        for name, engine in available().items()
    ]


def _self_test(model: str | None, device: str) -> Finding:
    import time

    from minimax_speech.api import MiniMaxSpeech

    start = time.perf_counter()
    tts = MiniMaxSpeech.from_pretrained(model, device=device)
    tts.load()
    loaded = time.perf_counter()
    audio = tts.synthesize("This is a short test of the voice.", language="en")
    elapsed = time.perf_counter() - loaded
    detail = (
        f"loaded in {loaded - start:.1f} s; {audio.seconds:.1f} s of speech in {elapsed:.1f} s, "
        f"real-time factor {elapsed / max(audio.seconds, 1e-9):.2f}"
    )
    return Finding("ok", "self test", detail)


def _guarded(
    name: str,
    check: Callable[[], Finding],
    mistakes: type[Exception] | tuple[()] = (),
) -> Finding:
    """A check's finding; a failure of any kind but ``mistakes`` is itself the finding."""
    try:
        return check()
    except mistakes:
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}".split())
        return Finding("broken", name, detail)


def _version(module: str) -> str:
    try:
        return version_of(module)
    except PackageNotFoundError:
        return "installed"
