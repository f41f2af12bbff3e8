"""What is streamed is what is said as a whole, and comes before all of it is there."""

from pathlib import Path

import numpy as np
import pytest
from tiny import tone

from minimax_speech.api import MiniMaxSpeech
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.inference.acoustic_stream import AcousticStream, make_audible
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.references import clone
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_sampling import BLOCK, FIRST_BLOCK
from minimax_speech.voice import Voice

SENTENCES = [
    "Hi.",
    "The quick brown fox jumps over the lazy dog.",
    "It was not amused, <#0.4#> and neither was the dog!",
    "Nobody saw where it went after that.",
    "Why not?",
]
TEXTS = ["Hi.", SENTENCES[1], " ".join(SENTENCES[:3]), "\n\n".join(2 * SENTENCES)]


@pytest.fixture(scope="module")
def tts(tiny_model: Path) -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(tiny_model, "cpu")


@pytest.fixture(scope="module")
def bundle(tiny_model: Path) -> Bundle:
    return Bundle.load(tiny_model)


@pytest.fixture(scope="module")
def voices(bundle: Bundle) -> list[Voice]:
    """One of timbre alone, one with a prompt."""
    return [Voice.mix([bundle.default_voice], name="plain"), clone(bundle, [tone(1.7)], "prompted")]


def assert_alike(ours: Samples, theirs: Samples) -> None:
    assert ours.shape == theirs.shape
    difference = np.sqrt(np.square(ours - theirs).mean() / np.square(theirs).mean())
    assert difference <= 1e-3


@pytest.mark.parametrize("tokens", [1, 13, 14, 15, 24, 25, 26, 70])
@pytest.mark.parametrize("settings", [Settings(steps=2), Settings(steps=1, cfg_scale=0)])
@pytest.mark.parametrize("piece", [1, 7, 100])
def test_a_line_sounds_the_same_however_its_tokens_come_in(
    tokens: int, settings: Settings, piece: int, bundle: Bundle, voices: list[Voice]
) -> None:
    acoustics = Acoustics(bundle)
    row = [(7 * number) % 25 for number in range(tokens)]
    for voice in voices:
        lines = [TokenLine(voice, row, 3)]
        whole = acoustics.decode(lines, acoustics.latents(lines, settings))[0]
        stream = AcousticStream(acoustics, voice, 3, settings)
        pieces = [stream.push(row[start : start + piece]) for start in range(0, tokens, piece)]
        assert_alike(np.concatenate([*pieces, stream.finish()]), whole)


def test_a_line_is_heard_before_all_its_tokens_are_there(
    bundle: Bundle, voices: list[Voice]
) -> None:
    acoustics = Acoustics(bundle)
    ahead = acoustics.flow.network.look_ahead
    stream = AcousticStream(acoustics, voices[1], 3, Settings(steps=1))
    first = next(count for count in range(1, 99) if len(stream.push([count % 25])))
    assert first == FIRST_BLOCK + ahead
    second = next(count for count in range(first + 1, 99) if len(stream.push([count % 25])))
    assert second == BLOCK + ahead


@pytest.mark.parametrize("compiled", [True, False])
def test_lines_that_are_made_side_by_side_sound_as_alone(
    compiled: bool, tiny_model: Path, voices: list[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not compiled:
        monkeypatch.setattr(Bundle, "compiled_flow", None)
    acoustics = Acoustics(Bundle.load(tiny_model))
    guided, plain = Settings(steps=2, cfg_scale=1.0), Settings(steps=1, cfg_scale=0.0)
    lengths = [(guided, 70), (guided, 90), (plain, 61), (guided, 83), (plain, 3), (guided, 1)]
    lines = [
        (voices[number % len(voices)], settings, [place % 25 for place in range(count)])
        for number, (settings, count) in enumerate(lengths)
    ]
    alone, together = (
        [AcousticStream(acoustics, voice, seed, settings)
         for seed, (voice, settings, _) in enumerate(lines)]
        for _ in range(2)
    )  # fmt: skip
    pieces: list[list[Samples]] = [[] for _ in lines]
    for start in range(0, 90, 30):
        for stream, (_, _, tokens) in zip(together, lines, strict=True):
            stream.take(tokens[start : start + 30], ended=start + 30 >= len(tokens))
        for number, samples in enumerate(make_audible(together)):
            pieces[number].append(samples)
    for stream, found, (_, _, tokens) in zip(alone, pieces, lines, strict=True):
        assert_alike(np.concatenate(found), np.concatenate([stream.push(tokens), stream.finish()]))


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(
    ("text", "prosody"),
    [*((text, {}) for text in TEXTS), (TEXTS[2], {"speed": 1.25, "pitch": 2.0})],
)
def test_streamed_equals_whole(
    text: str, prosody: dict[str, float], live: bool, tts: MiniMaxSpeech
) -> None:
    # Without randomness a line that went wrong is not tried again, so random weights will do.
    options = {"temperature": 0.0, "steps": 2, **prosody}
    whole = tts.synthesize(text, seed=5, **options)
    stream = tts.stream(text, seed=5, live=live, **options)
    chunks = list(stream)
    assert_alike(np.concatenate([chunk.samples for chunk in chunks]), whole.samples)
    assert {chunk.sample_rate for chunk in chunks} == {whole.sample_rate}
    assert stream.seconds == whole.seconds
    assert stream.words == whole.words
    if live and len(text) > 10:
        assert len(chunks) > 2


def test_a_stream_may_be_left(tts: MiniMaxSpeech) -> None:
    for chunk in tts.stream(TEXTS[2], temperature=0.0, steps=1):
        assert len(chunk.samples)
        break
    assert tts.synthesize("Hi.", temperature=0.0, steps=1).seconds > 0


def test_the_speech_so_far_is_known(tts: MiniMaxSpeech) -> None:
    stream = tts.stream(TEXTS[3], temperature=0.0, steps=1)
    seconds = 0.0
    for chunk in stream:
        seconds += chunk.seconds
        assert stream.seconds >= seconds - 1e-9
    assert stream.heard is None


def test_bad_input_is_refused_before_the_first_piece(tts: MiniMaxSpeech) -> None:
    with pytest.raises(InputError, match="nothing to say"):
        tts.stream("...")
    with pytest.raises(InputError, match="a string"):
        tts.stream(["one", "two"])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="steps"):
        tts.stream("Hi.", steps=0)
