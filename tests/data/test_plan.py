from pathlib import Path

import pytest

from minimax_speech.data.plan import Portion
from minimax_speech.errors import InputError


@pytest.mark.parametrize(
    ("spec", "portion"),
    [
        ("a.txt", Portion(Path("a.txt"), "fr", hours=2.0)),
        ("de=a.txt", Portion(Path("a.txt"), "de", hours=2.0)),
        ("de=a.txt:3", Portion(Path("a.txt"), "de", hours=3.0)),
        ("pt-BR=a:b.txt:0.5", Portion(Path("a:b.txt"), "pt", hours=0.5)),
        ("de=a:b.txt", Portion(Path("a:b.txt"), "de", hours=2.0)),
    ],
)
def test_a_portion_is_read_as_it_is_written(spec: str, portion: Portion) -> None:
    assert Portion.parse(spec, "fr", hours=2.0) == portion


@pytest.mark.parametrize(
    ("spec", "complaint"), [("xx=a.txt", "unknown language 'xx'"), ("=a.txt", "unknown language")]
)
def test_a_portion_of_no_language_is_refused(spec: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        Portion.parse(spec, "en")


def test_a_portion_of_hours_and_count_is_refused() -> None:
    with pytest.raises(InputError, match="both hours and count"):
        Portion.parse("a.txt", "en", hours=1.0, count=1)
