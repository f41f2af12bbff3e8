"""Cached decoding of the speech language model. Knows tokens only: no text, no audio.

Shapes: B live rows, T longest prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.sampling import Sampler
from minimax_speech.inference.settings import Sampling
from minimax_speech.models.speech_lm import SpeechLM


@dataclass(frozen=True)
class Request:
    """One utterance to generate.

    Attributes:
        text: text ids, the language's id first; with a prompt, the prompt's text before the text.
        timbre: (timbre_dim,).
        seed: of the row's random numbers.
        max_tokens: the row stops here at the latest.
        min_tokens: the row does not end before.
        prompt: audio tokens that stand before those to generate (one-shot cloning).
        sampling: how tokens are drawn.
    """

    text: Sequence[int]
    timbre: Tensor
    seed: int
    max_tokens: int
    min_tokens: int = 0
    prompt: Sequence[int] = ()
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True)
class Generated:
    """What one request came to.

    Attributes:
        tokens: audio tokens, without the prompt's.
        ended: False where the limit cut them off.
    """

    tokens: list[int]
    ended: bool


class Engine:
    """Runs a speech language model, many requests at once."""

    def __init__(self, model: SpeechLM) -> None:
        self.model = model.eval()

    @property
    def _device(self) -> torch.device:
        return self.model.head.weight.device

    @torch.inference_mode()
    def generate(self, requests: Sequence[Request]) -> list[Generated]:
        """The tokens of each request, the same whatever else is in the batch."""
        if not requests:
            return []
        end = self.model.end
        cache, logits = self._prefill(requests)
        sampler = Sampler(
            [r.sampling for r in requests],
            [r.seed for r in requests],
            [r.min_tokens for r in requests],
            max(r.max_tokens for r in requests),
            end,
            self._device,
        )
        results = [Generated([], False) for _ in requests]
        rows = list(range(len(requests)))  # the request that each live row belongs to
        for step in range(max(r.max_tokens for r in requests)):
            tokens = sampler(logits, step, [results[row].tokens for row in rows])
            finished = []
            for place, (row, token) in enumerate(zip(rows, tokens.tolist(), strict=True)):
                if token == end:
                    results[row] = Generated(results[row].tokens, True)
                else:
                    results[row].tokens.append(token)
                if token == end or step + 1 == requests[row].max_tokens:
                    finished.append(place)
            if finished:
                order = cache.drop(finished)
                rows, tokens = [rows[place] for place in order], tokens[order]
                sampler.keep(order)
            if not rows:
                break
            positions, mask = cache.advance()
            logits = self.model.step(tokens, positions, mask, cache)
        return results

    def _prefill(self, requests: Sequence[Request]) -> tuple[KVCache, Tensor]:
        """A cache that holds the prompts, and the logits (B, classes) of the first tokens."""
        prompts = [self.model.layout(r.text, r.prompt, ended=False) for r in requests]
        lengths = [1 + len(prompt) for prompt in prompts]  # the timbre stands in front
        cache = KVCache(
            self.model.config.transformer,
            lengths,
            max(lengths) + max(r.max_tokens for r in requests),
            self._device,
            self.model.head.weight.dtype,
        )
        ids = torch.zeros(len(prompts), max(lengths) - 1, dtype=torch.long)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = torch.tensor(prompt)
        timbre = torch.stack([r.timbre for r in requests]).to(self.model.head.weight)
        hidden = self.model.prefill(ids.to(self._device), timbre, cache)
        rows = torch.arange(len(requests), device=self._device)
        return cache, self.model.logits(hidden[rows, cache.lengths - 1])
