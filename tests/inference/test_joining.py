"""Pieces of speech between silences: what a text asks for is exact, the rest follows the speed."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.audio.prosody import AS_IT_IS, Prosody
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.pipeline import Pipeline, SpeechRequest
from minimax_speech.inference.script import Line, write_script
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.takes import Take

RATE = 24_000
SETTINGS = Settings(temperature=1.0, steps=1, cfg_scale=0.0)


def silences(samples: Samples) -> list[int]:
    """Lengths of the stretches of 50 zeros or more, as files of 16 bits have them."""
    written = (samples * 32767).round() == 0
    runs = [(bool(zero), len(list(run))) for zero, run in itertools.groupby(written)]
    return [length for zero, length in runs if zero and length >= 50]


@pytest.fixture(scope="module")
def pipeline(tiny_model: Path) -> Pipeline:
    return Pipeline(Bundle.load(tiny_model))


def spoken(pipeline: Pipeline, text: str, prosody: Prosody) -> Samples:
    request = SpeechRequest(text, pipeline.bundle.default_voice, "en", 1, prosody=prosody)
    return pipeline.speak([request], SETTINGS)[0].samples


@pytest.mark.parametrize("prosody", [Prosody(), Prosody(2.0, 3, 5), Prosody(0.5)])
def test_a_pause_is_exact_to_the_sample(pipeline: Pipeline, prosody: Prosody) -> None:
    text = "<#0.30001#>Hi there.<#0.5#>You <#1#><#0.25#> there?<#0.7#>"
    samples = spoken(pipeline, text, prosody)
    asked = [round(seconds * RATE) for seconds in (0.30001, 0.5, 1.25, 0.7)]
    assert silences(samples) == asked
    assert not samples[: asked[0]].any()
    assert samples[asked[0]]
    assert not samples[-asked[-1] :].any()


def test_other_pauses_go_with_the_speed(pipeline: Pipeline) -> None:
    text = "The quick brown fox jumps over it.\n\nThe quick brown fox jumps over it."
    for speed, seconds in ((1.0, 0.6), (2.0, 0.3), (0.5, 1.2)):
        longest = max(silences(spoken(pipeline, text, Prosody(speed))))
        assert longest == pytest.approx(seconds * RATE, abs=0.005 * RATE)


def take(samples: Samples) -> Take:
    return Take("Hi.", [1] * (len(samples) // 960), True, samples, RATE)


def record(recording: Recording, line: Line, samples: Samples, piece: int = 10**9) -> Samples:
    """A line, its samples coming in pieces of some length."""
    pieces = [samples[start : start + piece] for start in range(0, len(samples), piece)]
    parts = [recording.begin(line), *map(recording.push, pieces), recording.end(take(samples))]
    return np.concatenate(parts)


def recorded(samples: Samples, line: Line, prosody: Prosody = AS_IT_IS, piece: int = 10**9):
    return record(Recording(RATE, prosody), line, samples, piece)


def test_margins_of_the_speech_do_not_add_to_a_pause() -> None:
    silent = np.zeros(RATE // 2, np.float32)
    sound = np.concatenate([silent, tone(1.0), silent])
    plain = recorded(sound, Line("Hi.", 0.0))
    assert len(plain) == pytest.approx(1.2 * RATE, abs=0.021 * RATE)
    asked = recorded(sound, Line("Hi.", 0.0, 0.25, 0.5))
    assert len(asked) == pytest.approx((1.02 + 0.75) * RATE, abs=0.021 * RATE)


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("line", [Line("Hi.", 0.0), Line("Hi.", 0.0, 0.25, 0.5)])
def test_a_recording_knows_where_the_tokens_of_its_lines_begin(line: Line, speed: float) -> None:
    sound = np.concatenate([np.zeros(RATE // 2, np.float32), tone(1.0)])
    recording = Recording(RATE, Prosody(speed))
    heard = 0
    for spoken in (Line("Hi.", 0.3), line):
        before = recording.length
        samples = record(recording, spoken, sound)
        heard = before + np.flatnonzero(np.abs(samples) > 0.001)[0]
    assert recording.lines[-1].offset + 0.5 / speed == pytest.approx(heard / RATE, abs=0.03)


@pytest.mark.parametrize("prosody", [AS_IT_IS, Prosody(1.3, 2, 4)])
@pytest.mark.parametrize("piece", [1_000, 7_777])
def test_lines_that_come_in_pieces_are_recorded_alike(prosody: Prosody, piece: int) -> None:
    silent = np.zeros(RATE // 3, np.float32)
    sounds = [np.concatenate([silent, level * tone(1.1), silent]) for level in (1.0, 0.05)]
    lines = [Line("Hi.", 0.25), Line("Hi.", 0.6, 0.5, 0.0), Line("Hi.", 0.6)]
    whole, cut = Recording(RATE, prosody), Recording(RATE, prosody)
    for line, sound in zip(lines, [*sounds, silent], strict=True):
        expected = record(whole, line, sound)
        assert np.array_equal(record(cut, line, sound, piece), expected)
    assert cut.lines == whole.lines
    assert cut.length == whole.length


def test_a_pause_comes_before_the_next_line_only() -> None:
    recording = Recording(RATE, AS_IT_IS)
    first = record(recording, Line("Hi.", 0.25), tone(1.0))
    second = record(recording, Line("Hi.", 0.6), tone(1.0))
    assert len(second) - len(first) == RATE // 4
    assert not second[: RATE // 4].any()
    assert max(abs(first[0]), abs(first[-1])) < 0.02 * np.abs(first).max()


def test_speed_pitch_and_volume_reach_the_speech(pipeline: Pipeline) -> None:
    plain, slow, loud = (
        spoken(pipeline, "Hello there.", p) for p in (Prosody(), Prosody(0.5), Prosody(volume=0.5))
    )
    assert len(slow) == 2 * len(plain)
    assert np.array_equal(loud, plain * np.float32(0.5))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Hi.", [("Hi.", 0.6, None, None)]),
        ("Hi <#2#> you", [("Hi.", 0.0, None, 2.0), ("you.", 0.6, 0.0, None)]),
        ("<#1#> Hi", [("Hi.", 0.6, 1.0, None)]),
        ("Hi<#1#>.<#2#>", [("Hi.", 0.0, None, 3.0)]),
        ("Hi <#0#> you", [("Hi.", 0.0, None, 0.0), ("you.", 0.6, 0.0, None)]),
    ],
)
def test_a_script_knows_its_silences(text: str, lines: list[tuple[object, ...]]) -> None:
    found = write_script(text, "en", 14.0)
    assert [(line.text, line.pause, line.lead, line.trail) for line in found] == lines
