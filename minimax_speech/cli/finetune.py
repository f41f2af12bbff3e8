"""`tts finetune`: what a finished model can learn while its own files stay as they are."""

import typer

from minimax_speech.cli import finetune_emotion, finetune_pvc

app = typer.Typer(
    help="Teach a model a voice or an emotion; the model's own files stay as they are.",
    epilog="Example: tts finetune pvc --name alice --data alice_clips --language en",
)
app.command("pvc", epilog=finetune_pvc.EXAMPLE)(finetune_pvc.pvc)
app.command("emotion", epilog=finetune_emotion.EXAMPLE)(finetune_emotion.emotion)


@app.callback()
def _finetune() -> None:
    """Teach a model a voice or an emotion; the model's own files stay as they are."""
