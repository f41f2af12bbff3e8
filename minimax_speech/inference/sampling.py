"""Drawing tokens from logits, row by row, such that a row never depends on its batch.

All state lies on the device, so that steps can follow one another without the host.

Shapes: N rows, V classes, W tokens of the recent window, P periods of loops.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from minimax_speech.inference.settings import Sampling

PENALTY_WINDOW = 32
LOOP_TOKENS = 32
LOOP_PERIOD = 8
LOOP_TEMPERATURE = 1.0
GREEDY_TEMPERATURE = 1e-6
"""At which, but for ties, only the likeliest token has a probability; no limit to sort for."""

BELOW_ONE = 1 - 2**-22


def draw(logits: Tensor, uniform: Tensor) -> Tensor:
    """Tokens (N,) by the inverse of the cumulative distribution.

    Args:
        logits: (N, V); -inf where a token is forbidden.
        uniform: (N,) in [0, 1): the only randomness, one number a row.
    """
    cumulative = logits.softmax(-1).cumsum(-1)
    # Below the total even after rounding: a token beyond it might be a forbidden one.
    target = uniform.clamp(max=BELOW_ONE)[:, None] * cumulative[:, -1:]
    return torch.searchsorted(cumulative, target, right=True)[:, 0]


def limit(logits: Tensor, top_k: Tensor, top_p: Tensor) -> Tensor:
    """Logits (N, V), -inf where a token may not be drawn.

    Args:
        logits: (N, V), the temperature applied.
        top_k: (N,) at least 1: how many tokens may be drawn.
        top_p: (N,) in (0, 1]: only tokens before which less than this probability lies (nucleus
            sampling, Holtzman et al. 2020, arXiv 1904.09751).
    """
    ranked, order = logits.sort(dim=-1, descending=True, stable=True)
    probability = ranked.softmax(-1)
    before = probability.cumsum(-1) - probability
    rank = torch.arange(logits.shape[1], device=logits.device)
    beyond = (rank >= top_k[:, None]) | (before >= top_p[:, None])
    return logits.masked_fill(beyond.scatter(1, order, beyond), float("-inf"))


def penalise(logits: Tensor, recent: Tensor, penalty: Tensor) -> Tensor:
    """Logits (N, V) with the tokens in ``recent`` (N, W) made less likely by ``penalty`` (N,).

    A positive logit is divided by the penalty, a negative one multiplied; V in ``recent`` is none.
    """
    rows, classes = logits.shape
    seen = torch.zeros(rows, classes + 1, dtype=torch.bool, device=logits.device)
    seen = seen.scatter(1, recent, True)[:, :classes]
    factor = penalty[:, None]
    return torch.where(seen, torch.where(logits > 0, logits / factor, logits * factor), logits)


def has_loop(tokens: Sequence[int]) -> bool:
    """Whether `LOOP_TOKENS` tokens in a row only repeat a cycle of at most `LOOP_PERIOD`.

    At 25 Hz that is 1.3 s of one sound or of the same syllable: longer than a pause in a sentence.
    """
    row = np.array(tokens)
    for period in range(1, LOOP_PERIOD + 1):
        repeated = np.cumsum(np.append(0, row[period:] == row[:-period]))
        run = LOOP_TOKENS - period
        if (repeated[run:] - repeated[:-run] == run).any():
            return True
    return False


def put(target: Tensor, values: Tensor) -> None:
    """Copy values from the host, which does not wait for what a CUDA device has in hand."""
    target.copy_(values, non_blocking=target.is_cuda)


def _numbers(seed: int, count: int) -> Tensor:
    """Random numbers (count,) in [0, 1)."""
    return torch.rand(count, generator=torch.Generator().manual_seed(seed))


class Sampler:
    """Settings, random numbers and tokens so far of the rows of a batch.

    Each row has its own seed, and each step takes one number of its row's sequence, so that a row
    gives the same tokens in any batch, whenever it enters.

    It minds repetition in the way of VALL-E 2 (Chen et al. 2024, arXiv 2406.05370): a row that
    repeats itself is drawn from the whole distribution, at a temperature of at least 1, until it is
    out. There, a token that fills a share of a window counts as repetition; here a loop does
    (`has_loop`), since pauses and long vowels rightly repeat a token.
    """

    def __init__(self, end: int, device: torch.device) -> None:
        """Without rows; the class ``end`` ends a row."""
        self._end = end
        self._limited: list[bool] = []
        self._penalised: list[bool] = []
        periods = torch.arange(1, LOOP_PERIOD + 1, device=device)
        self._loop_from = LOOP_TOKENS - periods
        self._last_tokens = PENALTY_WINDOW - periods
        self._window = torch.arange(PENALTY_WINDOW, device=device)
        none = torch.zeros(0, 1, dtype=torch.long, device=device)
        self._state = {
            "settings": torch.ones(0, 4, device=device),  # temperature, top_k, top_p, penalty
            "in_loop": torch.ones(0, 4, device=device),  # the same, while the row loops
            "uniform": torch.zeros(0, 0, device=device),
            "tokens": none.expand(0, PENALTY_WINDOW),  # after a window of none
            "leads": torch.zeros(0, PENALTY_WINDOW, device=device),  # of each, over the end
            "runs": none.expand(0, LOOP_PERIOD),  # how long each period has held
            "fewest": none,
            "count": none,
        }

    def grow(self, rows: int, steps: int) -> None:
        """Make room for so many rows and steps, at least; what is there stays."""
        drawn = PENALTY_WINDOW + steps
        widths = {"uniform": steps, "tokens": drawn, "leads": drawn}
        for name, old in self._state.items():
            new = old.new_zeros(max(rows, len(old)), max(widths.get(name, 0), old.shape[1]))
            new[: len(old), : old.shape[1]] = old
            self._state[name] = new
        spare = len(self._state["count"]) - len(self._limited)
        self._limited += [False] * spare
        self._penalised += [False] * spare

    def enter(
        self,
        first: int,
        samplings: Sequence[Sampling],
        seeds: Sequence[int],
        fewest: Sequence[int],
    ) -> None:
        """Begin rows from ``first`` on; none ends before it has its ``fewest`` tokens."""
        everything, steps = self._end + 1, self._state["uniform"].shape[1]
        settings, in_loop = [], []
        for row, sampling in enumerate(samplings, first):
            temperature, top_k, top_p = (
                (GREEDY_TEMPERATURE, everything, 1.0)
                if sampling.temperature == 0
                else (sampling.temperature, sampling.top_k or everything, sampling.top_p)
            )
            penalty = sampling.repetition_penalty
            self._limited[row] = top_k < everything or top_p < 1
            self._penalised[row] = penalty != 1
            settings.append([temperature, top_k, top_p, penalty])
            in_loop.append([max(temperature, LOOP_TEMPERATURE), everything, 1.0, penalty])
        rows = {name: tensor[first : first + len(seeds)] for name, tensor in self._state.items()}
        put(rows["settings"], torch.tensor(settings))
        put(rows["in_loop"], torch.tensor(in_loop))
        put(rows["uniform"], torch.stack([_numbers(seed, steps) for seed in seeds]))
        put(rows["fewest"], torch.tensor(fewest)[:, None])
        rows["tokens"].fill_(everything)
        for name in ("runs", "count"):
            rows[name].zero_()

    def move(self, source: int, target: int) -> None:
        """Copy one row to another's place."""
        for kinds in (self._limited, self._penalised):
            kinds[target] = kinds[source]
        for tensor in self._state.values():
            tensor[target] = tensor[source]

    def take_back(self, row: int, count: int, fewest: int) -> None:
        """Let a row go on from its first ``count`` tokens, and have at least ``fewest``."""
        self._state["count"][row] = count
        self._state["fewest"][row] = fewest
        self._state["runs"][row] = 0

    def needs(self, rows: int) -> tuple[bool, bool]:
        """Whether any of the first rows has limits, and whether any a penalty."""
        return any(self._limited[:rows]), any(self._penalised[:rows])

    def __call__(self, logits: Tensor, limited: bool, penalised: bool) -> Tensor:
        """The next token (N,) of each of the first rows, from logits (N, V).

        ``limited`` and ``penalised`` say what `needs` says: what no row needs is not computed. A
        row gets the same tokens either way.
        """
        state = self._first(len(logits))
        count, runs, tokens = state["count"], state["runs"], state["tokens"]
        self.note_leads(logits)
        logits = self.allowed(logits, limited, penalised)
        token = draw(logits, state["uniform"].gather(1, count)[:, 0])[:, None]
        before = tokens.gather(1, count + self._last_tokens)
        runs.add_(1).mul_(before == token)
        tokens.scatter_(1, count + PENALTY_WINDOW, token)
        # Rows that are over go on until the host looks: in place, at the last step.
        count.add_(1).clamp_(max=state["uniform"].shape[1] - 1)
        return token[:, 0]

    def note_leads(self, logits: Tensor) -> None:
        """Keep by how much the likeliest token leads the end in logits (N, V), as they come."""
        leads, count = (self._state[name][: len(logits)] for name in ("leads", "count"))
        lead = logits[:, : self._end].amax(1, keepdim=True) - logits[:, self._end :]
        leads.scatter_(1, count + PENALTY_WINDOW, lead)

    def allowed(self, logits: Tensor, limited: bool, penalised: bool) -> Tensor:
        """Logits (N, V) to draw from: each row's settings applied, -inf where they forbid it."""
        state = self._first(len(logits))
        count, tokens = state["count"], state["tokens"]
        looping = (state["runs"] >= self._loop_from).any(1, keepdim=True)
        settings = torch.where(looping, state["in_loop"], state["settings"])
        if penalised:
            logits = penalise(logits, tokens.gather(1, count + self._window), settings[:, 3])
        logits = logits / settings[:, :1]
        logits[:, self._end :].masked_fill_(count < state["fewest"], float("-inf"))
        return limit(logits, settings[:, 1], settings[:, 2]) if limited else logits

    def advance(
        self,
        logits: Tensor,
        limited: bool,
        penalised: bool,
        ids: Tensor,
        positions: Tensor,
        offset: int,
    ) -> None:
        """Draw as `__call__` does, and set ids (N,) and positions (N,) for the next step.

        An id is a token plus ``offset``. There are as many positions as steps.
        """
        torch.add(self(logits, limited, penalised), offset, out=ids)
        positions.add_(1).clamp_(max=self._state["uniform"].shape[1] - 1)

    def _first(self, rows: int) -> dict[str, Tensor]:
        return {name: tensor[:rows] for name, tensor in self._state.items()}

    def latest(self, rows: int, steps: int) -> tuple[Tensor, Tensor]:
        """Tokens and leads (rows, steps) of the last steps of the first rows.

        A lead is by how many nats the likeliest token was likelier than the end then.
        """
        tokens, leads, count = (self._state[name][:rows] for name in ("tokens", "leads", "count"))
        back = torch.arange(PENALTY_WINDOW - steps, PENALTY_WINDOW, device=count.device)
        places = count + back
        return tokens.gather(1, places), leads.gather(1, places)
