"""Loads a server with many clients and checks that it keeps what it promises.

    python tests/server/load.py --clients 50 --seconds 300

Starts `tts serve` with the bundled model; clients send short texts in all formats, stay away as
long as a 429 says, and sometimes hang up. In the middle they rest for a moment, and in the end a
SIGTERM comes while all of them are busy. Fails if an answer has another status than 200 or 429 (or
503, once the signal has come), if one is incomplete or of an implausible length, if places are not
free when all rest, or if memory grows by more than 5 % after the warm-up.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
TEXTS = (
    "Hello there.",
    "The old house stood at the end of a quiet street.",
    "She put the letter on the table and went out.",
    "We walked along the river until it was dark. Nobody said a word.",
)
HANGS_UP = 0.1
"""Share of requests whose client leaves early."""
SECONDS_PER_CHARACTER = (0.02, 0.25)
"""What is plausible; a short text is said slowly."""
MOST_GROWTH = 5.0
"""Per cent."""


@dataclass
class Findings:
    """What the clients met."""

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    first_seconds: list[float] = field(default_factory=list)
    audio_seconds: float = 0.0


class Load:
    """Clients of one server, until they are told to stop."""

    def __init__(self, url: str) -> None:
        self.url, self.findings = url, Findings()
        self.stopping, self.signalled = threading.Event(), threading.Event()
        self.going = threading.Event()
        self._lock = threading.Lock()

    def run_client(self, number: int) -> None:
        """Send one request after another."""
        rng = random.Random(number)
        with httpx.Client(timeout=310) as client:
            while not self.stopping.is_set():
                self.going.wait()
                self._ask(client, rng)

    def rest(self) -> None:
        """Have all clients rest, and see whether all places become free."""
        self.going.clear()
        end = time.monotonic() + 60
        while (health := httpx.get(f"{self.url}/health").json())["live"] + health["waiting"]:
            if time.monotonic() > end:
                self._fault(f"places are not freed: {health}")
                break
            time.sleep(0.2)
        self.going.set()

    def _ask(self, client: httpx.Client, rng: random.Random) -> None:
        text, format = rng.choice(TEXTS), rng.choice(FORMATS)
        wanted = {"model": "tts-1", "voice": rng.choice(("alloy", "onyx", "nova")), "input": text}
        wanted |= {"response_format": format, "seed": rng.randrange(1000)}
        hangs_up = rng.random() < HANGS_UP
        start, begun = time.monotonic(), False
        try:
            with client.stream("POST", f"{self.url}/v1/audio/speech", json=wanted) as answer:
                status = answer.status_code
                if status != 200:
                    answer.read()
                    self._refused(answer)
                    return
                data = b""
                for piece in answer.iter_raw():
                    self._first(start, begun)
                    begun, data = True, data + piece
                    if hangs_up:
                        self._count("hung up")
                        return
            self._check(text, format, data)
        except httpx.ConnectError:
            self._unless_signalled("no connection")
            self.stopping.wait(0.5)
        except httpx.HTTPError as error:
            # A request on a kept connection may cross the end of the server; an answer may not.
            fault = f"{type(error).__name__} after {'its' if begun else 'no'} first audio"
            if begun:
                self._fault(fault)
            else:
                self._unless_signalled(fault)

    def _refused(self, answer: httpx.Response) -> None:
        self._count(str(answer.status_code))
        allowed = (429, 503) if self.signalled.is_set() else (429,)
        if answer.status_code not in allowed or "retry-after" not in answer.headers:
            self._fault(f"status {answer.status_code}: {answer.text[:200]}")
        self.stopping.wait(float(answer.headers.get("retry-after", 1)))

    def _check(self, text: str, format: str, data: bytes) -> None:
        seconds = decoded_seconds(format, data)
        low, high = SECONDS_PER_CHARACTER
        self._count("200")
        with self._lock:
            self.findings.audio_seconds += seconds
        if not low * len(text) <= seconds <= 1 + high * len(text):
            self._fault(f"{seconds:.2f} s of {format} for {text!r}")

    def _first(self, start: float, begun: bool) -> None:
        if not begun:
            with self._lock:
                self.findings.first_seconds.append(time.monotonic() - start)

    def _unless_signalled(self, fault: str) -> None:
        if self.signalled.is_set():
            self._count("after the end")
        else:
            self._fault(fault)

    def _count(self, what: str) -> None:
        with self._lock:
            self.findings.statuses[what] += 1

    def _fault(self, fault: str) -> None:
        with self._lock:
            self.findings.faults.append(fault)


def decoded_seconds(format: str, data: bytes) -> float:
    """How long an answer sounds."""
    if format == "pcm":
        return len(data) / 2 / 24_000
    import av

    with av.open(io.BytesIO(data)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


def start_server(most_waiting: int) -> tuple[subprocess.Popen[str], str]:
    """A server with the bundled model, and its address."""
    command = [sys.executable, "-m", "minimax_speech.cli", "serve", "--port", "0"]
    command += ["--most-waiting", str(most_waiting)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    for line in process.stderr:
        event = json.loads(line)
        if event["event"] == "listening":
            return process, event["url"]
    raise SystemExit(f"the server ended with {process.wait()}")


def drop_lines(process: subprocess.Popen[str], failures: list[str]) -> None:
    """Read the log, so that the server can write; keep what failed."""
    assert process.stderr is not None
    failures += [line for line in process.stderr if json.loads(line)["level"] == "error"]


def resident_megabytes(pid: int) -> float:
    """Memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def growth(samples: list[float]) -> float:
    """Per cent from the first fifth after the warm-up (the first fifth of all) to the last."""
    fifth = max(1, len(samples) // 5)
    early, late = samples[fifth : 2 * fifth], samples[-fifth:]
    return 100 * (sum(late) / len(late)) / (sum(early) / len(early)) - 100


def main() -> None:
    """Load, watch, signal, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--most-waiting", type=int, default=24, help="few, so that some get 429")
    given = parser.parse_args()
    process, url = start_server(given.most_waiting)
    errors: list[str] = []
    reader = threading.Thread(target=drop_lines, args=(process, errors), daemon=True)
    reader.start()
    load, memory = Load(url), list[float]()
    clients = [
        threading.Thread(target=load.run_client, args=(number,), daemon=True)
        for number in range(given.clients)
    ]
    for client in clients:
        client.start()
    for half in range(2):
        if half:
            load.rest()
        load.going.set()
        end = time.monotonic() + given.seconds / 2
        while time.monotonic() < end:
            time.sleep(1)
            memory.append(resident_megabytes(process.pid))
    busy = httpx.get(f"{url}/health").json()
    load.signalled.set()
    process.send_signal(signal.SIGTERM)
    code = process.wait(320)
    load.stopping.set()
    for client in clients:
        client.join()
    reader.join()
    found = load.findings
    report(found, memory, busy, code)
    faults = found.faults + errors
    if code != 0:
        faults.append(f"the server ended with {code}")
    if growth(memory) > MOST_GROWTH:
        faults.append(f"memory grew by {growth(memory):.1f} %")
    print("\n".join(faults[:20]) or "no fault")
    sys.exit(bool(faults))


def report(found: Findings, memory: list[float], busy: dict[str, object], code: int) -> None:
    """Print what was found."""
    waits = sorted(found.first_seconds)
    print(f"answers: {dict(found.statuses)}; {found.audio_seconds:.0f} s of audio")
    print(f"first audio: median {waits[len(waits) // 2]:.2f} s, longest {waits[-1]:.2f} s")
    print(f"memory: {memory[0]:.0f} MB, then {memory[-1]:.0f} MB, growth {growth(memory):+.1f} %")
    print(f"at the signal: {busy}; exit code {code}")


if __name__ == "__main__":
    main()
