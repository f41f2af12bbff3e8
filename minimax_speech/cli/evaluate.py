"""`tts evaluate`: speak a test list and score it, or score recordings or the codec."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minimax_speech.cli.options import (
    CfgScale,
    Device,
    Json,
    Model,
    RepetitionPenalty,
    Seed,
    Steps,
    Temperature,
    TopK,
    TopP,
    given,
    load_model,
    model_folder,
    print_json,
    working,
)
from minimax_speech.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.audio.io import Audio
    from minimax_speech.evaluation.recognisers import SpeechRecogniser
    from minimax_speech.evaluation.report import Report
    from minimax_speech.evaluation.test_sets import TestItem
    from minimax_speech.evaluation.verifiers import SpeakerVerifier
    from minimax_speech.voice import Voice

EXAMPLE = "Example: tts evaluate list.jsonl -o results --recogniser ctc --verifier resemblyzer"


def evaluate(
    test_list: Annotated[
        Path, typer.Argument(metavar="LIST", help="Test list: JSONL or seed-tts-eval's format.")
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
    language: Annotated[
        str, typer.Option("-l", "--language", metavar="CODE", help="Where the list names none.")
    ] = "en",
    seed: Seed = 0,
    temperature: Temperature = None,
    top_p: TopP = None,
    top_k: TopK = None,
    repetition_penalty: RepetitionPenalty = None,
    cfg_scale: CfgScale = None,
    steps: Steps = None,
    model: Model = None,
    device: Device = "auto",
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Processes that measure.")] = 2,
    json: Json = False,
) -> None:
    """Speak a test list and score it.

    Word and character error rate, speaker similarity between its floor and ceiling, and length; as
    report.json and report.md. An interrupted evaluation goes on where it stopped.
    """
    if targets and resynthesis:
        raise InputError("give --targets or --resynthesis, not both")
    from minimax_speech.evaluation import evaluate as evaluation
    from minimax_speech.evaluation.test_sets import load

    items = load(test_list, language)
    earlier = _earlier_report(against) if against is not None else None
    common: dict[str, Any] = {
        "seed": seed,
        "workers": jobs,
        "settings": {"model": model or "bundled"},
    }
    if resynthesis:
        codec = _load_codec(model_folder(model))
        report = evaluation.evaluate_resynthesis(codec, _recordings(items), output, **common)
    elif targets:
        judges = _load_judges(recogniser, verifier)
        report = evaluation.evaluate_recordings(items, *judges, output, seed=seed, workers=jobs)
    else:
        sampling = given(
            temperature=temperature,
            top_p=top_p,
            top_k=top_k,
            repetition_penalty=repetition_penalty,
            cfg_scale=cfg_scale,
            steps=steps,
        )
        common["settings"] |= sampling
        judges = _load_judges(recogniser, verifier)
        speak = _speaker(load_model(model, device), seed, sampling)
        report = evaluation.evaluate(speak, items, *judges, output, **common)
    if earlier is not None:
        from minimax_speech.evaluation.report import with_differences

        report = with_differences(report, earlier, seed)
        report.save(output)
    _answer(report, output, json)


def _earlier_report(folder: Path) -> "Report":
    """The report in a folder, read before anything is spoken: a mistake shows at once."""
    from minimax_speech.evaluation.report import Report

    return Report.load(folder / "report.json")


def _load_judges(
    recognisers: list[str] | None, verifiers: list[str] | None
) -> "tuple[list[SpeechRecogniser], list[SpeakerVerifier]]":
    from minimax_speech.evaluation.recognisers import RECOGNISERS
    from minimax_speech.evaluation.verifiers import VERIFIERS

    with working("loading the judges"):
        return (
            RECOGNISERS.create_all(recognisers or ["ctc"]),
            VERIFIERS.create_all(verifiers or ["resemblyzer"]),
        )


def _speaker(
    tts: "MiniMaxSpeech", seed: int, sampling: dict[str, Any]
) -> "Callable[[TestItem], Audio]":
    def speak(item: "TestItem") -> "Audio":
        voice: Voice | None = None
        if item.reference is not None:
            voice = tts.voice([str(item.reference)], reference_text=item.reference_text)
        elif item.voice is not None:
            voice = tts.voice(item.voice)
        return tts.synthesize(item.text, voice, language=item.language, seed=seed, **sampling)

    return speak


def _load_codec(
    folder: Path,
) -> "Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]":
    """The Flow-VAE's way there and back, (samples,) -> (samples,), by the posterior's mean."""
    import torch

    import flow_vae

    try:
        vae = flow_vae.load(
            folder / "flow_vae_encoder.safetensors", folder / "flow_vae_decoder.safetensors"
        )
    except (FileNotFoundError, ValueError) as error:
        raise InputError(str(error)) from error

    @torch.inference_mode()
    def codec(samples: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
        latents = vae.encode(torch.from_numpy(samples)[None]).mean
        return vae.decode(latents)[0, : len(samples)].numpy()

    return codec


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
