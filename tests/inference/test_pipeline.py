"""Text and voice to waveform: batches equal singles, prompts are cut off, nothing is lost."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.inference import acoustics, references
from minimax_speech.inference import pipeline as pipelines
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.attempts import ATTEMPTS
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.engine import Generated
from minimax_speech.inference.pipeline import Pipeline, SpeechRequest
from minimax_speech.inference.references import clone
from minimax_speech.inference.script import Line, write_script
from minimax_speech.inference.settings import Settings
from minimax_speech.voice import Voice

RATE = 24_000
SETTINGS = Settings(temperature=1.0, steps=2)
TEXTS = [
    "Hi.",
    "The quick brown fox jumps over the lazy dog. It was not amused, and neither was the dog.",
    "Hello there, how are you?",
]


@pytest.fixture(scope="module")
def pipeline(tiny_model: Path) -> Pipeline:
    return Pipeline(Bundle.load(tiny_model))


@pytest.fixture(scope="module")
def voices(pipeline: Pipeline) -> list[Voice]:
    """One of timbre alone, one with a prompt and its text, one with a prompt without text."""
    bundle = pipeline.bundle
    return [
        Voice.mix([bundle.default_voice], name="plain"),
        clone(bundle, [tone(1.7, 150)], "prompted", "Hello there."),
        clone(bundle, [tone(1.5, 310), tone(2.0, 300)], "pooled"),
    ]


def syllables(count: int, first: int = 0) -> list[int]:
    """Audio tokens as varied as those of speech."""
    return [(first + number) % 25 for number in range(count)]


def relative(ours: Samples, theirs: Samples) -> float:
    assert ours.shape == theirs.shape
    return float(np.sqrt(np.square(ours - theirs).mean() / np.square(theirs).mean()))


def test_a_batch_equals_singles(pipeline: Pipeline, voices: list[Voice]) -> None:
    requests = [
        SpeechRequest(text, voice, "en", seed)
        for seed, (text, voice) in enumerate(zip(TEXTS, voices, strict=True))
    ]
    together = pipeline.speak(requests, SETTINGS)
    for request, speech in zip(requests, together, strict=True):
        alone = pipeline.speak([request], SETTINGS)[0]
        assert relative(speech.samples, alone.samples) <= 1e-3
        assert speech.lines == alone.lines
        assert speech.samples.dtype == np.float32
        assert np.isfinite(speech.samples).all()


def test_flow_matching_ignores_padding(pipeline: Pipeline, voices: list[Voice]) -> None:
    rows = ([3, 1, 4], list(range(25)) * 3, [7] * 31)
    lines = [
        TokenLine(voice, tokens, seed)
        for seed, (voice, tokens) in enumerate(zip(voices, rows, strict=True))
    ]
    made = Acoustics(pipeline.bundle)
    for line, row in zip(lines, made.latents(lines, SETTINGS), strict=True):
        alone = made.latents([line], SETTINGS)[0]
        assert torch.allclose(row[: len(alone)], alone, atol=1e-4)


@pytest.mark.parametrize("most", [1, 150, 10_000])
def test_lines_that_are_decoded_together_sound_as_alone(
    most: int, pipeline: Pipeline, voices: list[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(acoustics.FRAMES_AT_ONCE, "cpu", most)
    made, generator = Acoustics(pipeline.bundle), torch.Generator().manual_seed(0)
    counts = [40, 1, 40, 97, 3, 58]
    lines = [TokenLine(voices[n % 3], [0] * count, 0) for n, count in enumerate(counts)]
    latents = torch.randn(len(lines), 2 * max(counts), made._dim, generator=generator)
    for line, row, wave in zip(lines, latents, made.decode(lines, latents), strict=True):
        context = made.context(line.voice)
        whole = torch.cat((context, row[: 2 * len(line.tokens)]))
        with torch.inference_mode():
            alone = made.decoder.decode(whole[None])[0, 480 * len(context) :].numpy()
        assert np.isfinite(wave).all()
        assert len(wave) == 960 * len(line.tokens)
        assert np.abs(wave - alone).max() <= 1e-6 * np.abs(alone).max()
    assert made.decode([], []) == []


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(1, 200))
def test_each_row_is_in_one_group_that_is_not_too_large(lengths: list[int], most: int) -> None:
    groups = acoustics._groups(lengths, most)
    assert sorted(number for group in groups for number in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[number] for number in group) <= most


@pytest.mark.parametrize(
    ("lengths", "tokens"), [([1.0], 25), ([1.99], 49), ([1.0, 3.0, 2.0], 75), ([1.0, 9.0], 100)]
)
def test_a_prompt_is_the_beginning_of_the_longest_clip(
    lengths: list[float], tokens: int, pipeline: Pipeline
) -> None:
    clips = [tone(seconds, 200 + 100 * number) for number, seconds in enumerate(lengths)]
    prompt = clone(pipeline.bundle, clips, "cloned").prompt
    assert prompt is not None
    assert prompt.text is None
    assert prompt.tokens.shape == (tokens,)
    assert len(prompt.latents) == 2 * tokens
    begun = clone(pipeline.bundle, [max(clips, key=len)[: 960 * tokens]], "begun").prompt
    assert begun is not None
    assert np.array_equal(prompt.tokens, begun.tokens)
    assert np.array_equal(prompt.latents, begun.latents)
    if len(clips) > 1:
        other = clone(pipeline.bundle, clips[:1], "other").prompt
        assert other is not None
        assert not np.allclose(prompt.latents[:20], other.latents[:20])


def test_a_prompt_that_is_cut_ends_in_a_pause(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[np.ndarray] = []
    encode = references.encode
    monkeypatch.setattr(
        references,
        "encode",
        lambda b, wave, text: heard.append(wave.numpy()) or encode(b, wave, text),
    )
    clip = tone(5.0)
    before = clip.copy()
    clone(pipeline.bundle, [clip], "cloned")
    wave, pause, fade = heard[0], 3 * 960, 960
    assert len(wave) == 4 * RATE
    assert np.array_equal(wave[: -pause - fade], clip[: len(wave) - pause - fade])
    assert not wave[-pause:].any()
    assert np.abs(wave[-pause - 50 : -pause]).max() < 0.05 * np.abs(clip).max()
    assert np.array_equal(clip, before)


def test_only_flow_matching_goes_on_from_a_prompt_without_text(
    pipeline: Pipeline, voices: list[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_finished = pipeline._engine.as_finished
    heard: list[tuple[list[int], list[int], list[int]]] = []  # text, prompt, tokens

    def listen(requests, *rows):
        for number, result in as_finished(requests, *rows):
            heard.append((requests[number].text, list(requests[number].prompt), result.tokens))
            yield number, result

    monkeypatch.setattr(pipelines, "_record", lambda utterance, _: [utterance.take.samples])
    monkeypatch.setattr(pipeline._engine, "as_finished", listen)
    request = SpeechRequest("Hello there.", voices[2], "en", 3)
    spoken = pipeline.speak([request], SETTINGS)[0].samples
    with_prompt = heard.copy()
    heard.clear()
    timbre = dataclasses.replace(voices[2], prompt=None)
    plain = pipeline.speak([dataclasses.replace(request, voice=timbre)], SETTINGS)[0].samples
    assert with_prompt == heard
    assert {tuple(prompt) for _, prompt, _ in heard} == {()}
    assert relative(spoken, plain) > 0.01


def test_the_prompt_leaves_less_room_for_a_line(pipeline: Pipeline) -> None:
    cloned = clone(pipeline.bundle, [tone(5.0)], "cloned")
    text = "The quick brown fox jumps over the lazy dog, and then it goes home, " * 4
    lines = [
        [utterance.line for utterance in pipeline._script(SpeechRequest(text, voice, "en"))]
        for voice in (cloned, dataclasses.replace(cloned, prompt=None))
    ]
    most = pipeline.bundle.config.max_seconds
    assert lines[0] == write_script(text, "en", most - 4.0)
    assert lines[1] == write_script(text, "en", most)
    assert lines[0] != lines[1]


def test_the_prompt_is_cut_off(
    pipeline: Pipeline, voices: list[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_record", lambda utterance, _: [utterance.take.samples])
    monkeypatch.setattr(
        pipeline._engine,
        "as_finished",
        lambda requests, *_: enumerate([Generated(syllables(20), True)] * len(requests)),
    )
    prompted = voices[1]
    assert prompted.prompt is not None
    assert len(prompted.prompt.tokens) == round(1.7 * 25 + 0.49)
    assert len(prompted.prompt.latents) == 2 * len(prompted.prompt.tokens)
    requests = [SpeechRequest("Hello.", voice, "en") for voice in voices]
    waveforms = [speech.samples for speech in pipeline.speak(requests, SETTINGS)]
    assert [len(waveform) for waveform in waveforms] == [20 * 960] * 3
    assert relative(waveforms[1], waveforms[0]) > 0.01
    assert relative(waveforms[2], waveforms[0]) > 0.01


def test_a_prompt_that_is_too_long_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(InputError, match="at most 12 s"):
        clone(pipeline.bundle, [tone(13.0)], "long", "Hello there.")
    with pytest.raises(InputError, match="nothing to say"):
        clone(pipeline.bundle, [tone(2.0)], "mute", "…")
    with pytest.raises(InputError, match="one clip"):
        clone(pipeline.bundle, [tone(2.0)] * 2, "two", "Hello there.")


def answer(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, answers: list[list[Generated]]
) -> list[list[int]]:
    """Let the engine give these answers, call by call; returns the seeds it is asked with."""
    asked: list[list[int]] = []

    def generate(requests):
        asked.append([request.seed for request in requests])
        return answers[len(asked) - 1]

    def latents(lines, settings):
        return [torch.full((2 * len(line.tokens), 1), line.tokens[0]) for line in lines]

    def decode(lines, latents):
        return [tone(len(row) / 50, 100 + int(row[0])) for row in latents]

    monkeypatch.setattr(
        pipeline._engine, "as_finished", lambda requests, *_: enumerate(generate(requests))
    )
    monkeypatch.setattr(pipeline._acoustics, "latents", latents)
    monkeypatch.setattr(pipeline._acoustics, "decode", decode)
    return asked


def test_a_failed_line_is_tried_again(
    pipeline: Pipeline,
    voices: list[Voice],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, endless, stuck = (
        Generated(syllables(40, 2), True),
        Generated(syllables(40, 1), False),
        Generated([3] * 40, True),
    )
    asked = answer(pipeline, monkeypatch, [[endless, good], [stuck], [good]])
    requests = [SpeechRequest("Good morning.", voices[0], "en", seed) for seed in (0, 1)]
    seen: list[tuple[int, int]] = []
    first, second = pipeline.speak(requests, SETTINGS, lambda *count: seen.append(count))
    assert [len(seeds) for seeds in asked] == [2, 1, 1]
    assert len({asked[0][0], asked[1][0], asked[2][0]}) == 3
    assert np.array_equal(first.samples, second.samples)
    assert seen == [(1, 2), (2, 2)]
    assert caplog.text == ""


def test_the_best_of_failed_attempts_stays_with_one_warning(
    pipeline: Pipeline,
    voices: list[Voice],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scrap, long, stuck = (
        Generated(syllables(3), True),
        Generated(syllables(100), False),
        Generated([2] * 30, True),
    )
    requests = [SpeechRequest("Good morning.", voices[1], "en", seed) for seed in range(9)]
    asked = answer(pipeline, monkeypatch, [[scrap] * 9, [long] * 9, [stuck] * 9])
    speeches = pipeline.speak(requests, SETTINGS)
    assert len(asked) == ATTEMPTS
    assert {round(len(speech.samples) / RATE) for speech in speeches} == {4}
    assert caplog.messages == [
        "9 of 9 pieces, such as 'Good morning.', came out wrong (it does not end): try another "
        "seed or leave out the reference text"
    ]
    caplog.clear()
    asked = answer(pipeline, monkeypatch, [[stuck]])
    assert voices[2].prompt is not None
    assert voices[2].prompt.text is None
    pipeline.speak([SpeechRequest("Good morning.", voices[2], "en")], Settings(temperature=0))
    assert len(asked) == 1  # without randomness another attempt would be the same
    assert caplog.messages == [
        "'Good morning.' came out wrong (it repeats one sound): try another seed"
    ]


def test_ten_thousand_characters(pipeline: Pipeline, voices: list[Voice]) -> None:
    sentence = "The quick brown fox jumps over the lazy dog and then it goes home. "
    text = (sentence * 150)[:10_000]
    seen: list[tuple[int, int]] = []
    speech = pipeline.speak(
        [SpeechRequest(text, voices[0], "en")],
        Settings(temperature=1.0, steps=1, cfg_scale=0),
        lambda done, of: seen.append((done, of)),
    )[0]
    lines = len(write_script(text, "en", pipeline.bundle.config.max_seconds))
    assert seen == [(number, lines) for number in range(1, lines + 1)]
    assert len(speech.samples) > lines * RATE


@pytest.mark.parametrize("text", ["", " \n\n ", "😀🎉", "...", "—"])
def test_text_with_nothing_to_say_is_refused(
    text: str, pipeline: Pipeline, voices: list[Voice]
) -> None:
    with pytest.raises(InputError, match="nothing to say"):
        pipeline.speak([SpeechRequest(text, voices[0], "en")], SETTINGS)


def test_a_voice_of_another_model_is_refused(pipeline: Pipeline) -> None:
    stranger = Voice(np.zeros(32, np.float32), "stranger", "0123")
    with pytest.raises(InputError, match="'stranger' belongs to another model"):
        pipeline.speak([SpeechRequest("Hi.", stranger, "en")], SETTINGS)


def words(lines: list[Line]) -> list[str]:
    return "".join(c for c in " ".join(line.text for line in lines) if c not in ".,!").split()


def test_a_script_keeps_the_words_and_marks_the_pauses() -> None:
    text = "One two three four five six. Seven eight nine ten eleven twelve!\n\nThirteen, fourteen."
    lines = write_script(text, "en", 14.0)
    assert " ".join(line.text for line in lines) == text.replace("\n\n", " ")
    assert [line.pause for line in lines] == [0.25, 0.6, 0.6]
    short = write_script(text, "en", 1.0)
    assert words(short) == words(lines)
    assert max(len(line.text) for line in short) <= 31


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("Hello there", "en", "Hello there."),
        ("Hello there,", "en", "Hello there."),
        ("Well -", "en", "Well."),
        ("Who is it?", "en", "Who is it?"),
        ('She said "no!"', "en", 'She said "no!"'),
        ("你好", "zh", "你好。"),
    ],
)
def test_every_line_ends_as_a_sentence_does(text: str, language: str, spoken: str) -> None:
    assert [line.text for line in write_script(text, language, 14.0)] == [spoken]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("One. Two. Three.", "One, Two, Three."),
        ("A. B. C.", "A, B, C."),
        ("Yes! No. Of course. I see it now.", "Yes! No, Of course, I see it now."),
        ("It rains. Come in.", "It rains, Come in."),
        ("It is the last one. Take it.", "It is the last one. Take it."),
    ],
)
def test_scraps_of_a_line_run_on(text: str, spoken: str) -> None:
    assert [line.text for line in write_script(text, "en", 14.0)] == [spoken]


def test_initials_are_no_scraps() -> None:
    name = "J. kam an diesem Tag zu uns."
    assert [line.text for line in write_script(name, "de", 14.0)] == [name]


def test_parts_of_a_sentence_end_too_but_the_pause_stays_short() -> None:
    text = "When the rain had stopped, they went out into the garden and nobody saw them"
    lines = write_script(text, "en", 2.0)
    assert len(lines) > 2
    assert all(line.text.endswith(".") and ",." not in line.text for line in lines)
    assert [line.pause for line in lines] == [0.05] * (len(lines) - 1) + [0.6]


def test_lines_are_told_where_they_lie(
    pipeline: Pipeline, voices: list[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = np.zeros(RATE // 2, np.float32)
    take = np.concatenate([quiet, tone(2.0), quiet])
    answer(pipeline, monkeypatch, [[Generated(syllables(75), True)] * 2])
    monkeypatch.setattr(pipeline._acoustics, "decode", lambda lines, latents: [take] * len(lines))
    text = "Good morning to all of you.\n\nAnd good night to everybody."
    speech = pipeline.speak([SpeechRequest(text, voices[0], "en")], SETTINGS)[0]
    assert [line.text for line in speech.lines] == text.split("\n\n")
    for line in speech.lines:
        start = round((line.offset + 0.5) * RATE)  # of the tone
        assert not speech.samples[max(0, start - RATE // 20) : start].any()
        loud = speech.samples[start : start + 2 * RATE]
        assert np.corrcoef(loud, tone(2.0))[0, 1] > 0.98
