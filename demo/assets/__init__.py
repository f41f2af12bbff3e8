"""What the browser loads: scripts and styles, as files."""

from importlib.resources import files


def asset(name: str) -> str:
    """The text of one of them."""
    return (files(__name__) / name).read_text(encoding="utf-8")
