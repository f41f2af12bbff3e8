"""On a CUDA device in bf16: batches equal rows alone, replayed steps eager ones, streams wholes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import TIMBRE, random_emotion, tiny_speech_lm

from minimax_speech.api import MiniMaxSpeech
from minimax_speech.inference import engine as engines
from minimax_speech.inference.acoustic_stream import AcousticStream, make_audible
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.engine import Engine, Generated, Request
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.replay import Replayed
from minimax_speech.inference.settings import Sampling, Settings
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.voice import Voice

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def test_teacher_forced_logits_of_a_batch_equal_single_ones() -> None:
    model = tiny_speech_lm(50).cuda().bfloat16()
    ids = torch.randint(0, 50, (8, 40), device="cuda")
    timbre = torch.randn(8, TIMBRE, device="cuda", dtype=torch.bfloat16)
    with torch.inference_mode():
        batch = model(ids, timbre)
        single = torch.cat([model(ids[row : row + 1], timbre[row : row + 1]) for row in range(8)])
    assert torch.linalg.vector_norm(batch - single) < 0.02 * torch.linalg.vector_norm(single)


def requests(count: int) -> list[Request]:
    """Half of them with limits and penalties."""
    generator = torch.Generator().manual_seed(0)
    kinds = [Sampling(1.0), Sampling(1.0, top_k=5, repetition_penalty=1.1)]
    return [
        Request(
            torch.randint(50, (3 + 2 * number,), generator=generator).tolist(),
            torch.randn(TIMBRE, generator=generator),
            seed=number,
            max_tokens=300 + number,
            min_tokens=20 * number,
            sampling=kinds[number % 2],
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("adapted", [0, 1, 5])
def test_replayed_steps_equal_eager_ones(adapted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_speech_lm(50).cuda()
    adapters = [random_emotion(model, "any", seed=seed).adapter for seed in range(2)]
    many = requests(5)
    for number in range(adapted):
        many[number] = replace(many[number], adapter=adapters[number % 2], strength=0.4)
    replayed = Engine(model)
    first, again = replayed.generate(many), replayed.generate(many)
    monkeypatch.setattr(Replayed, "__call__", lambda self, *key: self._steps(*key))
    assert first == again == Engine(model).generate(many)
    assert max(len(result.tokens) for result in first) > 80
    assert bool(adapted) == (first != Engine(model).generate(requests(5)))


def test_steps_equal_the_full_forward_pass_within_bf16() -> None:
    model = tiny_speech_lm(50).cuda()
    ids = torch.randint(50, (3, 9), device="cuda")
    audio = torch.randint(25, (3, 12), device="cuda") + model.audio_offset
    timbre = torch.randn(3, TIMBRE, device="cuda")
    cache = KVCache(model.config.transformer, torch.device("cuda"), torch.bfloat16)
    cache.grow(4, 64)
    decoder = StaticDecoder(model, torch.bfloat16)
    with torch.inference_mode():
        with torch.autocast("cuda", torch.bfloat16):
            model.prefill(ids, timbre, cache.prompt(0))
        steps = [
            decoder.step(tokens, torch.full((3,), 10 + number, device="cuda"), 32, cache)
            for number, tokens in enumerate(audio.T)
        ]
        full = model(torch.cat((ids, audio), dim=1), timbre)[:, 10:]
    error = torch.linalg.vector_norm(torch.stack(steps, dim=1) - full)
    assert steps[0].dtype == torch.float32
    assert error < 0.03 * torch.linalg.vector_norm(full)


def test_a_stream_says_what_generate_says() -> None:
    engine, request = Engine(tiny_speech_lm(50).cuda()), requests(3)[2]
    *tokens, result = engine.stream([request])
    assert engine.generate([request]) == [result]
    assert tokens == result.tokens


def test_a_row_among_others_says_what_it_says_alone() -> None:
    engine, many = Engine(tiny_speech_lm(50).cuda()), requests(9)
    assert engine.generate(many) == [engine.generate([request])[0] for request in many]


def test_requests_that_are_streamed_together_say_what_they_say_at_once() -> None:
    engine, many = Engine(tiny_speech_lm(50).cuda()), requests(5)
    at_once = dict(engine.as_finished(many, 3))
    streamed = [item for item in engine.stream(many, 3) if isinstance(item, Generated)]
    assert streamed == [at_once[number] for number in range(len(many))]


@pytest.mark.parametrize("tokens", [1, 10, 60])
def test_streamed_latents_sound_as_whole_ones(tokens: int, tiny_model: Path) -> None:
    bundle, settings = Bundle.load(tiny_model, "cuda"), Settings(steps=2)
    acoustics, voice = Acoustics(bundle), bundle.default_voice
    row = [(7 * number) % 25 for number in range(tokens)]
    lines = [TokenLine(voice, row, 3)]
    whole = acoustics.decode(lines, acoustics.latents(lines, settings))[0]
    stream = AcousticStream(acoustics, voice, 3, settings)
    streamed = np.concatenate([*(stream.push([token]) for token in row), stream.finish()])
    assert np.square(streamed - whole).mean() < 1e-4 * np.square(whole).mean()


def test_lines_that_are_decoded_together_sound_as_alone(tiny_model: Path) -> None:
    bundle, settings = Bundle.load(tiny_model, "cuda"), Settings(steps=2)
    acoustics, voice = Acoustics(bundle), bundle.default_voice
    lines = [
        TokenLine(voice, [(7 * n) % 25 for n in range(40 - 9 * seed)], seed) for seed in range(5)
    ]
    latents = acoustics.latents(lines, settings)
    for line, row, wave in zip(lines, latents, acoustics.decode(lines, latents), strict=True):
        alone = acoustics.decode([line], [row])[0]
        assert wave.shape == alone.shape
        assert np.square(wave - alone).mean() < 1e-4 * np.square(alone).mean()


@pytest.mark.parametrize("rows", [1, 4])
def test_strides_ahead_change_no_token(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # All begin and end together: other numbers of rows would round otherwise.
    many = [replace(one, min_tokens=90, max_tokens=90) for one in requests(rows)]
    model = tiny_speech_lm(50).cuda()

    def tokens() -> list[list[int]]:
        with Engine(model).session() as session:
            results = {session.add(request): [] for request in many}
            while session:
                for key, progress in session.step().items():
                    results[key] += progress.tokens
        return list(results.values())

    ahead = tokens()
    monkeypatch.setitem(engines.AHEAD, "cuda", 0)
    assert tokens() == ahead


def test_streamed_speech_equals_whole_speech(tiny_model: Path) -> None:
    tts = MiniMaxSpeech.from_pretrained(tiny_model, "cuda")
    text = "The quick brown fox jumps over the lazy dog."
    whole = tts.synthesize(text, temperature=0.0, steps=2).samples
    chunks = [chunk.samples for chunk in tts.stream(text, temperature=0.0, steps=2)]
    assert len(chunks) > 2
    streamed = np.concatenate(chunks)
    assert streamed.shape == whole.shape
    assert np.square(streamed - whole).mean() < 1e-4 * np.square(whole).mean()


TEN_SENTENCES = (
    "Yes.",
    "Where did they go?",
    "The old house stood at the end of a quiet street.",
    "She put 25 letters on the table, and went out at once.",
    "Nobody knows.",
    "We walked along the river until it was dark, and only then did somebody think of the boat.",
    "How do you do?",
    "It had been raining since the morning of the 3rd.",
    "Thank you!",
    "That was the last time that anybody saw them.",
)


@pytest.mark.parametrize("sentences", [1, 2, 3, 10])
def test_the_bundled_model_streams_what_it_says_at_once(sentences: int) -> None:
    tts = MiniMaxSpeech.from_pretrained(device="cuda")
    text = " ".join(TEN_SENTENCES[:sentences])
    # Without randomness a line that went wrong is not tried again, which no stream can do.
    whole = tts.synthesize(text, temperature=0.0).samples
    streamed = np.concatenate([chunk.samples for chunk in tts.stream(text, temperature=0.0)])
    assert streamed.shape == whole.shape
    assert np.square(streamed - whole).mean() < 1e-4 * np.square(whole).mean()


def test_streams_that_share_a_batch_all_end(tiny_model: Path) -> None:
    tts = MiniMaxSpeech.from_pretrained(tiny_model, "cuda")
    text = "The quick brown fox jumps over the lazy dog. Hello there, how are you?"
    with tts.scheduler() as scheduler, ThreadPoolExecutor(8) as readers:
        # Steps are recorded in one thread while the other takes memory.
        for _ in range(3):
            streams = [scheduler.stream(text, seed=seed, steps=1) for seed in range(8)]
            for chunks in readers.map(list, streams):
                assert all(np.isfinite(chunk.samples).all() for chunk in chunks)
            assert all(stream.seconds > 1 for stream in streams)


def test_lines_that_are_made_side_by_side_sound_as_alone(tiny_model: Path) -> None:
    acoustics = Acoustics(Bundle.load(tiny_model, "cuda"))
    voice = Voice(np.ones(TIMBRE, np.float32), "", "")
    tokens = [torch.arange(60 + 7 * row).remainder(25).tolist() for row in range(4)]
    alone, together = (
        [AcousticStream(acoustics, voice, seed, Settings(steps=2)) for seed in range(4)]
        for _ in range(2)
    )
    for stream, row in zip(together, tokens, strict=True):
        stream.take(row, ended=True)
    for stream, row, found in zip(alone, tokens, make_audible(together), strict=True):
        stream.take(row, ended=True)
        wanted = make_audible([stream])[0]
        assert found.shape == wanted.shape
        assert np.square(found - wanted).mean() < 1e-4 * np.square(wanted).mean()
