"""The speed of each part, many utterances at once, and the floor under decoding.

Shapes: B utterances at once, N tokens of each.
"""

from collections.abc import Sequence
from typing import Any

import torch

from minimax_speech.evaluation.speed.meter import Meter, Timing
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.engine import Engine, Request
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN


def decoding(bundle: Bundle, meter: Meter, text: str, batch: int, tokens: int) -> dict[str, Any]:
    """Decoding of exactly N tokens in each of B utterances.

    ``step`` is how long each step after the first took, and ``step_bytes`` what it must read of
    weights and cache, both on the average.
    """
    model, tokenizer = bundle.speech_lm, bundle.text_tokenizer
    language = bundle.config.languages[0]
    ids = [tokenizer.language_id(language), *tokenizer.encode(text, language)]
    timbre = torch.from_numpy(bundle.default_voice.timbre)
    engine, settings = Engine(model), bundle.config.generation

    def requests(count: int) -> Sequence[Request]:
        # Neither trained nor random weights may end before: as many tokens in every run.
        return [
            Request(ids, timbre, seed, count, count, sampling=settings) for seed in range(batch)
        ]

    whole, first = requests(tokens), requests(1)
    timing = meter.time(lambda: engine.generate(whole))
    prompt = 1 + len(model.layout(ids, [], ended=False))
    first_token = meter.time(lambda: engine.generate(first)).median
    return {
        **_speed(timing, batch, tokens),
        "first_token": first_token,
        # The clock may not see so short a time.
        "step": max(1e-9, timing.median - first_token) / max(1, tokens - 1),
        "tokens_per_second": batch * tokens / timing.median,
        "step_bytes": engine.step_bytes(batch, prompt + tokens / 2),
    }


def against_floor(decoded: dict[str, Any], batch: int, bytes_per_second: float) -> dict[str, Any]:
    """How near a step of B utterances is to the time in which memory gives what it reads."""
    floor = decoded["step_bytes"] / bytes_per_second
    return {"floor_tokens_per_second": batch / floor, "share_of_floor": floor / decoded["step"]}


def flow_matching(bundle: Bundle, meter: Meter, batch: int, tokens: int) -> dict[str, Any]:
    """Latents of B utterances of N tokens, after the voice's prompt."""
    settings, voice = bundle.config.generation, bundle.default_voice
    acoustics = Acoustics(bundle)
    vocabulary = bundle.flow_matching.config.network.audio_vocab
    drawn = torch.randint(vocabulary, (batch, tokens), generator=torch.Generator().manual_seed(0))
    lines = [TokenLine(voice, row, seed) for seed, row in enumerate(drawn.tolist())]

    def work() -> object:
        return acoustics.latents(lines, settings)

    return _speed(meter.time(work), batch, tokens)


def decoder(bundle: Bundle, meter: Meter, batch: int, tokens: int) -> dict[str, Any]:
    """Waveforms of B utterances of N tokens."""
    vae = bundle.decoder
    shape = (batch, LATENTS_PER_TOKEN * tokens, vae.config.latent_dim)
    latents = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(meter.device)

    @torch.inference_mode()
    def work() -> object:
        return vae.decode(latents)

    return _speed(meter.time(work), batch, tokens)


def _speed(timing: Timing, batch: int, tokens: int) -> dict[str, Any]:
    return speed(timing, batch * tokens / TOKENS_PER_SECOND)


def speed(timing: Timing, speech: float) -> dict[str, Any]:
    """What the time that so many seconds of speech took says."""
    return {
        "seconds": timing.facts(),
        "speech_seconds": speech,
        "real_time_factor": timing.median / speech,
        "speech_seconds_per_second": speech / timing.median,
    }
