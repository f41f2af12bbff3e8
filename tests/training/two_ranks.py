"""Run by torchrun: train as each argument says, `stage::recipe::override::…`."""

import sys
from pathlib import Path

import torch

from minimax_speech.training.run import train

if __name__ == "__main__":
    torch.set_num_threads(1)
    for job in sys.argv[1:]:
        stage, recipe, *overrides = job.split("::")
        train(stage, Path(recipe), overrides)
