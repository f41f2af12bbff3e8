"""A process that speaks with pocket-tts and random weights, as fast as with trained ones.

Reads seconds of speech to make from stdin, a number a line; answers in JSON on stdout. Nothing is
fetched: the text tokenizer is replaced by one that makes about as many tokens of a text.
"""

import json
import math
import re
import sys
import time
from typing import Any

import torch

TEXT = "The ferry leaves the harbour at half past seven in the morning, and comes back at night."
PROMPT_SECONDS = 4.0


class Tokenizer:
    """Pieces of up to four letters, about what its own tokenizer of 4,000 pieces makes."""

    def __init__(self) -> None:
        self._pieces = [""]

    def encode(self, text: str) -> list[int]:
        """Ids of a text; the first stands for nothing, as in its own."""
        pieces = ["", *re.findall(r" ?\w{1,4}|\s|[^\w\s]", text)]
        self._pieces += [piece for piece in dict.fromkeys(pieces) if piece not in self._pieces]
        return [self._pieces.index(piece) for piece in pieces]

    def decode(self, ids: list[int]) -> str:
        """The text of ids."""
        return "".join(self._pieces[id] for id in ids)

    def __call__(self, text: str) -> torch.Tensor:
        """Ids (1, tokens) of a text."""
        return torch.tensor(self.encode(text))[None]


def load(name: str) -> Any:
    """A model of one of the package's configs that never stops by itself.

    Raises:
        KeyError: no such config; names those that are there.
    """
    from pocket_tts.default_parameters import DEFAULT_SAMPLER_DECODE_STEPS
    from pocket_tts.models.tts_model import TTSModel
    from pocket_tts.modules import text_conditioner
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    path = CONFIGS_DIR / f"{name}.yaml"
    if not path.is_file():
        raise KeyError(", ".join(sorted(known.stem for known in CONFIGS_DIR.glob("*.yaml"))))
    config = load_config(path)
    config.weights_path = config.weights_path_without_voice_cloning = None
    config.flow_lm.weights_path = config.mimi.weights_path = None
    text_conditioner.build_tokenizer = lambda *_: Tokenizer()
    torch.manual_seed(0)
    model = TTSModel._from_pydantic_config_with_weights(
        config, config.default_temperature, DEFAULT_SAMPLER_DECODE_STEPS, None, math.inf
    )
    with torch.no_grad():  # some weights are left as memory was
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=parameter[0].numel() ** -0.5)
            elif not parameter.isfinite().all():
                parameter.zero_()
    return model.eval()


def speak(model: Any, voice: Any, seconds: float) -> dict[str, float]:
    """One stream of so many seconds."""
    frames = math.ceil(seconds * model.config.mimi.frame_rate)
    model._estimate_max_gen_len = lambda _: frames
    text = " ".join([TEXT] * max(1, round(seconds / 5)))
    speech, first = 0.0, None
    start = time.perf_counter()
    # In one piece, however long: each piece would be as long as asked for.
    for chunk in model.generate_audio_stream(voice, text, max_tokens=10**6):
        first = time.perf_counter() - start if first is None else first
        speech += len(chunk) / model.sample_rate
    return {"first": first or 0.0, "total": time.perf_counter() - start, "speech": speech}


def main() -> None:
    """Answer until stdin ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        model = load(sys.argv[1])
    except KeyError as known:
        wrong = f"pocket-tts has no config {sys.argv[1]!r}: use one of {known.args[0]}"
        print(json.dumps({"wrong": wrong}), file=answers, flush=True)
        return
    noise = 0.1 * torch.randn(1, round(PROMPT_SECONDS * model.sample_rate))
    voice = model.get_state_for_audio_prompt(noise)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({"parameters": parameters}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(speak(model, voice, float(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
