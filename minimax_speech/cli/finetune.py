"""`tts finetune`: what a finished model learns without being changed."""

import typer

from minimax_speech.cli import finetune_pvc

app = typer.Typer(
    help="Teach a model a voice; the model's own files stay as they are.",
    epilog="Example: tts finetune pvc --name alice --data alice_clips --language en",
)
app.command("pvc", epilog=finetune_pvc.EXAMPLE)(finetune_pvc.pvc)


@app.callback()
def _finetune() -> None:
    """Teach a model a voice; the model's own files stay as they are."""
