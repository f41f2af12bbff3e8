"""A timbre is tuned, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny import tone

from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.recordings import ingest
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.references import acoustic_prompt
from minimax_speech.models.speech_lm import IGNORE
from minimax_speech.training.pvc import tuning as loop
from minimax_speech.training.pvc.examples import Example, make_examples, wave_of
from minimax_speech.training.pvc.making import most_typical, pooled
from minimax_speech.training.pvc.objective import CROP, Objective
from minimax_speech.training.pvc.tuning import Tuning, TuningSettings, normalised, tune

SETTINGS = TuningSettings(steps=24, batch=2, lm_batch=1)


@pytest.fixture(scope="module")
def bundle(tiny_model: Path) -> Bundle:
    return Bundle.load(tiny_model)


@pytest.fixture(scope="module")
def utterances(tmp_path_factory: pytest.TempPathFactory) -> list[Utterance]:
    """Six recordings of one voice, of which every other has a text."""
    from minimax_speech.audio import io

    folder = tmp_path_factory.mktemp("pvc")
    for number in range(6):
        io.write(folder / f"{number}.wav", tone(1.5 + number / 4, 200 + 10 * number), 24_000)
        if number % 2:
            (folder / f"{number}.txt").write_text("Hello there.")
    return read_manifest(ingest(folder, folder / "corpus", language="en", jobs=1, progress=False))


@pytest.fixture(scope="module")
def examples(
    bundle: Bundle, utterances: list[Utterance], tmp_path_factory: pytest.TempPathFactory
) -> list[Example]:
    folder = tmp_path_factory.mktemp("examples")
    return list(make_examples(bundle, utterances, folder, lambda *_: "how are you"))


@pytest.fixture(scope="module")
def objective(bundle: Bundle, utterances: list[Utterance]) -> Objective:
    return Objective(bundle, acoustic_prompt(bundle, wave_of(bundle, utterances[5])))


def run(
    objective: Objective, examples: list[Example], state: Path, settings: TuningSettings = SETTINGS
) -> Tuning:
    start = pooled(examples[2:])
    return tune(objective, start, examples[2:], examples[:2], settings, state, lambda *_: None)


def test_recordings_are_heard_once(
    bundle: Bundle, utterances: list[Utterance], tmp_path: Path
) -> None:
    asked: list[str] = []

    def transcribe(samples: object, rate: int, language: str) -> str:
        asked.append(language)
        return "" if len(asked) == 1 else "hello"

    first, second = (
        list(make_examples(bundle, utterances, tmp_path / "kept", transcribe)) for _ in range(2)
    )
    assert asked == ["en"] * 3  # those without a text, and only the first time
    tokenizer = bundle.text_tokenizer
    assert first[0].ids == []  # nothing was understood
    assert first[1].ids[0] == tokenizer.language_id("en")
    assert first[1].ids[1:] == tokenizer.encode("hello there.", "en")
    for a, b in zip(first, second, strict=True):
        assert a.ids == b.ids
        assert torch.equal(a.tokens, b.tokens)
        assert a.latents.shape == (2 * len(a.tokens), 16)
        assert torch.equal(a.timbre, b.timbre)
    assert not list((tmp_path / "kept").glob("*.partial"))


def test_a_tuned_timbre_fits_better_and_the_models_do_not_change(
    objective: Objective, examples: list[Example], bundle: Bundle, tmp_path: Path
) -> None:
    models = (bundle.speech_lm, bundle.flow_matching)
    before = [tensor.clone() for model in models for tensor in model.state_dict().values()]
    tuned = run(objective, examples, tmp_path / "state.safetensors")
    assert min(tuned.losses) < tuned.losses[0]
    assert not torch.equal(tuned.best, pooled(examples[2:]))
    torch.testing.assert_close(normalised(tuned.best), tuned.best, rtol=0, atol=1e-4)
    after = [tensor for model in models for tensor in model.state_dict().values()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert all(p.grad is None for model in models for p in model.parameters())


def test_both_losses_teach_the_timbre(objective: Objective, examples: list[Example]) -> None:
    timbre = pooled(examples).requires_grad_()
    for loss in (
        objective.flow_loss(timbre, examples, prompted=False),
        objective.flow_loss(timbre, examples, prompted=True),
        objective.lm_loss(timbre, examples),
    ):
        (gradient,) = torch.autograd.grad(loss, timbre)
        assert gradient.abs().max() > 0
    silent = [replace(example, ids=[]) for example in examples]
    assert objective.lm_loss(timbre, silent) == 0


def test_what_the_prompt_holds_is_given_and_not_asked(
    objective: Objective, examples: list[Example], bundle: Bundle
) -> None:
    def asked(prompted: bool) -> list[torch.Tensor]:
        """The places where the true latents matter."""
        latents = [example.latents.requires_grad_() for example in fresh]
        loss = objective.flow_loss(pooled(examples), fresh, prompted)
        return [gradient.abs().sum(1) for gradient in torch.autograd.grad(loss, latents)]

    fresh = [replace(example, latents=example.latents.clone()) for example in examples]
    for prompted in (False, True):
        for gradient, example in zip(asked(prompted), examples, strict=True):
            assert (gradient > 0).sum() == min(len(gradient), 2 * CROP)
            assert len(gradient) == 2 * len(example.tokens)
    prompt = objective.prompt_latents.requires_grad_()
    loss = objective.flow_loss(pooled(examples), examples, prompted=True)
    (gradient,) = torch.autograd.grad(loss, prompt)
    assert gradient.abs().max() > 0  # it is seen


def test_an_interrupted_tuning_ends_where_it_would_have_ended(
    objective: Objective,
    examples: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "EVERY", 4)
    monkeypatch.setattr(loop, "PATIENCE", 100)
    whole = run(objective, examples, tmp_path / "whole.safetensors")

    def interrupt(step: int, _: float) -> None:
        if step == 10:
            raise KeyboardInterrupt

    arguments = (objective, pooled(examples[2:]), examples[2:], examples[:2], SETTINGS)
    with pytest.raises(KeyboardInterrupt):
        tune(*arguments, tmp_path / "cut.safetensors", interrupt)
    steps: list[int] = []
    rest = tune(*arguments, tmp_path / "cut.safetensors", lambda step, _: steps.append(step))
    assert steps == list(range(9, 25))  # from the last look on
    assert rest.losses == whole.losses
    assert torch.equal(rest.vector, whole.vector)
    assert torch.equal(rest.best, whole.best)


def test_tuning_stops_when_nothing_improves_and_keeps_the_best(
    objective: Objective,
    examples: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "EVERY", 1)
    losses = iter([1.0, 0.8, 0.9, 0.85, 0.95, 0.1])
    monkeypatch.setattr(loop, "_held_out_loss", lambda *_: next(losses))
    vectors: list[torch.Tensor] = []
    original = Tuning.save

    def save(self: Tuning, path: Path) -> None:
        vectors.append(normalised(self.vector.detach()))
        original(self, path)

    monkeypatch.setattr(Tuning, "save", save)
    tuned = run(objective, examples, tmp_path / "state.safetensors")
    assert tuned.step == 4
    assert torch.equal(tuned.best, vectors[0])


def test_a_damaged_state_is_made_anew(
    objective: Objective, examples: list[Example], tmp_path: Path
) -> None:
    state = tmp_path / "state.safetensors"
    state.write_bytes(b"half a file")
    assert run(objective, examples, state, replace(SETTINGS, steps=1)).step == 1


def test_the_prompt_is_of_a_long_recording_that_is_like_many(examples: list[Example]) -> None:
    torch.manual_seed(0)
    one, other, third = torch.randn(3, 32)

    def example(timbre: torch.Tensor, tokens: int) -> Example:
        return replace(examples[0], timbre=timbre, tokens=torch.zeros(tokens, dtype=torch.long))

    between = [example(one, 120), example(other, 120), example(one + other, 120)]
    assert most_typical(between) == 2
    # What is like most of them, but too short for a prompt.
    assert most_typical([example(one, 30), *between, example(third, 120)]) == 3
    assert most_typical([example(one, 30), example(one, 30), example(other, 31)]) == 0


def test_the_language_model_is_asked_for_audio_and_the_end_alone(bundle: Bundle) -> None:
    lm = bundle.speech_lm
    row = lm.layout([3, 4], [7, 0], ended=True)
    targets = lm.targets(torch.tensor([[*row, 9], [*row[:3], 0, 0, 0, 0]]), torch.tensor([6, 3]))
    spoken = [IGNORE, IGNORE, IGNORE, 7, 0, lm.end, IGNORE, IGNORE]
    assert targets.tolist() == [spoken, [IGNORE] * 8]
