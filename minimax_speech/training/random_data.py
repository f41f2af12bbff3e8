"""Data of the right shapes that mean nothing: to measure or to plan training without a corpus."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minimax_speech import config as configs
from minimax_speech.audio.traits import NAMES
from minimax_speech.data.corpus import SAMPLE_RATE, Corpus, token_count
from minimax_speech.data.manifest import Utterance
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.model_folder import TOKENIZER, find_model
from minimax_speech.models.flow_matching import FlowMatchingConfig
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.sources import Split
from minimax_speech.training.start import find_start, with_sizes
from minimax_speech.training.tasks.augment import WARPS
from minimax_speech.training.tasks.base import Task
from minimax_speech.training.tasks.voice_designer import VoiceDesignerStage
from minimax_speech.training.voice_features import TRAITS, timbre_feature

UTTERANCES, SPEAKERS = 5_000, 200
SECONDS = (2.0, 16.0)
WORDS_PER_SECOND = 2.5
WORDS = ("many", "words", "have", "been", "written", "about", "the", "weather", "at", "sea")


class RandomCorpus(Corpus):
    """A corpus whose every sound is a stretch of the same noise."""

    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 60 * SAMPLE_RATE).astype(np.float32)

    def audio(self, index: int, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        if stop is None:
            stop = round(self.utterances[index].duration * SAMPLE_RATE)
        return self.noise[: stop - start]


class RandomFeature:
    """A feature whose values are those of another stretch of the same noise for each utterance.

    Args:
        values: the noise, at least twice as long as any utterance.
        lengths: of each utterance, by its id.
    """

    def __init__(self, values: NDArray, lengths: dict[str, int]) -> None:
        self.values, self.lengths = values, lengths

    def __getitem__(self, utterance_id: str) -> NDArray:
        length = self.lengths[utterance_id]
        start = int(utterance_id) % (len(self.values) - length)
        return self.values[start : start + length]


def random_task(stage: type[Task], run: RunConfig) -> Task:
    """A task as a recipe has it, but over random data; a text tokenizer that is not there is lent.

    Utterances are 2 to 16 s long, where the recipe's limits do not say otherwise. Sizes that the
    recipe leaves to the model that it starts from are taken from that, if it is there.
    """
    if run.init_from is not None:
        with suppress(InputError):
            model = with_sizes(run.model, stage.parts, find_start(run.init_from))
            run = replace(run, model=model)
    tokenizer = run.data.tokenizer
    if tokenizer is None or not Path(tokenizer).is_file():
        run = replace(run, data=replace(run.data, tokenizer=str(find_model() / TOKENIZER)))
    return stage(run, _random_split(run, configs.build(stage.model_config, run.model)))


def _random_split(run: RunConfig, model: object) -> Split:
    rng = np.random.default_rng(run.seed)
    shortest = max(run.data.min_seconds, SECONDS[0])
    longest = max(shortest, min(run.data.max_seconds, SECONDS[1]))
    utterances = [
        Utterance(
            audio=Path("random"),
            text=" ".join(rng.choice(WORDS, max(1, round(WORDS_PER_SECOND * duration)))),
            speaker=str(number % SPEAKERS),
            language="en",
            duration=float(duration),
            id=str(number),
        )
        for number, duration in enumerate(rng.uniform(shortest, longest, UTTERANCES))
    ]
    corpus = RandomCorpus(utterances, _random_features(utterances, model, rng))
    return Split(corpus, corpus, {"random": [0]}, np.ones(UTTERANCES))


def _random_features(
    utterances: list[Utterance], model: object, rng: np.random.Generator
) -> dict[str, RandomFeature]:
    """Tokens and latents, or voices, as the model that reads them expects them."""
    if isinstance(model, VoiceDesignerStage):
        return _random_voices(utterances, model, rng)
    flow = getattr(model, "flow_matching", None) or FlowMatchingConfig()
    vocab = getattr(model, "speech_lm", flow.network).audio_vocab
    counts = {item.id: token_count(item) for item in utterances}
    size = 3 * max(counts.values())
    latents = {name: LATENTS_PER_TOKEN * count for name, count in counts.items()}
    channels = flow.network.latent_dim
    noise = rng.standard_normal((LATENTS_PER_TOKEN * size, channels)).astype(np.float16)
    return {
        "tokens": RandomFeature(rng.integers(vocab, size=size), counts),
        "warped_tokens": RandomFeature(rng.integers(vocab, size=(size, len(WARPS))), counts),
        "latents": RandomFeature(noise, latents),
    }


def _random_voices(
    utterances: list[Utterance], stage: VoiceDesignerStage, rng: np.random.Generator
) -> dict[str, RandomFeature]:
    """A timbre vector and traits of each utterance."""
    once = {item.id: 1 for item in utterances}
    count, fingerprint = len(utterances) + 1, Bundle.load(stage.base).config.fingerprint
    timbre = rng.standard_normal((count, stage.designer.timbre_dim)).astype(np.float32)
    traits = 1 + rng.random((count, len(NAMES)))
    return {
        timbre_feature(fingerprint): RandomFeature(timbre, once),
        TRAITS: RandomFeature(traits.astype(np.float32), once),
    }
