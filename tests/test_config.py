"""Configs: what is read back, and how a mistake is answered."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.config import apply_overrides, build, load_yaml, save_yaml, to_dict
from minimax_speech.errors import InputError


@dataclass
class Inner:
    width: int = 8
    rate: float = 1e-3
    kind: Literal["affine", "none", 2] = "affine"

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width is {self.width}; it must be at least 1")


@dataclass
class Outer:
    name: str
    inner: Inner = field(default_factory=Inner)
    others: list[Inner] = field(default_factory=list)
    betas: tuple[float, float] = (0.9, 0.98)
    shares: dict[str, float] = field(default_factory=dict)
    folder: Path | None = None
    flag: bool = False
    mixed: float | int | str = 0
    anything: Any = None


def test_everything_is_built_and_turned_back() -> None:
    data = {
        "name": "a",
        "inner": {"width": 4, "rate": 1, "kind": "none"},
        "others": [{"kind": 2}],
        "betas": [0.5, 1],
        "shares": {"en": 1},
        "folder": "x/y",
        "flag": True,
        "mixed": "text",
        "anything": [1, {"a": 2}],
    }
    config = build(Outer, data)
    assert config.inner == Inner(4, 1.0, "none")
    assert isinstance(config.inner.rate, float)
    assert config.others == [Inner(kind=2)]
    assert config.betas == (0.5, 1.0)
    assert config.folder == Path("x/y")
    assert build(Outer, to_dict(config)) == config


def test_defaults_fill_what_is_not_said() -> None:
    assert build(Outer, {"name": "a"}) == Outer("a")


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ({"name": "a", "innr": {}}, ["'innr'", "did you mean 'inner'?", "betas"]),
        ({"name": "a", "inner": {"widht": 1}}, ["'widht'", "'inner'", "'width'", "rate"]),
        ({"name": "a", "zzz": 1}, ["'zzz'", "Valid keys: name, inner"]),
        ({}, ["missing key 'name'"]),
        ({"name": 3}, ["name is 3", "text"]),
        ({"name": "a", "flag": 1}, ["flag is 1", "true or false"]),
        ({"name": "a", "inner": {"width": True}}, ["inner.width is True", "whole number"]),
        ({"name": "a", "inner": {"width": 1.5}}, ["inner.width is 1.5", "whole number"]),
        ({"name": "a", "inner": {"rate": "fast"}}, ["inner.rate is 'fast'", "a number"]),
        ({"name": "a", "inner": {"kind": "x"}}, ["inner.kind is 'x'", "affine, none, 2"]),
        ({"name": "a", "inner": 3}, ["inner is 3", "mapping"]),
        ({"name": "a", "inner": {"width": 0}}, ["inner: width is 0"]),
        ({"name": "a", "others": {}}, ["others is {}", "list"]),
        ({"name": "a", "others": [{}, {"w": 1}]}, ["'w'", "'others[1]'"]),
        ({"name": "a", "betas": [1]}, ["betas is [1]", "2 values"]),
        ({"name": "a", "shares": {"en": "x"}}, ["shares.en is 'x'"]),
        ({"name": "a", "mixed": []}, ["mixed is []"]),
    ],
)
def test_a_mistake_is_named_in_one_line(data: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(InputError) as error:
        build(Outer, data)
    message = str(error.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


KEYS = st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True), min_size=1, max_size=4)
VALUES = st.one_of(
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(st.integers(), max_size=3),
)


@given(KEYS, VALUES)
def test_an_override_sets_exactly_its_key(names: list[str], value: Any) -> None:
    data = {"kept": {"a": 1}}
    text = repr(value).lower() if isinstance(value, bool) else repr(value)
    result = apply_overrides(data, [f"{'.'.join(['top', *names])}={text}"])
    node: Any = result["top"]
    for name in names:
        node = node[name]
    assert node == value
    assert type(node) is type(value)
    assert result["kept"] == {"a": 1}
    assert data == {"kept": {"a": 1}}


@given(st.text().filter(lambda text: "=" not in text))
def test_an_override_without_a_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="key=value"):
        apply_overrides({}, [text])


@pytest.mark.parametrize("override", ["=1", ".a=1", "a..b=1", "a.=1", "a=[1", "x.y=1"])
def test_broken_overrides_are_refused(override: str) -> None:
    with pytest.raises(InputError, match="override") as error:
        apply_overrides({"x": 3}, [override])
    assert "\n" not in str(error.value)


def test_later_overrides_win_and_null_is_none() -> None:
    assert apply_overrides({}, ["a.b=1", "a.b=null", "a.c=x=y"]) == {"a": {"b": None, "c": "x=y"}}


def test_yaml_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1e-4\nb: 3E5\nc: 1.5e-3\nd: 12\n")
    assert load_yaml(path) == {"a": 1e-4, "b": 3e5, "c": 1.5e-3, "d": 12}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    config = Outer("ä", folder=Path("x"), shares={"en": 1e-05})
    save_yaml(to_dict(config), tmp_path / "a.yaml")
    assert build(Outer, load_yaml(tmp_path / "a.yaml")) == config


@pytest.mark.parametrize("content", [b"- 1\n- 2\n", b"a: [1", b"text", b"\xff\xfe\x00"])
def test_files_that_are_no_config(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.yaml") as error:
        load_yaml(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_yaml(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").touch()
    assert load_yaml(tmp_path / "a.yaml") == {}
