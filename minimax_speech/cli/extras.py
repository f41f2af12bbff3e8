"""The optional packages: what each is for and which extra brings it."""

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Optional:
    """An optional package.

    Attributes:
        module: its import name.
        extra: the extra of this package that installs it.
        purpose: what it is for.
        compiled: whether its installation needs a C compiler.
    """

    module: str
    extra: str
    purpose: str
    compiled: bool = False

    @property
    def installed(self) -> bool:
        """Whether it can be found; it is not imported."""
        return find_spec(self.module) is not None


OPTIONAL = (
    Optional("accelerate", "train", "training on one or many devices"),
    Optional("peft", "train", "emotions, as low-rank adapters"),
    Optional("lhotse", "train", "batches of similar length, public corpora"),
    Optional("tensorboard", "train", "training curves, plots and audio"),
    Optional("librosa", "train", "spectrograms of what a stage makes"),
    Optional("matplotlib", "train", "plots"),
    Optional("silero_vad", "train", "speech and pauses in recordings"),
    Optional("jiwer", "eval", "word and character error rates"),
    Optional("pocketsphinx", "eval", "an offline recogniser"),
    Optional("resemblyzer", "eval", "offline speaker similarity", compiled=True),
    Optional("sklearn", "eval", "telling emotions apart"),
    Optional("pesq", "eval", "resynthesis quality (PESQ)", compiled=True),
    Optional("pyopenjtalk", "languages", "how Japanese is read"),
    Optional("text2tashkeel", "languages", "the vowels of Arabic"),
    Optional("pocket_tts", "bench", "a system to compare speed with"),
    Optional("pystoi", "eval", "resynthesis intelligibility (STOI)"),
    Optional("ray", "ray", "data preparation and serving on a cluster"),
    Optional("fastapi", "serve", "the server, tts serve"),
    Optional("uvicorn", "serve", "the server's connections"),
    Optional("python_multipart", "serve", "voices uploaded to the server"),
    Optional("prometheus_client", "serve", "the server's /metrics"),
    Optional("av", "formats", "reading m4a, mp4, webm, amr and wma; sending AAC and streams"),
    Optional("gradio", "demo", "the demo, tts demo"),
    Optional("perth", "watermark", "a mark in the sound that nobody hears"),
)


def extra_of(module: str | None) -> str | None:
    """The extra that brings an import name, or None."""
    root = (module or "").partition(".")[0]
    return next((o.extra for o in OPTIONAL if o.module == root), None)
