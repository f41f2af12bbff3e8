"""What `tts doctor` looks at, apart from the model: packages, device, formats, disk and ports."""

import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Literal

from minimax_speech import __version__, home
from minimax_speech.cli.extras import OPTIONAL
from minimax_speech.errors import InputError

_COMPILERS = ("cc", "gcc", "clang", "cl")
_GIB = 1 << 30
_PORTS = {"tts serve": 8000, "tts demo": 7860}
_CODECS = ("aac", "libmp3lame", "libopus", "flac")
"""What the server's formats are encoded by, as ffmpeg's libraries call it."""


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        state: "ok", "missing" (something optional), "poor" (works, but not as well as it could) or
            "broken" (synthesis will not work).
        name: what was looked at.
        detail: what was found.
        advice: what to do about it; empty if nothing needs to be done.
    """

    state: Literal["ok", "missing", "poor", "broken"]
    name: str
    detail: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything."""
    checks: dict[str, Callable[[], list[Finding]]] = {
        "minimax-speech": _versions,
        "torch": _torch,
        "device": _device,
        "threads": _threads,
        "audio formats": _formats,
        "ffmpeg": _ffmpeg,
        "codecs": _codecs,
        "extras": _extras,
        "engines": _engines,
        "home": _home,
        "disk": _disk,
        "ports": _ports,
    }
    for name, check in checks.items():
        yield from guarded(name, check)


def guarded(
    name: str,
    check: Callable[[], list[Finding]],
    mistakes: type[Exception] | tuple[()] = (),
) -> list[Finding]:
    """What a check finds; a failure of any kind but ``mistakes`` is itself the finding."""
    try:
        return check()
    except mistakes:
        raise
    except Exception as error:
        if isinstance(error, InputError):  # says by itself how to mend it
            return [Finding("broken", name, str(error))]
        detail = " ".join(f"{type(error).__name__}: {error}".split())
        advice = "TTS_DEBUG=1 tts synthesize 'Hello.' -o hello.wav shows where"
        return [Finding("broken", name, detail, advice)]


def _versions() -> list[Finding]:
    python = sys.version.split()[0]
    detail = f"{__version__}, Python {python} on {platform.system()} {platform.machine()}"
    return [Finding("ok", "minimax-speech", detail)]


def _torch() -> list[Finding]:
    """torch and torchaudio must be built for each other: only importing both shows it."""
    try:
        import torch
        import torchaudio
    except (ImportError, OSError) as error:
        again = "pip install --force-reinstall minimax-speech"
        return [Finding("broken", "torch", " ".join(str(error).split()), again)]
    detail = f"{torch.__version__}, torchaudio {torchaudio.__version__}"
    return [Finding("ok", "torch", detail)]


def _device() -> list[Finding]:
    import torch

    if torch.cuda.is_available():
        memory = torch.cuda.get_device_properties(0).total_memory / _GIB
        detail = f"cuda: {torch.cuda.get_device_name()}, {memory:.0f} GiB"
        return [Finding("ok", "device", detail)]
    if torch.backends.mps.is_available():
        return [Finding("ok", "device", "mps: the GPU of an Apple processor")]
    if shutil.which("nvidia-smi") and torch.version.cuda is None:
        return [
            Finding(
                "poor",
                "device",
                "cpu: there is an NVIDIA driver, but this torch is built without CUDA",
                "pip install --force-reinstall torch torchaudio, from an index with CUDA",
            )
        ]
    return [Finding("ok", "device", f"cpu: {cores()} cores")]


def cores() -> int:
    """The cores that this process may use: its affinity, and the quota of its container."""
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return count
    return count if quota == "max" else max(1, min(count, int(quota) // int(period)))


def _threads() -> list[Finding]:
    import torch

    threads, there = torch.get_num_threads(), cores()
    policy = os.environ.get("OMP_WAIT_POLICY", "unset")
    number = os.environ.get("OMP_NUM_THREADS", "unset")
    detail = (
        f"{threads} on {there} cores, OMP_NUM_THREADS {number}, OMP_WAIT_POLICY {policy.lower()}"
    )
    if threads > there:
        return [Finding("poor", "threads", detail, f"export OMP_NUM_THREADS={there}")]
    if policy.upper() == "ACTIVE":
        advice = "unset OMP_WAIT_POLICY: waiting threads take the cores of other processes"
        return [Finding("poor", "threads", detail, advice)]
    return [Finding("ok", "threads", detail)]


def _formats() -> list[Finding]:
    import soundfile

    from minimax_speech.audio.io import FORMATS

    lacking = [
        name
        for name, (kind, subtype) in FORMATS.items()
        if not soundfile.check_format(kind, subtype)
    ]
    library = f"libsndfile {soundfile.__libsndfile_version__}"
    if lacking:
        advice = "pip install --upgrade soundfile, whose wheels bring a newer one"
        return [
            Finding("missing", "audio formats", f"{library} lacks {', '.join(lacking)}", advice)
        ]
    return [Finding("ok", "audio formats", f"{', '.join(FORMATS)} ({library})")]


def _ffmpeg() -> list[Finding]:
    """Nothing calls it; people do."""
    path = shutil.which("ffmpeg")
    if path:
        return [Finding("ok", "ffmpeg", f"{path}; nothing here needs it")]
    advice = "install it if you have recordings to convert; nothing here needs it"
    return [Finding("missing", "ffmpeg", "not there", advice)]


def _codecs() -> list[Finding]:
    """What PyAV reads and encodes; it brings ffmpeg's libraries, and its absence is an extra's."""
    try:
        import av
    except ImportError:
        return []
    from minimax_speech.audio.container import KINDS

    known = [name for name in _CODECS if name in av.codecs_available]
    lacking = [name for name in _CODECS if name not in known]
    detail = f"PyAV {av.__version__}: reads {KINDS}; encodes {', '.join(known)}"
    if lacking:
        advice = "pip install --force-reinstall av, whose wheels bring all of them"
        return [Finding("missing", "codecs", f"{detail}; not {', '.join(lacking)}", advice)]
    return [Finding("ok", "codecs", detail)]


def _extras() -> list[Finding]:
    compiler = next(filter(shutil.which, _COMPILERS), None)
    distributions = packages_distributions()
    findings = []
    for optional in OPTIONAL:
        if optional.installed:
            package = distributions.get(optional.module, [optional.module])[0]
            detail = f"{_version(package)}: {optional.purpose}"
            findings.append(Finding("ok", optional.module, detail))
            continue
        install = f"pip install 'minimax-speech[{optional.extra}]'"
        if optional.compiled and compiler is None:
            install = f"install a C compiler (gcc or clang) and Python's headers, then {install}"
        findings.append(Finding("missing", optional.module, optional.purpose, install))
    return findings


def _version(package: str) -> str:
    try:
        return version_of(package)
    except PackageNotFoundError:
        return "installed"


def _engines() -> list[Finding]:
    from minimax_speech.data.engines import available

    return [
        Finding("missing", name, "an engine for tts prepare synthetic", engine)
        if isinstance(engine, str)
        else Finding("ok", name, "an engine for tts prepare synthetic")
        for name, engine in available().items()
    ]


def _home() -> list[Finding]:
    """Whether voices can be saved; the folder is made when the first one is."""
    folder = home.voices_folder().parent
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return [Finding("ok", "home", f"{folder}: voices and emotions can be saved")]
    advice = "set MINIMAX_SPEECH_HOME to a folder that can be written"
    return [Finding("poor", "home", f"{folder} cannot be written", advice)]


def _disk() -> list[Finding]:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder)[2] / _GIB
    detail = f"{free:.1f} GiB free in {folder}"
    if free >= 1:
        return [Finding("ok", "disk", detail)]
    return [Finding("poor", "disk", detail, "free some, or set TMPDIR to another disk")]


def _ports() -> list[Finding]:
    return [_port(verb, port) for verb, port in _PORTS.items()]


def _port(verb: str, port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            advice = f"choose another: {verb} --port {port + 1}"
            return Finding("poor", f"port {port}", f"in use; {verb} would listen there", advice)
    return Finding("ok", f"port {port}", f"free for {verb}")
