"""CTC loss and decoding, as the tokenizer and the recogniser use them."""

from collections.abc import Sequence
from itertools import groupby

import torch
import torch.nn.functional as F
from torch import Tensor


def ctc_loss(logits: Tensor, lengths: Tensor, texts: Tensor, text_lengths: Sequence[int]) -> Tensor:
    """CTC loss per character over the rows that have a transcript: a scalar.

    Args:
        logits: (batch, frames, classes), class 0 the blank.
        lengths: (batch,) frames, on the CPU (asking the device would make it wait).
        texts: (batch, characters) classes, padded.
        text_lengths: characters per row; 0 where there is no transcript.
    """
    log_probs = logits.float().log_softmax(-1).transpose(0, 1)
    targets = torch.tensor(text_lengths)
    losses = F.ctc_loss(log_probs, texts, lengths, targets, reduction="none", zero_infinity=True)
    return (losses * (targets > 0).to(losses.device)).sum() / max(1, sum(text_lengths))


def greedy(logits: Tensor, lengths: Sequence[int]) -> list[list[int]]:
    """Most likely classes per row, repeats merged, blanks dropped."""
    best = logits.argmax(-1).cpu()
    return [
        [index for index, _ in groupby(row[:length].tolist()) if index]
        for row, length in zip(best, lengths, strict=True)
    ]
