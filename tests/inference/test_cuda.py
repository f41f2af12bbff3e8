"""On a CUDA device in bf16: a batch sees what its rows see alone."""

import pytest
import torch
from tiny import TIMBRE, tiny_speech_lm

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
