"""Facts as HTML."""

from collections.abc import Sequence
from html import escape

from minimax_speech import Voice
from minimax_speech.studio import HeardClip, Told, TuningNews

_CLIPPED = 1e-3
_HEIGHT = 48


def voice_card(voice: Voice | None) -> str:
    """Whose voice the next text is said in."""
    if voice is None:
        return _card("The model's own voice", "choose or make another one below")
    return _card(voice.name, _origin(voice))


def clips(heard: Sequence[HeardClip]) -> str:
    """What was heard of reference clips."""
    return "".join(map(_clip, heard))


def problem(message: str) -> str:
    """Why something was not done."""
    return f'<p class="note problem" role="alert">{escape(message)}</p>'


def success(message: str) -> str:
    """What was done."""
    return f'<p class="note success" role="status">{escape(message)}</p>'


def telling(news: Told) -> str:
    """How far a long text is."""
    return bar(news.done, news.total, f"{news.done} of {news.total} parts are said")


def tuning(news: TuningNews) -> str:
    """How far a voice is."""
    progress = news.progress
    if progress is None:
        return bar(0, 1, "Reading the recordings …")
    verb = "Listening to recording" if progress.stage == "listening" else "Tuning, step"
    parts = [f"{verb} {progress.done} of {progress.total}"]
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.4f}")
    if news.seconds_left is not None:
        parts.append(f"{_minutes(news.seconds_left)} left")
    return bar(progress.done, progress.total, " · ".join(parts))


def bar(done: int, total: int, text: str) -> str:
    """A progress bar with a line below."""
    return (
        f'<div class="progress"><progress value="{done}" max="{total}"></progress>'
        f"<p>{escape(text)}</p></div>"
    )


def understood(voice: Voice) -> str:
    """What was understood of a description."""
    attributes = voice.metadata.get("attributes", {})
    chips = "".join(
        f"<span>{escape(key)} <b>{escape(str(value))}</b></span>"
        for key, value in attributes.items()
    )
    return f'<p class="chips">Understood: {chips}</p>'


def _card(name: str, origin: str) -> str:
    return (
        '<div class="voice-card"><small>Speaking as</small>'
        f"<strong>{escape(name)}</strong><span>{escape(origin)}</span></div>"
    )


def _origin(voice: Voice) -> str:
    facts = voice.metadata
    if mixture := facts.get("mixture"):
        return "mixed: " + ", ".join(f"{name} {share:.0%}" for name, share in mixture.items())
    if attributes := facts.get("attributes"):
        return "designed: " + ", ".join(map(str, attributes.values()))
    if facts.get("method") == "pvc":
        return f"tuned on {facts['recordings']} recordings, {_minutes(facts['seconds'])}"
    if references := facts.get("references"):
        clips = ", ".join(references) if len(references) <= 2 else f"{len(references)} clips"
        return f"cloned from {clips} ({facts['seconds']:.1f} s)"
    return "a voice of the model"


def _clip(heard: HeardClip) -> str:
    facts = [
        f"{heard.seconds:.1f} s",
        f"{heard.end - heard.start:.1f} s used",
        f"speech at {round(heard.level_db)} dB",
        f"peak at {round(heard.peak_db)} dB",
    ]
    if heard.clipped_fraction <= _CLIPPED:
        facts.append("no clipping")
    notes = "".join(f"<li>{escape(note)}</li>" for note in heard.notes)
    return (
        f'<div class="clip"><b>{escape(heard.name)}</b>{_waveform(heard)}'
        f"<p>{' · '.join(facts)}</p>{f'<ul>{notes}</ul>' if notes else ''}</div>"
    )


def _waveform(heard: HeardClip) -> str:
    """The envelope as bars; what is not used is pale."""
    loudest = max(heard.envelope) or 1.0
    seconds = heard.read_seconds / len(heard.envelope)
    bars = []
    for number, value in enumerate(heard.envelope):
        height = max(1.0, _HEIGHT * value / loudest)
        used = heard.start <= (number + 0.5) * seconds <= heard.end
        look = "" if used else ' class="cut"'
        bars.append(
            f'<rect x="{number}" y="{(_HEIGHT - height) / 2:.1f}" width="0.7" '
            f'height="{height:.1f}"{look}/>'
        )
    return (
        f'<svg viewBox="0 0 {len(bars)} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Waveform; what is cut off is pale">{"".join(bars)}</svg>'
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
