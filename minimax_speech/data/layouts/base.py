"""What every reader of a public corpus has, and what it is asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from minimax_speech.data.recording_sources import Clip, Location
from minimax_speech.errors import InputError


@dataclass(frozen=True)
class Chosen:
    """What is wanted of a corpus.

    Attributes:
        place: its folder.
        language: code.
        local: what the corpus calls that language.
        parts: names of its parts, for corpora that have some.
        jobs: processes that may look through it.
    """

    place: Path
    language: str
    local: str
    parts: tuple[str, ...]
    jobs: int


@dataclass(frozen=True)
class Layout:
    """How a public corpus lies on disk, and how its clips are found there.

    Attributes:
        title: what people call it.
        source: where to get it.
        needs: what must be there, as patterns of paths below its folder; ``{local}`` stands for the
            language and ``{part}`` for each of the parts.
        languages: code → what the corpus calls that language.
        read: every clip of what is chosen, in any order, with speakers as the corpus names them.
        parts: names of its parts; none if it is not divided.
    """

    title: str
    source: str
    needs: tuple[str, ...]
    languages: Mapping[str, str]
    read: Callable[[Chosen], Iterable[Clip]]
    parts: tuple[str, ...] = ()

    def check(self, chosen: Chosen) -> None:
        """Refuse a folder that is not this corpus.

        Raises:
            InputError: something is missing; the message says what belongs there and whence it is.
        """
        for part in chosen.parts or ("",):
            for need in self.needs:
                pattern = need.format(local=chosen.local, part=part)
                if next(chosen.place.glob(pattern), None) is None:
                    raise InputError(
                        f"no {self.title} in {chosen.place}: {chosen.place / pattern} is missing; "
                        f"get it from {self.source}"
                    )


def clip_of(
    chosen: Chosen,
    path: Path,
    speaker: str,
    text: str | None,
    *,
    emotion: str | None = None,
    gender: str | None = None,
) -> Clip:
    """The clip in a file of a corpus.

    Args:
        chosen: what is wanted.
        path: the file, inside the corpus.
        speaker: as the corpus calls them.
        text: what is said.
        emotion: how.
        gender: in the corpus's words.
    """
    name = path.relative_to(chosen.place).as_posix()
    return Clip(name, name, Location(path), speaker, chosen.language, text, emotion, gender)
