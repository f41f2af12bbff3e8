"""The benchmark: memory, each part and the whole at several batch sizes, and the first sound."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from minimax_speech.audio.io import Audio
from minimax_speech.evaluation.speed import parts
from minimax_speech.evaluation.speed.environment import environment
from minimax_speech.evaluation.speed.meter import Meter
from minimax_speech.evaluation.speed.subject import Subject
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens

SENTENCES = (
    "The ferry leaves the harbour at half past seven in the morning, and comes back at night.",
    "She had never seen so many books in one small room, and she wanted to read all of them.",
    "Nobody expected the old clock to strike thirteen times, but everybody heard it.",
    "In the evening the wind grew stronger, and the fishermen pulled their boats up the beach.",
)

Step = tuple[str, Callable[[], None]]
Show = Callable[[Sequence[Step]], Iterable[Step]]


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        batches: numbers of utterances at once, the smallest first.
        seconds: of speech in each utterance.
    """

    batches: Sequence[int] = (1, 4)
    seconds: float = 10.0

    @property
    def tokens(self) -> int:
        """In each utterance."""
        return max(1, round(self.seconds * TOKENS_PER_SECOND))


def text_for(seconds: float) -> str:
    """Sentences that take about so many seconds to say; at least one."""
    text = ""
    for number in range(max(1, round(10 * seconds))):
        longer = f"{text} {SENTENCES[number % len(SENTENCES)]}".strip()
        over = expected_tokens(longer) / TOKENS_PER_SECOND - seconds
        if text and over > seconds - expected_tokens(text) / TOKENS_PER_SECOND:
            break
        text = longer
    return text


class Benchmark:
    """Measures one model by a plan."""

    def __init__(self, subject: Subject, plan: Plan, meter: Meter) -> None:
        self.subject, self.plan, self.meter = subject, plan, meter
        self._text = text_for(plan.seconds)

    def run(self, show: Show = iter) -> dict[str, Any]:
        """The report, as JSON knows it. ``show`` passes the steps through and may name them."""
        report: dict[str, Any] = {
            "environment": environment(self.meter.device),
            "model": self.subject.facts(),
            "settings": {
                **asdict(self.subject.bundle.config.generation),
                "seconds": self.plan.seconds,
                "tokens": self.plan.tokens,
                "repeats": self.meter.repeats,
                "warmups": self.meter.warmups,
            },
            "bytes_per_second": {},
            "batches": [],
            "first_audio": {},
        }
        for _, step in show(list(self._steps(report))):
            step()
        return report

    def _steps(self, report: dict[str, Any]) -> Iterator[Step]:
        def memory() -> None:
            report["bytes_per_second"] = speeds = self.meter.bandwidth()
            for row in report["batches"]:
                found = parts.against_floor(row["speech_lm"], row["batch"], max(speeds.values()))
                row["speech_lm"] |= found

        def first() -> None:
            report["first_audio"] = self._first_audio()

        yield "first audio", first
        for batch in sorted(self.plan.batches):
            yield from self._batch(report, batch)
        # Last, since its blocks would count as the peak of a process.
        yield "memory", memory

    def _batch(self, report: dict[str, Any], batch: int) -> Iterator[Step]:
        row: dict[str, Any] = {"batch": batch}
        bundle, meter, tokens = self.subject.bundle, self.meter, self.plan.tokens

        def decode() -> None:
            report["batches"].append(row)
            meter.forget_peak()
            row["speech_lm"] = parts.decoding(bundle, meter, self._text, batch, tokens)

        def flow() -> None:
            row["flow_matching"] = parts.flow_matching(bundle, meter, batch, tokens)

        def decoder() -> None:
            row["decoder"] = parts.decoder(bundle, meter, batch, tokens)

        def whole() -> None:
            row["whole"] = self._whole(batch)
            row["peak_bytes"] = meter.peak_bytes()

        yield f"speech language model, {batch} at once", decode
        yield f"flow matching, {batch} at once", flow
        yield f"decoder, {batch} at once", decoder
        yield f"from texts to waveforms, {batch} at once", whole

    def _whole(self, batch: int) -> dict[str, Any]:
        """Texts to waveforms, as users have them spoken."""
        spoken: list[Audio] = []

        def work() -> None:
            spoken[:] = self.subject.say([self._text] * batch, range(batch))

        timing = self.meter.time(work)
        return parts.speed(timing, sum(audio.seconds for audio in spoken))

    def _first_audio(self) -> dict[str, Any]:
        """Seconds until the first piece of a stream is there, and how much it holds."""
        held: list[float] = []

        def work() -> None:
            pieces = self.subject.stream(self._text)
            held.append(next(pieces).seconds)
            pieces.close()

        timing = self.meter.time(work)
        return {"seconds": timing.facts(), "speech_seconds": held[-1]}
