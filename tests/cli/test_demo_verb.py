"""`tts demo` before it serves."""

import sys
from collections.abc import Callable

import pytest


def test_a_missing_package_says_how_to_install_it(
    tts: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "demo"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    assert tts("demo") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    install = "pip install 'minimax-speech[demo]'"
    assert captured.err == f"error: the package gradio is not installed: {install}\n"


@pytest.mark.parametrize("options", [("--port", 0), ("--max-text", 0), ("--max-upload-mb", "x")])
def test_impossible_options_are_refused(
    tts: Callable[..., int], capsys: pytest.CaptureFixture[str], options: tuple[object, ...]
) -> None:
    assert tts("demo", *options) == 2
    assert str(options[0]) in capsys.readouterr().err
