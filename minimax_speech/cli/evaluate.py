"""`tts evaluate`: speak a test list and score it, or score recordings or the codec."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech.cli.judging import load_judges
from minimax_speech.cli.options import (
    CfgScale,
    Check,
    Device,
    Json,
    Model,
    RepetitionPenalty,
    Seed,
    Solver,
    Steps,
    Temperature,
    TopK,
    TopP,
    given,
    language_option,
    load_model,
    model_folder,
    print_json,
    speaking_settings,
)
from minimax_speech.errors import InputError
from minimax_speech.files import digest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.audio.io import Audio
    from minimax_speech.evaluation.report import Report
    from minimax_speech.evaluation.test_sets import TestItem
    from minimax_speech.voice import Voice

EXAMPLE = "Example: tts evaluate list.jsonl -o results --recogniser ctc --verifier resemblyzer"


def evaluate(
    test_list: Annotated[
        Path, typer.Argument(metavar="LIST", help="Test list: .jsonl, .txt or seed-tts-eval's.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of audio and report.")
    ],
    recogniser: Annotated[
        list[str] | None,
        typer.Option(
            "--recogniser",
            metavar="NAME[=WEIGHTS]",
            help="Judge of intelligibility: ctc, pocketsphinx, whisper-large-v3 or paraformer; "
            "repeatable; default: ctc.",
        ),
    ] = None,
    verifier: Annotated[
        list[str] | None,
        typer.Option(
            "--verifier",
            metavar="NAME[=WEIGHTS]",
            help="Judge of similarity: resemblyzer, wavlm-large, wavlm-xvector or own; "
            "repeatable; default: resemblyzer.",
        ),
    ] = None,
    targets: Annotated[
        bool, typer.Option("--targets", help="Score the list's own recordings instead.")
    ] = False,
    resynthesis: Annotated[
        bool,
        typer.Option(
            "--resynthesis",
            help="Score what the Flow-VAE makes of the list's recordings instead: PESQ, STOI.",
        ),
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="DIR",
            help="Folder of another evaluation of this list; reports the paired differences.",
        ),
    ] = None,
    zero_shot: Annotated[
        bool,
        typer.Option("--zero-shot", help="Clone without the references' texts, as if unknown."),
    ] = False,
    language: Annotated[
        str,
        language_option("Where the list names none."),
    ] = "en",
    seed: Seed = 0,
    temperature: Temperature = None,
    top_p: TopP = None,
    top_k: TopK = None,
    repetition_penalty: RepetitionPenalty = None,
    cfg_scale: CfgScale = None,
    steps: Steps = None,
    solver: Solver = None,
    check: Check = False,
    model: Model = None,
    device: Device = "auto",
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Processes that measure.")] = 2,
    json: Json = False,
) -> None:
    """Speak a test list and score it.

    Word and character error rate, speaker similarity between its floor and ceiling, and length; as
    report.json and report.md. The list is checked before it is spoken; what was interrupted, or
    whose list was mended, goes on where it stopped.
    """
    sampling = given(
        temperature=temperature,
        top_p=top_p,
        top_k=top_k,
        repetition_penalty=repetition_penalty,
        cfg_scale=cfg_scale,
        steps=steps,
        solver=solver,
        check=check or None,
    )
    _check_options(targets, resynthesis, zero_shot, sampling, model, device, recogniser, verifier)
    from minimax_speech.evaluation import evaluate as evaluation
    from minimax_speech.evaluation.test_sets import load
    from minimax_speech.inference.bundle import Bundle

    items = load(test_list, language)
    earlier = _earlier_report(against) if against is not None else None
    common: dict[str, Any] = {"seed": seed, "workers": jobs}
    if resynthesis:
        codec, settings = _codec(model_folder(model), device)
        report = evaluation.evaluate_resynthesis(
            codec, _recordings(items), output, settings=settings, **common
        )
    elif targets:
        report = evaluation.evaluate_recordings(
            items, *load_judges(recogniser, verifier), output, **common
        )
    else:
        if zero_shot:
            items = [replace(item, reference_text=None) for item in items]
        config = Bundle(model_folder(model)).config
        settings = speaking_settings(model_folder(model), config, sampling) | {
            "zero_shot": zero_shot
        }
        judges = load_judges(recogniser, verifier)
        tts = load_model(model, device)
        speaker = _Speaker(tts, config.default_voice, seed, sampling)
        items = [speaker.with_voice_file(item) for item in items]
        report = evaluation.evaluate(
            speaker, items, *judges, output, check=speaker.check, settings=settings, **common
        )
    if earlier is not None:
        from minimax_speech.evaluation.report import with_differences

        report = with_differences(report, earlier, seed)
        report.save(output)
    _answer(report, output, json)


def _check_options(
    targets: bool,
    resynthesis: bool,
    zero_shot: bool,
    sampling: dict[str, Any],
    model: str | None,
    device: str,
    recognisers: list[str] | None,
    verifiers: list[str] | None,
) -> None:
    """Refuse options that would change nothing."""
    if targets and resynthesis:
        raise InputError("give --targets or --resynthesis, not both")
    idle = ["zero_shot"] * zero_shot + list(sampling)
    if targets:
        idle += ["model"] * (model is not None) + ["device"] * (device != "auto")
    elif resynthesis:
        idle += ["recogniser"] * bool(recognisers) + ["verifier"] * bool(verifiers)
    else:
        return
    if idle:
        mode = "--targets" if targets else "--resynthesis"
        raise InputError(f"--{idle[0].replace('_', '-')} changes nothing with {mode}: leave it out")


def _earlier_report(folder: Path) -> "Report":
    """The report in a folder, read before anything is spoken: a mistake shows at once."""
    from minimax_speech.evaluation.report import Report

    return Report.load(folder / "report.json")


class _Speaker:
    """Speaks test items with a model."""

    def __init__(
        self, tts: "MiniMaxSpeech", default_voice: str, seed: int, sampling: dict[str, Any]
    ) -> None:
        self._tts, self._seed, self._sampling = tts, seed, sampling
        self._default_voice = default_voice
        self._files = {voice.name: voice.path for voice in reversed(tts.voices())}
        self._voices: dict[Any, Voice | None] = {}

    def with_voice_file(self, item: "TestItem") -> "TestItem":
        """The item with the file of its voice in place of a name: what it holds then counts."""
        file = self._files.get(item.voice or self._default_voice)
        if file is None or item.reference is not None:
            return item
        return replace(item, voice=str(file))

    def check(self, item: "TestItem") -> None:
        """Refuse an item that cannot be spoken, with an InputError."""
        from minimax_speech.text import languages

        if languages.get(item.language).code not in self._tts.languages:
            known = ", ".join(self._tts.languages)
            raise InputError(f"this model does not speak {item.language!r}: it speaks {known}")
        self._voice(item)

    def __call__(self, item: "TestItem") -> "Audio":
        return self._tts.synthesize(
            item.text, self._voice(item), language=item.language, seed=self._seed, **self._sampling
        )

    def _voice(self, item: "TestItem") -> "Voice | None":
        """The item's voice, made once; None is the model's default."""
        key = (item.reference, item.reference_text, item.voice)
        if key not in self._voices:
            self._voices[key] = self._make_voice(item)
        return self._voices[key]

    def _make_voice(self, item: "TestItem") -> "Voice | None":
        if item.reference is not None:
            return self._tts.voice([str(item.reference)], reference_text=item.reference_text)
        return self._tts.voice(item.voice) if item.voice is not None else None


def _codec(
    folder: Path, device: str
) -> "tuple[Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]], dict[str, Any]]":
    """The Flow-VAE's way there and back, (samples,) -> (samples,), by the posterior's mean.

    And what the report says of it.
    """
    import torch

    import flow_vae
    from minimax_speech.api import find_device
    from minimax_speech.inference.bundle import Bundle

    encoder, decoder = (folder / f"flow_vae_{part}.safetensors" for part in ("encoder", "decoder"))
    device = find_device(device)
    try:
        vae = flow_vae.load(encoder, decoder, device)
    except (FileNotFoundError, ValueError) as error:
        raise InputError(str(error)) from error

    @torch.inference_mode()
    def codec(samples: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
        latents = vae.encode(torch.from_numpy(samples)[None].to(device)).mean
        return vae.decode(latents)[0, : len(samples)].cpu().numpy()

    return codec, {"model": Bundle(folder).config.name, "weights": digest(encoder, decoder)}


def _recordings(items: "list[TestItem]") -> dict[str, Path]:
    """A recording of each item: its target, else its reference."""
    found = {item.id: item.target or item.reference for item in items}
    return {id: path for id, path in found.items() if path is not None}


def _answer(report: "Report", output: Path, json: bool) -> None:
    if json:
        summaries = {
            group: {name: summary.value.mean for name, summary in measures.items()}
            for group, measures in report.summaries.items()
        }
        print_json({"report": str(output / "report.json"), "summaries": summaries})
    else:
        print(report.markdown())
