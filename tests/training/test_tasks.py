"""What the tasks make of their data."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from miniature import Miniature, made_up_features, recipe
from torch import Tensor

from minimax_speech.data.corpus import token_count
from minimax_speech.data.manifest import read_manifest, write_manifest
from minimax_speech.data.sampler import SHARED
from minimax_speech.training.run import STAGES, load_recipe
from minimax_speech.training.sources import load_split
from minimax_speech.training.tasks.augment import limit_bandwidth, random_warps, warp_frequencies
from minimax_speech.training.tasks.base import Task
from minimax_speech.training.tasks.batching import error_rate
from minimax_speech.training.tasks.ctc import ctc_loss, greedy
from minimax_speech.training.tasks.speech import two_warps
from minimax_speech.training.tasks.speech_lm import IGNORE, SpeechLMTask
from speaker_encoder.features import LogMel

Make = Callable[..., Task]


@pytest.fixture
def make(miniature: Miniature, tmp_path: Path) -> Make:
    def task(stage: str, *overrides: str) -> Task:
        settings = [*miniature.settings(tmp_path), *overrides]
        return STAGES[stage](load_recipe(stage, recipe(stage), settings))

    return task


# -- sources ---------------------------------------------------------------------------------------


def test_validation_is_set_aside_and_always_the_same(make: Make) -> None:
    first, second = make("tokenizer").data, make("tokenizer", "seed=5").data
    names = {item.id for item in first.train.utterances}
    held = [item.id for item in first.valid.utterances[: len(first.valid)]]
    assert len(first.train) == 27
    assert len(held) == 2  # a tenth at most
    assert not names & set(held)
    assert held == [item.id for item in second.valid.utterances[: len(second.valid)]]


def test_validation_clips_find_references_among_the_training_clips(make: Make) -> None:
    corpus = make("tokenizer").data.valid
    held = {item.speaker for item in corpus.utterances[: len(corpus)]}
    for index in range(len(corpus)):
        example = corpus.example(index, 1.0, np.random.default_rng(0))
        assert example.whole or held == {"eve"}


def test_what_is_excluded_is_left_out(miniature: Miniature, make: Make, tmp_path: Path) -> None:
    item = read_manifest(miniature.manifest)[0]
    (tmp_path / "texts.txt").write_text(f"{item.text.upper()}!\n")
    data = make(
        "tokenizer",
        "data.exclude_speakers=[be, eve]",
        f"data.exclude_texts={tmp_path / 'texts.txt'}",
        "data.max_seconds=1.6",
    ).data
    kept = [*data.train.utterances, *data.valid.utterances]
    assert {clip.speaker for clip in kept} == {"anna", "cleo", "dan"}
    assert all(clip.text != item.text for clip in kept)
    assert all(clip.duration <= 1.6 for clip in kept)


@pytest.mark.parametrize(("power", "ratio"), [(1.0, 4.0), (0.5, 2.0), (0.0, 1.0)])
def test_small_languages_come_as_often_as_is_asked(
    miniature: Miniature, tmp_path: Path, power: float, ratio: float
) -> None:
    clips = [replace(clip, duration=1.0) for clip in read_manifest(miniature.manifest)[:25]]
    clips = [replace(c, language="de" if i < 5 else "en") for i, c in enumerate(clips)]
    write_manifest(clips, tmp_path / "manifest.jsonl")
    run = load_recipe("tokenizer", recipe("tokenizer"), miniature.settings(tmp_path))
    source = type(run.data.sources[0])(str(tmp_path / "manifest.jsonl"))
    data = replace(run.data, sources=[source], language_power=power, valid_utterances=0)
    split = load_split(data, (), needs_text=False)
    used = {"de": 0.0, "en": 0.0}
    for item, times in zip(split.train.utterances, split.repeats, strict=False):
        used[item.language] += float(times)
    assert used["en"] / used["de"] == pytest.approx(ratio)
    assert sum(used.values()) == pytest.approx(25)


def test_sources_with_the_same_ids_keep_their_own_features(
    miniature: Miniature, tmp_path: Path
) -> None:
    clips = read_manifest(miniature.manifest)
    write_manifest(clips, tmp_path / "manifest.jsonl")
    made_up_features(tmp_path, clips, np.random.default_rng(9))
    run = load_recipe("speech-lm", recipe("speech-lm"), miniature.settings(tmp_path))
    (source,) = run.data.sources
    other = type(source)(str(tmp_path / "manifest.jsonl"), str(tmp_path), repeat=2.5)
    run.data.sources = [source, other]
    split = load_split(run.data, ("latents",), needs_text=False)
    corpus = split.train
    assert len(corpus) == 54
    assert split.repeats.tolist() == [1.0] * 27 + [2.5] * 27
    by_name: dict[str, list[np.ndarray]] = {}
    for item in corpus.utterances:
        by_name.setdefault(item.id.partition(":")[2], []).append(
            corpus.features["latents"][item.id]
        )
    for first, second in by_name.values():
        assert first.shape == second.shape
        assert not np.array_equal(first, second)


# -- batches ---------------------------------------------------------------------------------------


def test_a_batch_depends_on_its_draws_alone(make: Make) -> None:
    draws = [(0, 11), (3, 12), (20, 13)]
    for stage in ("tokenizer", "flow-vae", "speech-lm", "recogniser"):
        first, again = make(stage).collate(draws), make(stage).collate(draws)
        other = make(stage).collate([(index, draw + 1) for index, draw in draws])
        for name, value in first.items():
            if isinstance(value, Tensor):
                assert torch.equal(value, again[name])
            else:
                assert value == again[name]
        assert any(
            isinstance(value, Tensor)
            and (value.shape != other[name].shape or not torch.equal(value, other[name]))
            for name, value in first.items()
        ), stage


def sequences(task: SpeechLMTask, index: int, valid: bool = False) -> list[tuple[list, list]]:
    """Ids and targets of the same utterance, drawn many times."""
    pairs = []
    for draw in range(40):
        batch = task.collate([(index, draw)], valid)
        pairs.append((batch["ids"][0].tolist(), batch["targets"][0].tolist()))
    return pairs


def index_of(task: Task, speaker: str, has_text: bool = True) -> int:
    items = task.data.train.utterances
    return next(i for i, u in enumerate(items) if u.speaker == speaker and bool(u.text) == has_text)


def test_the_language_model_predicts_the_tokens_and_the_end(make: Make) -> None:
    task = make("speech-lm", "model.one_shot_share=0", "model.text_dropout=0")
    index = index_of(task, "anna")
    item = task.data.train.utterances[index]
    tokens = task.data.train.features["tokens"][item.id].tolist()
    text = [task.text.language_id("en"), *task.text.encode(item.text, "en")]
    batch = task.collate([(index, 0)])
    ids, targets = batch["ids"][0].tolist(), batch["targets"][0].tolist()
    lm = task.networks["speech_lm"]
    assert ids[: len(text) + 1] == [*text, lm.begin_id]
    assert (len(ids) + 1) % 32 == 0  # the timbre vector stands in front
    assert len(targets) == len(ids) + 1
    # Position 0 is the timbre, so what position i predicts is ids[i].
    assert targets[: len(text) + 1] == [IGNORE] * (len(text) + 1)
    assert targets[len(text) + 1 :][: len(tokens) + 1] == [*tokens, lm.end]
    assert set(targets[len(text) + len(tokens) + 2 :]) <= {IGNORE}
    assert batch["spoken"] == len(tokens) + 1


def test_one_shot_rows_have_another_clip_of_the_speaker_in_front(make: Make) -> None:
    task = make("speech-lm", "model.one_shot_share=0.5", "model.text_dropout=0")
    index = index_of(task, "anna")
    corpus = task.data.train
    own = corpus.features["tokens"][corpus.utterances[index].id].tolist()
    fronts = set()
    for _, targets in sequences(task, index):
        said = [target for target in targets if target != IGNORE][:-1]
        assert said[-len(own) :] == own
        fronts.add(tuple(said[: -len(own)]))
    voices = {
        tuple(corpus.features["tokens"][item.id].tolist()): item.speaker
        for item in corpus.utterances
    }
    assert () in fronts  # zero-shot in the same training
    assert len(fronts) > 2
    assert {voices[front] for front in fronts if front} == {"anna"}


def test_a_batch_is_one_shot_or_not_as_a_whole_on_all_processes(make: Make) -> None:
    task = make("speech-lm", "model.one_shot_share=0.5", "model.reference_seconds=[0.3, 0.9]")
    index, kinds = index_of(task, "anna"), []
    for seed in range(12):
        parts = [task.collate([(index, seed + SHARED * number)]) for number in range(4)]
        assert len({int(part["reference_lengths"]) for part in parts}) == 1  # of one length, too
        alone = len(task.data.train.features["tokens"][task.data.train.utterances[index].id]) + 1
        kinds.append({bool(part["spoken"] > alone) for part in parts})
    assert sorted(map(len, kinds)) == [1] * 12
    assert {True} in kinds
    assert {False} in kinds


def test_batches_of_compiled_code_have_less_padding(make: Make) -> None:
    draws = [(0, 1), (3, 1 + SHARED), (12, 1 + 2 * SHARED)]
    settings = ("model.reference_seconds=[0.5, 4.0]", "model.one_shot_share=0")
    few, any_size = (
        make("speech-lm", *settings, f"train.compile={compiled}").collate(draws)
        for compiled in ("false", "true")
    )
    for name, axis in (("ids", 1), ("targets", 1), ("reference", 1)):
        size = any_size[name].shape[axis]
        assert size < few[name].shape[axis]
        assert torch.equal(few[name][:, :size], any_size[name])
    assert not few["reference"][:, any_size["reference"].shape[1] :].any()
    assert torch.equal(few["positions"], any_size["positions"])
    assert any_size["ids"].shape[1] + 1 - any_size["positions"].max() < 16


def test_validation_is_zero_shot_and_does_not_vary(make: Make) -> None:
    task = make("speech-lm", "model.one_shot_share=1", "model.text_dropout=0.5")
    assert len({str(pair) for pair in sequences(task, 0, valid=True)}) == 1


def test_text_varies_by_dropout(make: Make) -> None:
    task = make("speech-lm", "model.one_shot_share=0", "model.text_dropout=0.5")
    cuts = {str(ids) for ids, _ in sequences(task, index_of(task, "anna"))}
    assert len(cuts) > 5


def test_rows_without_a_text_of_their_own_train_flow_matching_only(make: Make) -> None:
    task = make("speech-lm")
    without = index_of(task, "ben", has_text=False)
    single = index_of(task, "eve")  # gives a third of its clip away as reference
    batch = task.collate([(without, 1), (single, 2)])
    assert batch["spoken"] == 0
    assert (batch["targets"] == IGNORE).all()
    networks = task.networks
    (loss,) = task.losses(networks, batch, 0.0)
    loss.value.backward()
    assert loss.metrics["tokens"] == 0
    assert loss.metrics["flow"] > 0
    gradients = [p.grad for p in networks["speaker_encoder"].parameters() if p.grad is not None]
    assert not any(gradient.isnan().any() for gradient in gradients)


@torch.no_grad()
def test_samples_for_the_log(make: Make) -> None:
    for stage, names in (
        ("tokenizer", {"mel/decoded", "mel/target"}),
        ("speech-lm", {"latents/generated", "latents/target"}),
    ):
        task = make(stage)
        images = task.sample(task.networks, task.collate([(0, 1), (1, 2)], valid=True)).images
        assert set(images) == names
        first, second = images.values()
        assert first.shape == second.shape
    task = make("flow-vae")
    audio = task.sample(task.networks, task.collate([(0, 1)], valid=True)).audio
    assert set(audio) == {"audio/resynthesis", "audio/original"}
    assert all(clip.shape == (96_000,) for clip in audio.values())


def test_the_speaker_encoder_learns_from_both(make: Make) -> None:
    task = make("speech-lm")
    networks = task.networks
    for name in ("speech_lm", "flow_matching"):  # as initialised, the flow's output is zero
        for parameter in networks[name].parameters():
            torch.nn.init.normal_(parameter, std=0.1)
    batch = task.collate([(i, i) for i in range(4)])
    weight = networks["speaker_encoder"].project.weight
    for part in ("tokens", "flow"):
        timbre = task.timbre(networks, batch, augment=False)
        if part == "flow":
            loss = task.flow_loss(networks, batch, timbre)
        else:
            logits = networks["speech_lm"](batch["ids"], timbre)
            loss = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=IGNORE
            )
        (gradient,) = torch.autograd.grad(loss, weight)
        assert gradient.abs().sum() > 0


def test_latents_are_normalised_by_the_data(make: Make) -> None:
    task = make("speech-lm")
    flow, corpus = task.networks["flow_matching"], task.data.train
    rows = [corpus.features["latents"][item.id] for item in corpus.utterances]
    latents = flow.normalise(torch.from_numpy(np.concatenate(rows)).float())
    assert torch.allclose(latents.mean(0), torch.zeros(64), atol=1e-3)
    assert torch.allclose(latents.std(0), torch.ones(64), atol=1e-2)


def test_a_stretch_of_an_utterance_has_no_text(make: Make) -> None:
    task = make("tokenizer")
    batch = task.collate([(index_of(task, "eve"), 1), (index_of(task, "anna"), 1)])
    whole = token_count(task.data.train.utterances[index_of(task, "eve")])
    assert batch["lengths"][0] < whole
    assert batch["text_lengths"][0] == 0
    assert batch["text_lengths"][1] > 0


def test_a_frozen_encoder_stays_as_it_is(make: Make) -> None:
    task = make("flow-vae", "model.freeze_encoder=true")
    encoder = task.networks["generator"].encoder
    assert not any(p.requires_grad for p in encoder.parameters())
    assert all(p.requires_grad for p in task.networks["generator"].decoder.parameters())


def test_the_discriminators_join_in_late(make: Make) -> None:
    task = make("flow-vae", "model.adversarial_from=0.5")
    batch = task.collate([(0, 1), (1, 2)])
    early = [loss.optimizer for loss in task.losses(task.networks, batch, 0.4)]
    late = [loss.optimizer for loss in task.losses(task.networks, batch, 0.5)]
    assert early == ["generator"]
    assert late == ["discriminators", "generator"]
    assert all(p.requires_grad for p in task.networks["discriminators"].parameters())


def test_the_model_section_is_completed_from_the_data(make: Make) -> None:
    task = make("speech-lm", "model.speaker_encoder.timbre_dim=24")
    assert task.model.speech_lm.text_vocab == task.text.vocab_size
    assert task.model.speech_lm.timbre_dim == 24
    assert task.model.flow_matching.network.timbre_dim == 24


# -- losses ----------------------------------------------------------------------------------------


def test_ctc_counts_characters_of_rows_with_a_text() -> None:
    torch.manual_seed(0)
    logits, lengths = torch.randn(3, 20, 5), torch.tensor([20, 15, 20])
    texts = torch.tensor([[1, 2, 3], [4, 4, 0], [0, 0, 0]])
    loss = ctc_loss(logits, lengths, texts, [3, 2, 0])
    alone = [
        torch.nn.functional.ctc_loss(
            logits[row : row + 1, :frames].log_softmax(-1).transpose(0, 1),
            texts[row : row + 1, :count],
            [frames],
            [count],
            reduction="sum",
        )
        for row, frames, count in ((0, 20, 3), (1, 15, 2))
    ]
    assert torch.allclose(loss, sum(alone) / 5, atol=1e-5)
    assert ctc_loss(logits, lengths, texts, [0, 0, 0]) == 0


def test_ctc_of_an_impossible_text_does_not_hurt() -> None:
    logits = torch.randn(1, 2, 5, requires_grad=True)
    loss = ctc_loss(logits, torch.tensor([2]), torch.tensor([[1, 2, 3]]), [3])
    loss.backward()
    assert loss == 0
    assert not logits.grad.isnan().any()


def test_greedy_merges_repeats() -> None:
    best = torch.tensor([[1, 1, 0, 1, 2, 2, 3], [3, 0, 0, 4, 4, 4, 4]])
    logits = torch.nn.functional.one_hot(best, 5).float()
    assert greedy(logits, [7, 3]) == [[1, 1, 2, 3], [3]]


def test_error_rate_is_over_all_rows() -> None:
    assert error_rate([[1, 2], [3]], [[1, 2, 4], [3]]) == pytest.approx(0.25)
    assert error_rate([], []) == 0


def test_band_limits_silence_what_is_above() -> None:
    torch.manual_seed(0)
    mel = LogMel()(0.1 * torch.randn(64, 4_800))
    assert torch.equal(limit_bandwidth(mel, 0.0), mel)
    limited = limit_bandwidth(mel, 1.0)
    silent = (limited < -11).all(1)
    cuts = silent.int().argmax(1)  # the first silent band
    assert silent.any(1).all()
    assert (silent.int().diff(dim=1) >= 0).all()  # everything above it too
    assert len(cuts.unique()) > 10
    kept = ~silent[:, None].expand_as(mel)
    assert torch.equal(limited[kept], mel[kept])
    assert not silent[:, :50].any()  # below 3.5 kHz nothing is touched


def test_warps_move_all_frequencies_by_a_factor() -> None:
    time = torch.arange(9_600) / 24_000
    mel = {hertz: LogMel()(torch.sin(2 * torch.pi * hertz * time)[None]) for hertz in (2000, 2400)}
    warped = warp_frequencies(mel[2000], torch.tensor([1.2]))
    assert (warped.argmax(-1) == mel[2400].argmax(-1)).all()
    assert not (mel[2000].argmax(-1) == mel[2400].argmax(-1)).any()
    back = warp_frequencies(mel[2400], torch.tensor([1 / 1.2]))
    assert (back.argmax(-1) == mel[2000].argmax(-1)).all()


def test_a_warp_by_one_changes_nothing() -> None:
    torch.manual_seed(0)
    mel = LogMel()(0.1 * torch.randn(3, 4_800))
    same = warp_frequencies(mel, random_warps(3, 0.0, mel.device))
    torch.testing.assert_close(same, mel)
    factors = torch.tensor([1.0, 0.9, 1.1])
    mixed = warp_frequencies(mel, factors)
    torch.testing.assert_close(mixed[0], mel[0])
    torch.testing.assert_close(mixed[2], warp_frequencies(mel[2:], factors[2:])[0])
    assert (mixed[1:] - mel[1:]).abs().mean() > 0.05


def test_two_warps_meet_in_one_utterance() -> None:
    warped = np.arange(3)[None] + 10 * np.arange(40)[:, None]  # tokens of 3 warps of 40 frames
    mixed = [two_warps(warped, np.random.default_rng(seed)) for seed in range(40)]
    for row in mixed:
        assert (row // 10 == np.arange(40)).all()
        assert (np.diff(row % 10) != 0).sum() <= 1
    assert sum(len(set(row % 10)) == 2 for row in mixed) > 10
