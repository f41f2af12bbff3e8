"""From a folder of recordings to a tuned voice."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.recording_sources import find_clips
from minimax_speech.data.recordings import ingest
from minimax_speech.errors import InputError
from minimax_speech.files import digest
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.references import PROMPT_SECONDS, acoustic_prompt
from minimax_speech.training.pvc.examples import Example, Transcribe, make_examples, wave_of
from minimax_speech.training.pvc.objective import Objective
from minimax_speech.training.pvc.tuning import Tuning, TuningSettings, normalised, tune
from minimax_speech.voice import Voice

LEAST_SECONDS, LEAST_RECORDINGS = 15.0, 4
"""Less than that is cloned as well without tuning."""
SHORTEST = 1.0  # seconds; the speaker encoder hears nothing in less
HELD_OUT_SHARE, MOST_HELD_OUT, FEWEST_HELD_OUT = 8, 12, 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recordings:
    """Where a voice is to be learned from.

    Attributes:
        source: folder, uncompressed .tar, or JSONL manifest, as `data.recordings.ingest` takes it.
        manifest: JSONL manifest of a folder or tar.
        language: code, where the manifest gives none.
        transcribe: asked for the text of recordings that come without.
        transcriber: what that is called: with another one the texts are made anew.
    """

    source: Path
    manifest: Path | None
    language: str | None
    transcribe: Transcribe
    transcriber: str


@dataclass(frozen=True)
class TuningProgress:
    """How far a voice has come.

    Attributes:
        stage: its recordings are listened to, or its timbre is tuned.
        done: of the recordings, or of the steps.
        total: of them; tuning may end earlier.
        loss: the latest one on what is held out, while tuning.
    """

    stage: Literal["listening", "tuning"]
    done: int
    total: int
    loss: float | None = None


Tell = Callable[[TuningProgress], None]


def tune_voice(
    bundle: Bundle,
    recordings: Recordings,
    name: str,
    work: Path,
    settings: TuningSettings,
    jobs: int | None = None,
    resume: bool = True,
    tell: Tell = lambda _: None,
) -> Voice:
    """A voice whose timbre is tuned on recordings of one speaker.

    The timbre begins as what the speaker encoder hears in the recordings, and is the one thing that
    is learned: the files of the model stay as they are. The prompt is the beginning of the
    recording that is most typical of all.

    Args:
        bundle: the model.
        recordings: of the speaker.
        name: of the voice.
        work: folder that keeps what is made on the way.
        settings: of the tuning.
        jobs: processes that read recordings; all cores by default.
        resume: go on from what an interrupted run left there.
        tell: called after each recording that was listened to, and after each step.

    Raises:
        InputError: the recordings cannot be used, are of several speakers or in a language that the
            model does not speak, or too little; or the folder holds other ones.
    """
    bundle.check_voice_parts()
    _check_clips(bundle, recordings)
    corpus = ingest(
        recordings.source,
        work / "recordings",
        manifest=recordings.manifest,
        language=recordings.language,
        speaker=name,
        min_seconds=SHORTEST,
        jobs=jobs,
        resume=resume,
    )
    utterances = read_manifest(corpus)
    _check_amount(recordings.source, utterances)
    examples = _examples(bundle, utterances, recordings, work, tell)
    numbers, others = _split(len(examples), settings.seed)
    learned = [examples[number] for number in numbers]
    typical = utterances[numbers[most_typical(learned)]]
    prompt = acoustic_prompt(bundle, wave_of(bundle, typical))
    tuning = _tune(
        Objective(bundle, prompt),
        pooled(learned),
        learned,
        [examples[number] for number in others],
        settings,
        work / f"tuning-{_digest(corpus, repr(settings), bundle, recordings)}.safetensors",
        tell,
    )
    spoken = {utterance.language for utterance in utterances}
    return Voice(
        tuning.best.cpu().numpy(),
        name,
        bundle.config.fingerprint,
        spoken.pop() if len(spoken) == 1 else None,
        prompt,
        {
            "method": "pvc",
            "recordings": len(examples),
            "seconds": round(sum(example.seconds for example in examples), 2),
            "steps": tuning.step,
            "loss_before": round(tuning.losses[0], 4),
            "loss": round(min(tuning.losses), 4),
        },
    )


def pooled(examples: Sequence[Example]) -> Tensor:
    """What the speaker encoder hears in all recordings: (timbre_dim,), weighted by their length."""
    seconds = torch.tensor([example.seconds for example in examples])
    return normalised(
        (seconds / seconds.sum()) @ torch.stack([example.timbre for example in examples])
    )


def most_typical(examples: Sequence[Example]) -> int:
    """Number of the recording that is most like each of the others, for the voice's prompt.

    Likeness to what all have in common would do worse: in recordings of several emotions that is
    the way of none of them. One that fills a prompt is preferred, or else one of the longer half.
    """
    lengths = sorted(example.seconds for example in examples)
    enough = min(PROMPT_SECONDS, lengths[len(lengths) // 2])
    heard = torch.nn.functional.normalize(torch.stack([e.timbre for e in examples]), dim=1)
    likeness = (heard @ heard.T).mean(1).tolist()
    long = [number for number, example in enumerate(examples) if example.seconds >= enough]
    return max(long, key=likeness.__getitem__)


def _check_clips(bundle: Bundle, recordings: Recordings) -> None:
    """Refuse recordings of several speakers, or in languages that the model does not speak."""
    clips = find_clips(
        recordings.source.absolute(), recordings.manifest, recordings.language, None, "auto"
    )
    for language in sorted({clip.language for clip in clips}):
        bundle.text_tokenizer.language_id(language)
    manifest = recordings.manifest or recordings.source
    speakers = sorted({clip.speaker for clip in clips})
    if manifest.suffix == ".jsonl" and len(speakers) > 1:
        raise InputError(
            f"{manifest} holds {len(speakers)} speakers ({', '.join(speakers[:3])} …): a voice is "
            "that of one; keep the lines of one of them"
        )


def _check_amount(source: Path, utterances: Sequence[Utterance]) -> None:
    seconds = sum(utterance.duration for utterance in utterances)
    if seconds < LEAST_SECONDS or len(utterances) < LEAST_RECORDINGS:
        raise InputError(
            f"{source} holds {seconds:.1f} s of speech in {len(utterances)} recordings; at least "
            f"{LEAST_SECONDS:g} s in {LEAST_RECORDINGS} are needed (a minute or more is best): "
            "give more, cut long ones (tts prepare segments), or clone them (tts voice add)"
        )


def _examples(
    bundle: Bundle,
    utterances: Sequence[Utterance],
    recordings: Recordings,
    work: Path,
    tell: Tell,
) -> list[Example]:
    seconds = sum(utterance.duration for utterance in utterances)
    _log.info(f"{len(utterances)} recordings, {seconds / 60:.1f} min: listening")
    key = _digest(work / "recordings/manifest.jsonl", "", bundle, recordings)
    folder = work / f"examples-{key}"
    examples = []
    for example in make_examples(bundle, utterances, folder, recordings.transcribe):
        examples.append(example)
        tell(TuningProgress("listening", len(examples), len(utterances)))
    return examples


def _tune(
    objective: Objective,
    start: Tensor,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    settings: TuningSettings,
    state: Path,
    tell: Tell,
) -> Tuning:
    _log.info(f"tuning on {len(examples)} of them, the other {len(held_out)} tell how well")

    def report(step: int, loss: float) -> None:
        tell(TuningProgress("tuning", step, settings.steps, loss))

    tuning = tune(objective, start, examples, held_out, settings, state, report)
    _log.info(
        f"{tuning.step} steps; loss on what was held out: {tuning.losses[0]:.4f} before, "
        f"{min(tuning.losses):.4f} after"
    )
    return tuning


def _split(count: int, seed: int) -> tuple[list[int], list[int]]:
    """Numbers of the recordings to learn from, and of those that tell how well."""
    held_out = min(MOST_HELD_OUT, max(FEWEST_HELD_OUT, count // HELD_OUT_SHARE))
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    return sorted(order[held_out:]), sorted(order[:held_out])


def _digest(corpus: Path, settings: str, bundle: Bundle, recordings: Recordings) -> str:
    """Changes with whatever decides what is made of recordings, and how a timbre is tuned."""
    import hashlib

    parts = ("config.yaml", "tokenizer.json", "speech_lm.safetensors", "flow_matching.safetensors")
    files = digest(corpus, *(bundle.folder / part for part in parts))
    whole = f"{files} {settings} {recordings.transcriber}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
