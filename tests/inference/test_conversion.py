"""A recording in another voice: nothing is lost or moved, and windows do not show."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.inference import conversion
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.conversion import convert
from minimax_speech.inference.references import clone
from minimax_speech.inference.settings import Settings
from minimax_speech.voice import Prompt, Voice

RATE = 24_000
SETTINGS = Settings(steps=1, cfg_scale=0.0)
REACH = 8
"""Tokens to either side on which a latent depends in `local_render`."""


@pytest.fixture
def bundle(tiny_model: Path) -> Bundle:
    return Bundle.load(tiny_model)


def to(bundle: Bundle, samples: Samples, voice: Voice | None = None, seed: int = 0) -> Samples:
    return convert(bundle, samples, voice or bundle.default_voice, SETTINGS, seed, "talk.wav")


@pytest.mark.parametrize("length", [24_000, 24_001, 24_959, 100_003])
def test_the_length_stays_to_the_sample(bundle: Bundle, length: int) -> None:
    converted = to(bundle, tone(5.0)[:length])
    assert converted.shape == (length,)
    assert converted.dtype == np.float32
    assert np.isfinite(converted).all()


@pytest.mark.parametrize("gain", [0.03, 0.5])
def test_the_loudness_stays_and_does_not_matter_otherwise(bundle: Bundle, gain: float) -> None:
    source = tone(2.0)
    quiet, loud = to(bundle, np.float32(gain) * source), to(bundle, source)
    wanted = levels.inspect(np.float32(gain) * source, RATE).rms_db
    assert levels.inspect(quiet, RATE).rms_db == pytest.approx(wanted, abs=0.1)
    assert np.corrcoef(quiet, loud)[0, 1] > 0.99


def test_what_was_loud_is_not_clipped(bundle: Bundle) -> None:
    assert np.abs(to(bundle, np.clip(50 * tone(2.0), -1, 1))).max() <= 1


def test_seed_and_voice_decide(bundle: Bundle) -> None:
    source, other = tone(2.0), clone(bundle, [tone(1.5, 400)], "other")
    assert np.array_equal(to(bundle, source, seed=1), to(bundle, source, seed=1))
    assert not np.allclose(to(bundle, source, seed=1), to(bundle, source, seed=2), atol=1e-3)
    assert not np.allclose(to(bundle, source), to(bundle, source, other), atol=1e-3)


def local_render(heard: list[tuple[Prompt, int]]) -> Callable[..., np.ndarray]:
    """Stands in for flow matching: a latent is the mean of the tokens around it.

    Remembers the prompt and the number of tokens of each window.
    """

    def render(
        bundle: Bundle, tokens: np.ndarray, voice: Voice, settings: Settings, seed: int
    ) -> np.ndarray:
        prompt = voice.prompt
        assert prompt is not None
        assert len(prompt.latents) == 2 * len(prompt.tokens)
        row = np.concatenate((prompt.tokens, tokens))
        means = np.convolve(row, np.ones(2 * REACH + 1), "same")[len(prompt.tokens) :]
        heard.append((prompt, len(tokens)))
        return np.tile(np.repeat(means, 2)[:, None], 16).astype(np.float32)

    return render


@pytest.mark.parametrize("prompted", [True, False])
@pytest.mark.parametrize("count", [20, 125, 126, 130, 900])
def test_windows_equal_the_whole(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, count: int, prompted: bool
) -> None:
    heard: list[tuple[Prompt, int]] = []
    monkeypatch.setattr(conversion, "_render", local_render(heard))
    voice = bundle.default_voice if prompted else Voice.mix([bundle.default_voice])
    own = voice.prompt.tokens if voice.prompt else np.zeros(0, np.int32)
    tokens = np.random.default_rng(count).integers(0, 25, count).tolist()

    def latents(max_seconds: float) -> np.ndarray:
        heard.clear()
        bundle.config = dataclasses.replace(bundle.config, max_seconds=max_seconds)
        return conversion._latents(bundle, tokens, voice, SETTINGS, 0, None)

    whole = latents(60.0)
    assert len(heard) == 1
    windowed = latents(1.0)
    assert len(heard) == -(-count // 125)  # however little there is room for
    assert windowed.shape == (2 * count, 16)
    assert np.allclose(windowed, whole)
    for number, (prompt, _) in enumerate(heard):
        start = 125 * number
        first = max(0, start - 25)
        assert prompt.tokens.tolist() == [*own.tolist(), *tokens[first:start]]
        assert np.array_equal(prompt.latents[2 * len(own) :], windowed[2 * first : 2 * start])


def test_flow_matching_is_given_no_more_than_it_has_seen(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[Prompt, int]] = []
    monkeypatch.setattr(conversion, "_render", local_render(heard))
    conversion._latents(bundle, [1] * 1_000, bundle.default_voice, SETTINGS, 0, None)
    most = max(len(prompt.tokens) + count for prompt, count in heard)
    assert most == 25 * bundle.config.max_seconds


def test_a_window_goes_on_from_its_prompt(bundle: Bundle) -> None:
    tokens, voice = np.arange(20, dtype=np.int32), bundle.default_voice
    assert voice.prompt is not None
    louder = dataclasses.replace(voice.prompt, latents=3 * voice.prompt.latents)
    nothing = Prompt(None, tokens[:0], voice.prompt.latents[:0])
    made = [
        conversion._render(bundle, tokens, dataclasses.replace(voice, prompt=prompt), SETTINGS, 0)
        for prompt in (voice.prompt, voice.prompt, louder, nothing)
    ]
    assert [latents.shape for latents in made] == [(40, 16)] * 4
    assert np.array_equal(made[0], made[1])
    assert not np.allclose(made[0], made[2], atol=1e-3)
    assert not np.allclose(made[0], made[3], atol=1e-3)


def test_a_long_recording_is_decoded_in_parts(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = np.random.default_rng(0).standard_normal((200, 16)).astype(np.float32)
    whole = conversion._waveform(bundle, latents)
    monkeypatch.setattr(conversion, "_DECODED", 30)
    assert np.allclose(conversion._waveform(bundle, latents), whole, atol=1e-4)


def test_windows_are_counted(bundle: Bundle) -> None:
    steps: list[tuple[int, int]] = []
    converted = convert(
        bundle,
        tone(21.0),
        bundle.default_voice,
        SETTINGS,
        0,
        "talk.wav",
        lambda done, of: steps.append((done, of)),
    )
    assert len(converted) == 21 * RATE
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("samples", "part"),
    [
        (tone(0.5), "lasts 0.50 s; at least 1 s"),
        (np.zeros(48_000, np.float32), "is silent"),
        (np.full(48_000, 0.5, np.float32), "is silent"),
        (np.float32(1e-4) * tone(2.0), "is silent"),
    ],
)
def test_what_cannot_be_converted(bundle: Bundle, samples: Samples, part: str) -> None:
    with pytest.raises(InputError, match=rf"talk\.wav {part}"):
        to(bundle, samples)
