"""`tts finetune`: what a finished model learns without being changed."""

import typer

from minimax_speech.cli import finetune_emotion

app = typer.Typer(
    help="Teach a model an emotion; the model's own files stay as they are.",
    epilog="Example: tts finetune emotion --name happy --data corpus/manifest.jsonl",
)
app.command("emotion", epilog=finetune_emotion.EXAMPLE)(finetune_emotion.emotion)


@app.callback()
def _finetune() -> None:
    """Teach a model an emotion; the model's own files stay as they are."""
