"""The benchmark's arithmetic, by a clock that says what a run took; and what it measures."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny import stored, tiny_speech_lm

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.audio.prosody import AS_IT_IS
from minimax_speech.errors import InputError
from minimax_speech.evaluation.speed import parts, rival, table
from minimax_speech.evaluation.speed.benchmark import Benchmark, Plan, text_for
from minimax_speech.evaluation.speed.meter import Meter, Timing
from minimax_speech.evaluation.speed.pocket_tts_worker import Tokenizer
from minimax_speech.evaluation.speed.subject import RandomBundle, Subject, recipes_of
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens
from minimax_speech.inference.engine import Engine
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.streaming import SpeechStream


def ticking(seconds: float) -> Callable[[], float]:
    """A clock on which everything takes so long."""
    now = iter(range(10**6))
    return lambda: seconds * next(now)


@pytest.fixture
def subject(tiny_model: Path) -> Subject:
    tts = MiniMaxSpeech(Bundle.load(tiny_model))

    def say(texts, seeds) -> list[Audio]:
        options = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
        return tts.synthesize(list(texts), seed=list(seeds), **options)

    def stream(text: str) -> SpeechStream:
        def pieces() -> Generator[Samples]:
            yield torch.zeros(12_000).numpy()
            raise AssertionError("only the first piece is asked for")

        return streamed(pieces())

    return Subject("tiny", False, tts._bundle, say, stream)


def streamed(pieces: Generator[Samples]) -> SpeechStream:
    return SpeechStream(pieces, Recording(24_000, AS_IT_IS), lambda lines, seconds: [])


def test_times_are_those_of_the_runs_that_count() -> None:
    done = []
    meter = Meter("cpu", repeats=3, warmups=2, clock=ticking(0.5))
    timing = meter.time(lambda: done.append(1))
    assert timing.runs == [0.5, 0.5, 0.5]
    assert len(done) == 5
    facts = Timing([3.0, 1.0, 2.0]).facts()
    assert (facts["median"], facts["min"], facts["max"]) == (2.0, 1.0, 3.0)


def test_bandwidth_is_bytes_over_seconds() -> None:
    speeds = Meter("cpu", clock=ticking(2.0)).bandwidth(size=4000)
    assert speeds == {"read": 2000.0, "copy": 4000.0}


def test_a_step_reads_weights_and_cache() -> None:
    model = tiny_speech_lm(300)  # dim 32, 2 layers, 4 heads, 2 of keys and values, ffn 64
    matrices = 32 * 64 + 32 * 32 + 3 * 32 * 64
    cache = 4 * 2 * 2 * 2 * 8 * 10
    assert Engine(model).step_bytes(1, 10) == 4 * (2 * matrices + 26 * 32) + cache
    whole_numbers = 2 * matrices + 26 * 32
    read = Engine(stored(model)).step_bytes(3, 10) - 3 * cache
    assert whole_numbers < read < 2 * whole_numbers  # and scales, and norms
    found = parts.against_floor({"step_bytes": 500.0, "step": 1.0}, 2, 1000.0)
    assert found == {"floor_tokens_per_second": 4.0, "share_of_floor": 0.5}


def test_the_report_adds_up(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    generate, asked = Engine.generate, []

    def listen(self, requests):
        results = generate(self, requests)
        asked.append([len(result.tokens) for result in results])
        return results

    monkeypatch.setattr(Engine, "generate", listen)
    meter = Meter("cpu", repeats=2, warmups=0, clock=ticking(0.5))
    monkeypatch.setattr(meter, "bandwidth", lambda: {"read": 1e6, "copy": 5e5})
    report = Benchmark(subject, Plan((2, 1), seconds=2.0), meter).run()
    assert json.loads(json.dumps(report)) == report
    assert [row["batch"] for row in report["batches"]] == [1, 2]
    assert [50, 50] in asked  # forced, whatever the model would say
    for row in report["batches"]:
        speech, lm = 2.0 * row["batch"], row["speech_lm"]
        assert lm["tokens_per_second"] == 25 * speech / 0.5
        assert lm["floor_tokens_per_second"] == pytest.approx(row["batch"] * 1e6 / lm["step_bytes"])
        assert lm["share_of_floor"] == pytest.approx(lm["step_bytes"] / 1e6 / lm["step"])
        for part in ("speech_lm", "flow_matching", "decoder"):
            assert row[part]["real_time_factor"] == 0.5 / speech
        whole = row["whole"]
        assert whole["real_time_factor"] == 0.5 / whole["speech_seconds"]
        assert row["peak_bytes"] > 1 << 20
    assert report["first_audio"]["seconds"]["median"] == 0.5
    assert report["first_audio"]["speech_seconds"] == 0.5
    counts = report["model"]["parameters"]
    assert counts["all"] == sum(count for name, count in counts.items() if name != "all")
    assert counts["speech_lm"] == sum(p.numel() for p in subject.bundle.speech_lm.parameters())
    assert "random weights" not in table.table(report)
    assert "2 " in table.table(report).splitlines()[-2]


def test_a_picture_is_drawn(subject: Subject, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    meter = Meter("cpu", repeats=1, warmups=0, clock=ticking(0.5))
    report = Benchmark(subject, Plan((1,), seconds=1.0), meter).run()
    table.plot(report, tmp_path / "speed.png")
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")


def test_texts_are_about_as_long_as_asked() -> None:
    for seconds in (1.0, 10.0, 30.0):
        found = expected_tokens(text_for(seconds)) / TOKENS_PER_SECOND
        assert abs(found - seconds) < 5


def test_random_weights_of_a_recipes_size_speak_and_do_not_end() -> None:
    bundle = RandomBundle(recipes_of("toy"))
    audio = MiniMaxSpeech(bundle).synthesize("Hello there.", language="en")
    most = 2 * expected_tokens("Hello there.") / TOKENS_PER_SECOND + 1
    assert audio.seconds == pytest.approx(most, abs=0.3)
    config = bundle.speech_lm.config
    assert config.text_vocab == bundle.text_tokenizer.vocab_size
    with pytest.raises(InputError, match=r"'giant'.*toy"):
        recipes_of("giant")


def test_turns_are_taken_and_ratios_are_of_neighbours() -> None:
    turns: list[str] = []
    ours_total, theirs_total = iter((9.0, 1.0, 2.0)), iter((9.0, 4.0, 4.0))

    def ours() -> rival.Run:
        turns.append("ours")
        return {"total": next(ours_total), "first": 0.25, "speech": 4.0}

    def theirs(seconds: float) -> rival.Run:
        assert seconds == 4.0
        turns.append("theirs")
        return {"total": next(theirs_total), "first": 0.5, "speech": 4.0}

    found = rival.compare(ours, theirs, repeats=2)
    assert turns == ["ours", "theirs"] * 3
    assert found["ratio"]["runs"] == [4.0, 2.0]
    assert found["ours"]["real_time_factor"]["runs"] == [0.25, 0.5]
    assert found["ours"]["first_audio"]["median"] == 0.25
    assert found["theirs"]["first_audio"]["median"] == 0.5


def test_our_side_is_streamed(subject: Subject) -> None:
    def stream(text: str) -> SpeechStream:
        return streamed(torch.zeros(24_000).numpy() for _ in range(2))

    run = rival.our_run(replace(subject, stream=stream), "Hi.", ticking(1.0))
    assert run == {"first": 1.0, "total": 2.0, "speech": 2.0}


def test_an_unknown_rival_is_refused() -> None:
    with pytest.raises(InputError, match="'nobody'"):
        rival.find_rival("nobody")


def test_the_stand_in_tokenizer_gives_texts_back() -> None:
    tokenizer = Tokenizer()
    text = "It cost 3.50, didn't it? Yes!"
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer(text).tolist() == [ids]
    assert len(ids) < len(text) / 2 + 3
