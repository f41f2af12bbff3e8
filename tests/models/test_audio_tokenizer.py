import torch

from minimax_speech.models.audio_tokenizer import (
    AudioTokenizer,
    AudioTokenizerConfig,
    MaskedBatchNorm,
    MelDecoder,
)

CONFIG = AudioTokenizerConfig(
    n_mels=10,
    channels=16,
    layers=[1, 1, 2],
    ctc_layers=1,
    decoder_layers=[1, 1, 1],
    levels=[4, 3],
    alphabet="ab ",
    timbre_dim=6,
    dropout=0.1,
)
LENGTHS = torch.tensor([5, 9, 12])


def ragged(width: int, rate: int, tail: float = 3.0) -> torch.Tensor:
    """Random frames with something else behind each row's end."""
    x = torch.randn(3, 12 * rate, width)
    for row, length in zip(x, LENGTHS.tolist(), strict=True):
        row[length * rate :] = tail
    return x


def trained() -> AudioTokenizer:
    """A tokenizer whose normalisation has seen data."""
    tokenizer = AudioTokenizer(CONFIG)
    for _ in range(3):
        tokenizer(ragged(10, 4), LENGTHS)
    return tokenizer.eval()


def test_shapes() -> None:
    out = AudioTokenizer(CONFIG)(ragged(10, 4), LENGTHS)
    assert out.tokens.shape == (3, 12)
    assert out.quantised.shape == (3, 12, 2)
    assert out.ctc_logits.shape == (3, 24, 4)


@torch.no_grad()
def test_neither_batch_nor_padding_change_an_utterance() -> None:
    tokenizer, mel = trained(), ragged(10, 4)
    batch = tokenizer(mel, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = tokenizer(mel[row : row + 1, : 4 * length], LENGTHS[row : row + 1])
        assert torch.equal(batch.tokens[row, :length], alone.tokens[0])
        assert torch.allclose(batch.ctc_logits[row, : 2 * length], alone.ctc_logits[0], atol=1e-5)


@torch.no_grad()
def test_logits_of_tokens_are_those_of_the_audio() -> None:
    tokenizer = trained()
    out = tokenizer(ragged(10, 4), LENGTHS)
    logits = tokenizer.ctc_logits(out.tokens, LENGTHS)
    assert torch.allclose(logits, out.ctc_logits, atol=1e-5)


def test_the_normalisation_ignores_padding() -> None:
    norm = MaskedBatchNorm(6, momentum=1.0)
    x = ragged(6, 1, tail=100.0) * 2 + 1
    mask = torch.arange(12)[None] < LENGTHS[:, None]
    y = norm(x, mask)[mask]
    assert torch.allclose(y.mean(0), torch.zeros(6), atol=1e-5)
    assert torch.allclose(y.std(0, correction=0), torch.ones(6), atol=1e-3)
    assert torch.allclose(norm.mean, x[mask].mean(0), atol=1e-5)
    # Its statistics then serve any batch.
    assert torch.allclose(norm.eval()(x, mask)[mask], y, atol=1e-4)


@torch.no_grad()
def test_the_decoder_ignores_padding_and_hears_the_timbre() -> None:
    decoder, codes, timbre = MelDecoder(CONFIG), ragged(2, 1), torch.randn(3, 6)
    mel = decoder(codes, timbre, LENGTHS)
    assert mel.shape == (3, 48, 10)
    alone = decoder(codes[:1, :5], timbre[:1], LENGTHS[:1])
    assert torch.allclose(mel[0, :20], alone[0], atol=1e-5)
    assert not torch.allclose(mel, decoder(codes, -timbre, LENGTHS), atol=1e-2)
