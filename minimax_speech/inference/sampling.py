"""Drawing tokens from logits, row by row, such that a row never depends on its batch.

Shapes: B rows, V classes, W tokens of the recent window.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from minimax_speech.inference.settings import Sampling

PENALTY_WINDOW = 32
LOOP_TOKENS = 32
LOOP_PERIOD = 8
LOOP_TEMPERATURE = 1.0


def draw(
    logits: Tensor, uniform: Tensor, temperature: Tensor, top_k: Tensor, top_p: Tensor
) -> Tensor:
    """Tokens (B,) by the inverse of the cumulative distribution, likeliest tokens first.

    Args:
        logits: (B, V); -inf where a token is forbidden.
        uniform: (B,) in [0, 1): the only randomness, one number a row.
        temperature: (B,) above 0.
        top_k: (B,) at least 1: how many tokens may be drawn.
        top_p: (B,) in (0, 1]: only tokens before which less than this probability lies (nucleus
            sampling, Holtzman et al. 2020, arXiv 1904.09751).
    """
    ranked, order = (logits / temperature[:, None]).sort(dim=-1, descending=True, stable=True)
    probability = ranked.softmax(-1)
    before = probability.cumsum(-1) - probability
    rank = torch.arange(logits.shape[1], device=logits.device)
    kept = probability * ((rank < top_k[:, None]) & (before < top_p[:, None]))
    cumulative = kept.cumsum(-1)
    pick = torch.searchsorted(cumulative, uniform[:, None] * cumulative[:, -1:], right=True)
    # Rounding may put the last target on the total itself, beyond the last token that is kept.
    pick = torch.minimum(pick, (kept > 0).sum(-1, keepdim=True) - 1)
    return order.gather(1, pick)[:, 0]


def penalise(logits: Tensor, recent: Tensor, penalty: Tensor) -> Tensor:
    """Logits (B, V) with the tokens in ``recent`` (B, W) made less likely by ``penalty`` (B,).

    A positive logit is divided by the penalty, a negative one multiplied; V in ``recent`` is none.
    """
    rows, classes = logits.shape
    seen = torch.zeros(rows, classes + 1, dtype=torch.bool, device=logits.device)
    seen = seen.scatter(1, recent, True)[:, :classes]
    factor = penalty[:, None]
    return torch.where(seen, torch.where(logits > 0, logits / factor, logits * factor), logits)


def is_looping(tokens: Sequence[int]) -> bool:
    """Whether the last `LOOP_TOKENS` tokens only repeat a cycle of at most `LOOP_PERIOD`.

    At 25 Hz that is 1.3 s of one sound or of the same syllable: longer than a pause in a sentence.
    """
    tail = tokens[-LOOP_TOKENS:]
    return len(tail) == LOOP_TOKENS and any(
        tail[period:] == tail[:-period] for period in range(1, LOOP_PERIOD + 1)
    )


class Sampler:
    """Settings and random numbers of the rows of a batch.

    Each row has its own seed, and each step takes one number of its row's sequence, so that a row
    gives the same tokens in any batch.
    """

    def __init__(
        self,
        sampling: Sequence[Sampling],
        seeds: Sequence[int],
        min_tokens: Sequence[int],
        steps: int,
        end: int,
        device: torch.device,
    ) -> None:
        """For at most ``steps`` tokens a row, none the class ``end`` before ``min_tokens``."""
        everything = end + 1
        rows = [
            # A temperature of 0 is the first token in order of likelihood.
            (s.temperature, s.top_k or everything, s.top_p, s.repetition_penalty)
            if s.temperature
            else (1.0, 1, 1.0, s.repetition_penalty)
            for s in sampling
        ]
        self._settings = torch.tensor(rows, device=device)
        self._uniform = torch.stack(
            [torch.rand(steps, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        ).to(device)
        self._min_tokens = torch.tensor(list(min_tokens), device=device)
        self._last_forbidden = max(min_tokens)
        self._penalised = any(s.repetition_penalty != 1 for s in sampling)
        self._end = end

    def __call__(self, logits: Tensor, step: int, history: Sequence[Sequence[int]]) -> Tensor:
        """The next token of each row (B,), from logits (B, V) and the tokens so far.

        A row that loops is drawn at a higher temperature from all tokens until it is out.
        """
        settings = self._settings
        looping = [row for row, tokens in enumerate(history) if is_looping(tokens)]
        if looping:
            settings = settings.clone()
            settings[looping, 0] = settings[looping, 0].clamp(min=LOOP_TEMPERATURE)
            settings[looping, 1] = self._end + 1
            settings[looping, 2] = 1.0
        temperature, top_k, top_p, penalty = settings.unbind(1)
        if self._penalised:
            logits = penalise(logits, self._recent(history, logits.device), penalty)
        if step < self._last_forbidden:
            logits = logits.clone()
            logits[:, self._end].masked_fill_(step < self._min_tokens, float("-inf"))
        return draw(logits, self._uniform[:, step], temperature, top_k, top_p)

    def keep(self, order: Sequence[int]) -> None:
        """Go on with some rows only, in a new order."""
        rows = list(order)
        self._settings = self._settings[rows]
        self._uniform = self._uniform[rows]
        self._min_tokens = self._min_tokens[rows]

    def _recent(self, history: Sequence[Sequence[int]], device: torch.device) -> Tensor:
        nothing = [self._end + 1] * PENALTY_WINDOW
        tails = [[*nothing, *tokens[-PENALTY_WINDOW:]][-PENALTY_WINDOW:] for tokens in history]
        return torch.tensor(tails, device=device)
