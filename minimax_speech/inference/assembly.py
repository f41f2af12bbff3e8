"""Put the exported parts of trainings together to a model directory."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

import flow_vae
from minimax_speech import config as configs
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder
from minimax_speech.inference.bundle import ModelConfig, fingerprint
from minimax_speech.inference.model_folder import CARD, CONFIG, TOKENIZER
from minimax_speech.inference.settings import Settings
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.recogniser import Recogniser
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.weights import save_model
from minimax_speech.text.bpe import TextTokenizer
from speaker_encoder import model as speaker_encoder
from speaker_encoder import weights

MIB = 1 << 20

_MODELS: dict[str, type[SpeechLM | FlowMatching | AudioTokenizer | Recogniser]] = {
    "speech_lm": SpeechLM,
    "flow_matching": FlowMatching,
    "audio_tokenizer": AudioTokenizer,
    "recogniser": Recogniser,
}
PART_NAMES = (*_MODELS, "speaker_encoder", "flow_vae_encoder", "flow_vae_decoder")
OPTIONAL_PARTS = ("recogniser",)
DISTILLED_STEPS = 2
"""Of flow matching that has learnt to need few."""


@dataclass(frozen=True)
class PartReport:
    """One part as it was written: its size, and the relative error that quantisation caused.

    The error is the root mean square of the differences over that of the values, all tensors
    together.
    """

    name: str
    bytes: int
    relative_error: float


def assemble(
    parts: Mapping[str, Path],
    text_tokenizer: Path,
    out: Path,
    *,
    name: str,
    languages: Sequence[str],
    card: str,
    default_voice: str = "default",
    generation: Settings | None = None,
    licence: str = "",
    quantise: bool = True,
    max_mib: float = 56.0,
) -> list[PartReport]:
    """Write a model directory, whole or not at all; voices are added by whoever speaks with it.

    Args:
        parts: part -> weights file, or folder that holds ``<part>.safetensors``: `PART_NAMES`.
        text_tokenizer: the ``tokenizer.json`` that the speech language model was trained with.
        out: folder to write; it may exist, and keeps what else it holds.
        name: of the model.
        languages: codes of what it speaks, the main one first.
        card: text of its README.md.
        default_voice: name of the voice that speaks where none is asked for.
        generation: settings that suit the model; by default those of its flow matching.
        licence: on what terms the weights are given.
        quantise: store large matrices as int8 with one scale per channel, the rest as bf16.
        max_mib: most that all files in the folder together may take.

    Raises:
        InputError: a part is missing, unknown or unusable, or the model is too large.
    """
    unknown = [part for part in parts if part not in PART_NAMES]
    missing = [part for part in PART_NAMES if part not in (*parts, *OPTIONAL_PARTS)]
    if unknown or missing:
        fault = f"has unknown part {unknown[0]!r}" if unknown else f"lacks part {missing[0]!r}"
        raise InputError(f"the model {fault}: give {', '.join(PART_NAMES)}")
    near = check_folder(out)
    tokenizer = _tokenizer_for(languages, text_tokenizer)
    # On the same disk, so that the whole model can be moved into its place at the end.
    with tempfile.TemporaryDirectory(dir=near, prefix=".model-") as private:
        new = Path(private)
        reports = [
            _write_part(part, _part_file(part, Path(path)), new, quantise)
            for part, path in parts.items()
        ]
        tokenizer.save(new / TOKENIZER)
        (new / CARD).write_text(card, encoding="utf-8")
        flow = FlowMatching.load(new / "flow_matching.safetensors")
        config = ModelConfig(
            name,
            list(languages),
            fingerprint(new),
            default_voice,
            generation=generation or suitable(flow.config),
            licence=licence,
        )
        configs.save_yaml(configs.to_dict(config), new / CONFIG)
        _check_size(new, out, max_mib)
        out.mkdir(parents=True, exist_ok=True)
        for path in new.iterdir():
            path.replace(out / path.name)
    return reports


def suitable(flow: FlowMatchingConfig) -> Settings:
    """Settings that suit a model with such flow matching."""
    return Settings(steps=DISTILLED_STEPS) if flow.network.distilled else Settings()


def _tokenizer_for(languages: Sequence[str], path: Path) -> TextTokenizer:
    """The text tokenizer, once it is known to have all languages."""
    tokenizer = TextTokenizer.load(path)
    for code in languages:
        if code not in tokenizer.languages:
            known = ", ".join(tokenizer.languages)
            raise InputError(f"{path} has no language {code!r}: choose from {known}")
    return tokenizer


def _check_size(new: Path, out: Path, max_mib: float) -> None:
    """Refuse a model whose new files and those that its folder keeps take too much together."""
    files = {
        path.relative_to(folder): path
        for folder in (out.absolute(), new)  # the new ones replace those of the same name
        for path in folder.rglob("*")
        if path.is_file() and (folder == new or new not in path.parents)
    }
    size = sum(path.stat().st_size for path in files.values())
    if size > max_mib * MIB:
        raise InputError(
            f"model {out} takes {size / MIB:.1f} MiB, more than {max_mib:g}: make parts smaller, "
            "or allow more (max_mib)"
        )


def _part_file(part: str, path: Path) -> Path:
    return path / f"{part}.safetensors" if path.is_dir() else path


def _write_part(part: str, source: Path, out: Path, quantise: bool) -> PartReport:
    """Load a part, which proves that it is whole, and write it anew."""
    target = out / f"{part}.safetensors"
    try:
        _rewrite(part, source, target, quantise)
        before, after = weights.read(source, part)[1], weights.read(target, part)[1]
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error
    for name, tensor in before.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise InputError(f"{source} holds numbers in {name} that are not finite: train it anew")
    return PartReport(part, target.stat().st_size, _relative_error(before, after))


def _relative_error(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> float:
    change = sum(float((after[name] - old).double().square().sum()) for name, old in before.items())
    whole = sum(float(old.double().square().sum()) for old in before.values())
    return (change / max(whole, torch.finfo(torch.float64).tiny)) ** 0.5


def _rewrite(part: str, source: Path, target: Path, quantise: bool) -> None:
    if part == "speaker_encoder":
        speaker_encoder.save(target, speaker_encoder.load(source), quantise)
    elif part == "flow_vae_encoder":
        flow_vae.save_encoder(target, flow_vae.load(encoder_path=source).encoder, quantise)
    elif part == "flow_vae_decoder":
        flow_vae.save_decoder(target, flow_vae.load(decoder_path=source).decoder, quantise)
    else:
        model = _MODELS[part].load(source)
        save_model(target, model, model.config, part, quantise)
