"""What a shell completes after TAB: names of voices, emotions, models, languages and formats.

A person waits for it, so nothing is loaded but what lists the names.
"""

import typer

from minimax_speech import home
from minimax_speech.config import load_yaml
from minimax_speech.errors import InputError
from minimax_speech.inference import model_folder
from minimax_speech.text.languages import LANGUAGES

Help = tuple[str, str]
"""A word and what it is."""


def saved_voices() -> list[str]:
    """Names of the user's own voices."""
    return sorted(path.stem for path in home.voices_folder().glob("*.safetensors"))


def voices(context: typer.Context) -> list[str]:
    """Names of the user's own voices and of those of the model that the line names."""
    try:
        folder = model_folder.find_model(context.params.get("model"))
    except InputError:
        return saved_voices()
    bundled = {path.stem for path in model_folder.voice_files(folder)}
    return sorted(bundled.union(saved_voices()))


def emotions(context: typer.Context) -> list[str]:
    """Names of the user's own emotions and of those of the model that the line names."""
    own = {path.stem for path in home.adapters_folder().glob("*.safetensors")}
    try:
        folder = model_folder.find_model(context.params.get("model"))
    except InputError:
        return sorted(own)
    return sorted(own.union(path.stem for path in model_folder.emotion_files(folder)))


def languages(context: typer.Context) -> list[Help]:
    """Codes of the languages that the model speaks, with their names."""
    try:
        folder = model_folder.find_model(context.params.get("model"))
        known = load_yaml(folder / model_folder.CONFIG).get("languages", [])
    except InputError:
        known = list(LANGUAGES)
    return [(code, LANGUAGES[code].name) for code in known if code in LANGUAGES]


def languages_or_auto(context: typer.Context) -> list[Help]:
    """The same, and auto."""
    return [("auto", "told from the text"), *languages(context)]


def models() -> list[str]:
    """Names of the bundled models."""
    return model_folder.bundled_models()


def formats() -> list[str]:
    """Names of the audio formats that can be written."""
    from minimax_speech.audio.io import FORMATS

    return list(FORMATS)


def devices() -> list[str]:
    """Names of devices."""
    return ["auto", "cpu", "cuda", "mps"]


def stages() -> list[str]:
    """Names of the stages of training."""
    return [
        "tokenizer",
        "flow-vae",
        "speech-lm",
        "flow-matching",
        "flow-distillation",
        "recogniser",
        "voice-designer",
    ]
