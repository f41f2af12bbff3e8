import torch

from minimax_speech.models.recogniser import Recogniser, RecogniserConfig
from minimax_speech.models.transformer import TransformerConfig


def tones(samples: int) -> torch.Tensor:
    """A new pitch every 50 ms."""
    hertz = (100 + 6_000 * torch.rand(samples // 1200 + 1)).repeat_interleave(1200)[:samples]
    return 0.3 * torch.sin(2 * torch.pi * torch.cumsum(hertz / 24_000, 0))


def test_transcribing_a_batch_equals_transcribing_each() -> None:
    transformer = TransformerConfig(dim=16, layers=2, heads=2, kv_heads=2, ffn=24)
    recogniser = Recogniser(RecogniserConfig(80, 2, transformer, "abcdefgh ")).eval()
    for block in recogniser.transformer.blocks:  # as initialised, blocks are the identity
        torch.nn.init.normal_(block.attention.out.weight, std=0.3)
        torch.nn.init.normal_(block.ffn.down.weight, std=0.3)
    torch.nn.init.normal_(recogniser.head.weight, std=3)
    waves = [tones(samples) for samples in (24_000, 7_001, 13_000, 700)]
    texts = recogniser.transcribe(waves)
    assert texts == [recogniser.transcribe([wave])[0] for wave in waves]
    assert len(set(texts)) >= 3
    assert len(texts[0]) > 10


def test_it_can_be_told_the_language() -> None:
    transformer = TransformerConfig(dim=16, layers=1, heads=2, kv_heads=2, ffn=24)
    recogniser = Recogniser(RecogniserConfig(80, 2, transformer, "abcdef ", languages=["de", "fi"]))
    mel, lengths = torch.randn(3, 40, 80), torch.tensor([20, 20, 20])
    spoken = recogniser.language_ids(["fi", "en", "de"])
    assert spoken.tolist() == [2, 0, 1]
    told, untold = recogniser.eval()(mel, lengths, spoken), recogniser(mel, lengths)
    torch.testing.assert_close(told[1], untold[1])
    assert not torch.allclose(told[0], untold[0])
    torch.testing.assert_close(told[2:], recogniser(mel[2:], lengths[2:], spoken[2:]))


def test_of_a_language_it_writes_nothing_but_its_symbols() -> None:
    transformer = TransformerConfig(dim=16, layers=1, heads=2, kv_heads=2, ffn=24)
    recogniser = Recogniser(RecogniserConfig(80, 2, transformer, "aбαオ3 ", "read")).eval()
    torch.nn.init.normal_(recogniser.head.weight, std=3)
    waves = [tones(24_000) for _ in range(4)]
    assert len(set("".join(recogniser.transcribe(waves)))) > 2
    for wave, code, known in zip(
        waves, ("en", "ru", "ja", "zh"), ("a", "б", "オ", "a3"), strict=True
    ):
        assert set(recogniser.transcribe([wave], [code])[0]) <= {*known, " "}
