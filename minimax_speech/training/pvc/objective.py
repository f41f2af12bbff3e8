"""How well a timbre fits recordings: the two losses that the models themselves were trained by.

Shapes: B recordings, N tokens, latents (B, 2N, D).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.models.flow_matching import FlowCondition
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.models.speech_lm import IGNORE
from minimax_speech.training.pvc.examples import Example
from minimax_speech.voice import Prompt

CROP = 2 * TOKENS_PER_SECOND
"""Tokens of a recording, and of the prompt, that flow matching is shown in one go: what is heard of
a timbre is heard in any two seconds, and most of a step's time goes here."""


class Objective:
    """The losses of a timbre on recordings; nothing of the models changes.

    Args:
        bundle: the model.
        prompt: that flow matching will go on from when the voice speaks.
    """

    def __init__(self, bundle: Bundle, prompt: Prompt) -> None:
        self.lm, self.flow = bundle.speech_lm, bundle.flow_matching
        self.device = torch.device(bundle.device)
        self.prompt_tokens = torch.from_numpy(prompt.tokens[-CROP:]).long()
        self.prompt_latents = torch.from_numpy(prompt.latents[-CROP * LATENTS_PER_TOKEN :])

    def flow_loss(self, timbre: Tensor, examples: Sequence[Example], prompted: bool) -> Tensor:
        """Flow-matching loss of random stretches of recordings: a scalar.

        Args:
            timbre: (timbre_dim,).
            examples: the recordings.
            prompted: whether the voice's prompt stands in front of each.
        """
        rows, device = len(examples), self.device
        stretches = [self._stretch(example, prompted) for example in examples]
        lengths = torch.tensor([len(tokens) for tokens, _ in stretches], device=device)
        prompts = torch.full_like(lengths, len(self.prompt_tokens) if prompted else 0)
        ids = pad_sequence([tokens for tokens, _ in stretches], batch_first=True).to(device)
        data = pad_sequence([latents for _, latents in stretches], batch_first=True).to(device)
        condition = FlowCondition(
            ids,
            lengths,
            timbre.expand(rows, -1),
            torch.tensor([example.bandwidth for example in examples], device=device),
            prompts,
            self.flow.draw_blocks(ids.shape[1], prompts),
        )
        t = torch.sigmoid(torch.randn(rows, device=device))
        keep = torch.zeros(rows, dtype=torch.bool, device=device)
        return self.flow.error(data, torch.randn_like(data), t, condition, keep)

    def lm_loss(self, timbre: Tensor, examples: Sequence[Example]) -> Tensor:
        """Cross entropy of the audio tokens of whole recordings, in nats a token: a scalar.

        Those without a text do not count; with none that has one it is 0.
        """
        rows = [
            torch.tensor(self.lm.layout(example.ids, example.tokens.tolist(), ended=True))
            for example in examples
            if example.ids
        ]
        if not rows:
            return timbre.new_zeros(())
        lengths = torch.tensor([len(row) for row in rows], device=self.device)
        ids = pad_sequence(rows, batch_first=True).to(self.device)
        logits = self.lm(ids, timbre.expand(len(rows), -1))
        targets = self.lm.targets(ids, lengths)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORE)

    def _stretch(self, example: Example, prompted: bool) -> tuple[Tensor, Tensor]:
        """Tokens (N,) and latents (2N, D) of a random stretch, behind the prompt if wanted."""
        start = int(torch.randint(max(1, len(example.tokens) - CROP + 1), ()))
        tokens = example.tokens[start : start + CROP]
        latents = example.latents[start * LATENTS_PER_TOKEN :][: CROP * LATENTS_PER_TOKEN]
        if not prompted:
            return tokens, latents
        return torch.cat((self.prompt_tokens, tokens)), torch.cat((self.prompt_latents, latents))
