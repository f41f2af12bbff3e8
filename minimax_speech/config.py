"""YAML to typed dataclasses, strictly: an unknown key or a wrong type is an error that helps.

A config is a dataclass that stands next to the class it configures. `build` fills it from the
plain mapping that YAML gives, `to_dict` turns it back, and `apply_overrides` lays `a.b=1` from the
command line over the mapping before it is built.
"""

import copy
import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union

import yaml

from minimax_speech.errors import InputError

T = TypeVar("T")


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `1e-4` is a number (YAML 1.1 would read it as a string)."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def load_yaml(path: str | Path) -> dict[str, Any]:
    """Read one YAML file that holds a mapping.

    Raises:
        InputError: the file is missing, is not YAML, or holds something other than a mapping.
    """
    path = Path(path)
    try:
        data = _parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"config file {path} does not exist: check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"config file {path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise InputError(f"config file {path} is not valid YAML: {_one_line(error)}") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise InputError(
            f"config file {path} holds a {type(data).__name__}; expected 'key: value' lines"
        )
    return data


def save_yaml(data: Mapping[str, Any], path: str | Path) -> None:
    """Write a mapping as YAML, in its own order."""
    text = yaml.safe_dump(_plain(data), sort_keys=False, allow_unicode=True)
    Path(path).write_text(text, encoding="utf-8")


def apply_overrides(data: Mapping[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """Lay `a.b=value` settings over a mapping; the values are read as YAML.

    Args:
        data: the mapping to start from; it is left as it is.
        overrides: such as `["train.steps=100", "data.languages=[en, de]"]`, applied in order.

    Raises:
        InputError: an override has no `=`, an empty key, a value that is not YAML, or a key that
            leads into something that is not a mapping.
    """
    result = copy.deepcopy(dict(data))
    for override in overrides:
        key, equals, text = override.partition("=")
        names = key.strip().split(".")
        if not equals or not all(names):
            raise InputError(f"override {override!r} is not of the form key=value, as in a.b=1")
        try:
            value = _parse(text)
        except yaml.YAMLError as error:
            raise InputError(f"override {override!r} is not YAML: {_one_line(error)}") from None
        node = result
        for depth, name in enumerate(names[:-1]):
            if node.get(name) is None:
                node[name] = {}
            node = node[name]
            if not isinstance(node, dict):
                inner = ".".join(names[: depth + 1])
                raise InputError(f"override {override!r}: {inner} is {node!r} and has no keys")
        node[names[-1]] = value
    return result


def build(cls: type[T], data: Mapping[str, Any], where: str = "") -> T:
    """Make a config dataclass from plain data, checking every key and every type.

    Understands nested dataclasses, `Literal`, unions and `Optional`, `list`, `tuple`, `dict`, and
    `Path`. An int is accepted where a float is expected.

    Args:
        cls: a dataclass.
        data: what YAML gave.
        where: the dotted key under which `data` stands, for messages.

    Raises:
        InputError: an unknown key (with the valid ones and the nearest), a missing key, a value of
            the wrong type, or one that the dataclass itself refuses with a ValueError.
    """
    if not isinstance(data, Mapping):
        raise _wrong_type(where or cls.__name__, data, "a mapping of keys")
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            raise InputError(_unknown_key(key, where, list(fields)))
    hints = typing.get_type_hints(cls)
    values = {
        key: _convert(hints[key], value, f"{where}.{key}" if where else key)
        for key, value in data.items()
    }
    for name, field in fields.items():
        required = (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        if required and name not in values:
            raise InputError(f"missing key {name!r}{_inside(where)}: it has no default")
    try:
        return cls(**values)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"{where}: {error}" if where else str(error)) from None


def to_dict(config: Any) -> dict[str, Any]:
    """The plain mapping of a config dataclass, such that `build(type(config), …)` restores it."""
    return {f.name: _plain(getattr(config, f.name)) for f in dataclasses.fields(config) if f.init}


def _parse(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and paths as the dicts, lists and strings that YAML knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_dict(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _convert(hint: Any, value: Any, where: str) -> Any:
    """`value` as the annotation `hint` wants it, or an InputError that names `where`."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        return _convert_union(hint, args, value, where)
    if origin is Literal:
        if any(value == choice and type(value) is type(choice) for choice in args):
            return value
        raise _wrong_type(where, value, "one of " + ", ".join(map(str, args)))
    if origin in (list, tuple, dict) or hint in (list, tuple, dict):
        return _convert_container(origin or hint, args, value, where)
    if dataclasses.is_dataclass(hint):
        return build(typing.cast(type, hint), value, where)
    return _convert_scalar(hint, value, where)


def _convert_union(hint: Any, args: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in args:
        return None
    choices = [choice for choice in args if choice is not type(None)]
    if len(choices) == 1:
        return _convert(choices[0], value, where)
    # The exact type first, so that 1 stays an int in `float | int`.
    for choice in sorted(choices, key=lambda c: c is not type(value)):
        try:
            return _convert(choice, value, where)
        except InputError:
            continue
    raise _wrong_type(where, value, str(hint))


def _convert_container(kind: type, args: tuple[Any, ...], value: Any, where: str) -> Any:
    if kind is dict:
        if not isinstance(value, Mapping):
            raise _wrong_type(where, value, "a mapping of keys")
        key_hint, item_hint = args or (Any, Any)
        return {
            _convert(key_hint, key, where): _convert(item_hint, item, f"{where}.{key}")
            for key, item in value.items()
        }
    if not isinstance(value, (list, tuple)):
        raise _wrong_type(where, value, "a list")
    if kind is list or not args or args[-1] is Ellipsis:
        hints = [args[0] if args else Any] * len(value)
    elif len(args) != len(value):
        raise _wrong_type(where, value, f"a list of {len(args)} values")
    else:
        hints = list(args)
    pairs = enumerate(zip(hints, value, strict=True))
    return kind(_convert(hint, item, f"{where}[{i}]") for i, (hint, item) in pairs)


def _convert_scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    # bool is a subclass of int, but `steps: true` is a mistake.
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        names = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
        raise _wrong_type(where, value, names.get(hint, hint.__name__))
    return value


def _wrong_type(where: str, value: Any, expected: str) -> InputError:
    return InputError(f"{where} is {value!r}; expected {expected}")


def _unknown_key(key: Any, where: str, valid: list[str]) -> str:
    near = difflib.get_close_matches(str(key), valid, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    return f"unknown key {str(key)!r}{_inside(where)}{hint} Valid keys: {', '.join(valid)}"


def _inside(where: str) -> str:
    return f" in {where!r}" if where else ""


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
