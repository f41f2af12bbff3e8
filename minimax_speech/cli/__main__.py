"""`python -m minimax_speech.cli`: the same as `tts`, for launchers such as torchrun."""

from minimax_speech.cli.main import app

app(prog_name="tts")
