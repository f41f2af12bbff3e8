"""Named, interchangeable backends.

A backend is asked for as `name` or, where it reads weights of the user's choice, as `name=PATH`.
"""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from minimax_speech.errors import InputError

T = TypeVar("T")


@dataclass(frozen=True)
class Backend(Generic[T]):
    """How to make one backend.

    Attributes:
        build: called with (weights or None, device).
        takes_weights: whether `name=PATH` means something to it.
        summary: one line for help texts.
    """

    build: Callable[[str | None, str], T]
    takes_weights: bool
    summary: str


class Registry(Generic[T]):
    """The backends of one kind, by name."""

    def __init__(self, kind: str, backends: dict[str, Backend[T]]) -> None:
        self.kind = kind
        self.backends = backends

    def create(self, spec: str, device: str = "cpu") -> T:
        """The backend that `spec` (`name` or `name=PATH`) asks for.

        Raises:
            InputError: an unknown name, a path where none is read, weights that do not load, or a
                package that is not installed.
        """
        name, _, weights = spec.partition("=")
        if name not in self.backends:
            close = difflib.get_close_matches(name, self.backends, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            known = ", ".join(self.backends)
            raise InputError(f"unknown {self.kind} {name!r}: {hint}choose one of {known}")
        backend = self.backends[name]
        if weights and not backend.takes_weights:
            raise InputError(f"the {self.kind} {name!r} takes no weights: write {name!r} alone")
        return backend.build(weights or None, device)

    def create_all(self, specs: Iterable[str], device: str = "cpu") -> list[T]:
        """One backend for each of `specs`; see `create`."""
        return [self.create(spec, device) for spec in specs]


def require(package: str, backend: str, install: str) -> Any:
    """Import an optional package.

    Raises:
        InputError: it is not installed or does not load; says what `install` to run.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise InputError(
            f"{backend} cannot load the package {package} ({error}): pip install {install}"
        ) from error
