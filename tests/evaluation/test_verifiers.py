import sys

import numpy as np
import pytest
import torch
from voices import voice

import speaker_encoder
from minimax_speech.errors import InputError
from minimax_speech.evaluation import wavlm
from minimax_speech.evaluation.similarity import cosine
from minimax_speech.evaluation.verifiers import VERIFIERS
from speaker_encoder import model as encoder_model


@pytest.fixture
def own(tmp_path):
    torch.manual_seed(0)
    config = speaker_encoder.SpeakerEncoderConfig(channels=16, layers=2, timbre_dim=8)
    path = tmp_path / "encoder.safetensors"
    encoder_model.save(path, speaker_encoder.SpeakerEncoder(config))
    return VERIFIERS.create(f"own={path}")


def test_own_encoder_gives_unit_vectors_even_of_short_clips(own):
    for seconds in (0.2, 1.5):
        vector = own.embed(voice(seconds), 24_000)
        assert vector.shape == (8,)
        assert np.linalg.norm(vector) == pytest.approx(1)


def test_silence_has_the_zero_vector(own):
    assert not own.embed(np.zeros(24_000, np.float32), 24_000).any()


def test_own_encoder_names_a_bad_file(tmp_path):
    with pytest.raises(InputError, match="none"):
        VERIFIERS.create(f"own={tmp_path / 'none.safetensors'}")


def test_resemblyzer_is_consistent_and_tells_sounds_apart():
    pytest.importorskip("resemblyzer", reason="resemblyzer is not installed (needs a C compiler)")
    judge = VERIFIERS.create("resemblyzer")
    clip = voice(3.0)
    noise = 0.1 * np.random.default_rng(0).standard_normal(72_000).astype(np.float32)
    same = cosine(judge.embed(clip, 24_000), judge.embed(clip, 24_000))
    other = cosine(judge.embed(clip, 24_000), judge.embed(noise, 24_000))
    assert same == pytest.approx(1, abs=1e-5)
    assert other < 0.9


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("resemblyzer", "resemblyzer"),
        ("wavlm-large", "transformers"),
        ("wavlm-xvector", "transformers"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=f"package {package}"):
        VERIFIERS.create(name)


def test_wavlm_large_asks_for_its_checkpoint(tmp_path):
    pytest.importorskip("transformers", reason="transformers is not installed")
    with pytest.raises(InputError, match="wavlm-large=PATH"):
        VERIFIERS.create("wavlm-large")
    (tmp_path / "bad.pth").write_bytes(b"no checkpoint")
    with pytest.raises(InputError, match=r"bad\.pth") as caught:
        VERIFIERS.create(f"wavlm-large={tmp_path / 'bad.pth'}")
    assert "\n" not in str(caught.value)


TINY = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "feat_extract_norm": "layer",
    "do_stable_layer_norm": True,
    "conv_bias": False,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}

FIRST_RELEASE = [
    ("wavlm.feature_projection.layer_norm.", "wavlm.layer_norm."),
    ("wavlm.feature_projection.projection.", "wavlm.post_extract_proj."),
    ("masked_spec_embed", "mask_emb"),
    ("pos_conv_embed.conv.parametrizations.weight.original0", "pos_conv.0.weight_g"),
    ("pos_conv_embed.conv.parametrizations.weight.original1", "pos_conv.0.weight_v"),
    ("pos_conv_embed.conv.", "pos_conv.0."),
    (".attention.", ".self_attn."),
    ("gru_rel_pos_linear", "grep_linear"),
    ("rel_attn_embed", "relative_attention_bias"),
    ("gru_rel_pos_const", "grep_a"),
    ("feed_forward.intermediate_dense", "fc1"),
    ("feed_forward.output_dense", "fc2"),
    (".enter.", ".Conv1dReluBn1."),
    (".split.", ".Res2Conv1dReluBn."),
    (".leave.", ".Conv1dReluBn2."),
    (".gate.", ".SE_Connect."),
]


def first_release_name(name):
    """How the published checkpoint calls one of our weights."""
    if ".conv_layers." in name:
        name = name.replace(".conv.", ".0.").replace(".layer_norm.", ".2.1.")
    elif ".layers." in name:
        name = name.replace(".layer_norm.", ".self_attn_layer_norm.")
        name = name.replace("final_self_attn_layer_norm", "final_layer_norm")
    for ours, theirs in FIRST_RELEASE:
        name = name.replace(ours, theirs)
    return name.replace("wavlm.", "feature_extract.model.", 1)


def test_wavlm_reads_the_names_of_the_published_checkpoint():
    pytest.importorskip("transformers", reason="transformers is not installed")
    torch.manual_seed(0)
    source = wavlm.WavLMVerifier(TINY, channels=16, dim=8).eval()
    published = {first_release_name(k): v for k, v in source.state_dict().items()}
    assert "feature_extract.model.encoder.layers.1.self_attn.grep_a" in published
    assert "feature_extract.model.feature_extractor.conv_layers.3.2.1.bias" in published
    assert "layer2.Res2Conv1dReluBn.bns.6.running_mean" in published
    model = wavlm.WavLMVerifier(TINY, channels=16, dim=8).eval()
    wavlm.fit(model, {**published, "loss_calculator.projection.weight": torch.zeros(1)})
    audio = torch.from_numpy(voice(0.5, rate=16_000))[None]
    with torch.inference_mode():
        assert torch.equal(model(audio), source(audio))
        assert model(audio).shape == (1, 8)
    del published["layer3.SE_Connect.linear1.weight"]
    with pytest.raises(ValueError, match=r"1 weights are missing.*layer3\.gate\.linear1"):
        wavlm.fit(model, published)


def test_wavlm_mixes_the_input_and_every_layer():
    pytest.importorskip("transformers", reason="transformers is not installed")
    torch.manual_seed(0)
    model = wavlm.WavLMVerifier(TINY, channels=16, dim=8).eval()
    audio = torch.from_numpy(voice(0.5, rate=16_000))[None]
    with torch.inference_mode():
        states = model.layers(audio)
        expected = model.wavlm(audio).last_hidden_state
    assert len(states) == TINY["num_hidden_layers"] + 1
    assert torch.equal(states[-1], expected)
