"""`tts`: puts the verbs together and turns every failure into one line on stderr."""

import logging
import sys
from typing import Annotated, Any

import typer
import typer.core

from minimax_speech import __version__
from minimax_speech.cli import (
    align,
    batch,
    bench,
    bench_training,
    convert,
    demo,
    design,
    doctor,
    evaluate,
    evaluate_emotions,
    evaluate_prosody,
    evaluate_words,
    failures,
    finetune,
    info,
    prepare,
    serve,
    synthesize,
    train,
    voice,
    watermark,
)


class _Tts(typer.core.TyperGroup):
    """The command group, with one place where failures end."""

    def main(self, args: Any = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run a command line and exit: 0 done, 2 the input is wrong, 1 anything else."""
        arguments, debug = failures.take_debug_flag(sys.argv[1:] if args is None else list(args))
        _log_to_stderr()
        try:
            code = super().main(args=arguments, **{**extra, "standalone_mode": False})
        except Exception as error:
            code = failures.report(error, debug)
        if code == failures.INTERRUPTED:
            print("interrupted", file=sys.stderr)
        sys.exit(code or 0)


app = typer.Typer(
    name="tts",
    cls=_Tts,
    help="Text to speech in the voice of a short clip.",
    epilog="Example: tts synthesize 'Hello there.' --reference clip.wav -o hello.wav",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("synthesize", epilog=synthesize.EXAMPLE)(synthesize.synthesize)
app.command("convert", epilog=convert.EXAMPLE)(convert.convert)
app.command("design", epilog=design.EXAMPLE)(design.design)
app.command("align", epilog=align.EXAMPLE)(align.align)
app.command("batch", epilog=batch.EXAMPLE)(batch.batch)
app.add_typer(voice.app, name="voice")
app.add_typer(prepare.app, name="prepare")
app.command("train", epilog=train.EXAMPLE)(train.train)
app.add_typer(finetune.app, name="finetune")
app.command("evaluate", epilog=evaluate.EXAMPLE)(evaluate.evaluate)
app.command("evaluate-words", epilog=evaluate_words.EXAMPLE)(evaluate_words.evaluate_words)
app.command("evaluate-emotions", epilog=evaluate_emotions.EXAMPLE)(
    evaluate_emotions.evaluate_emotions
)
app.command("demo", epilog=demo.EXAMPLE)(demo.demo)
app.command("bench", epilog=bench.EXAMPLE)(bench.bench)
app.command("bench-training", epilog=bench_training.EXAMPLE)(bench_training.bench_training)
app.command("evaluate-prosody", epilog=evaluate_prosody.EXAMPLE)(evaluate_prosody.evaluate_prosody)
app.command("serve", epilog=serve.EXAMPLE)(serve.serve)
app.command("watermark", epilog=watermark.EXAMPLE)(watermark.watermark)
app.command("info", epilog=info.EXAMPLE)(info.info)
app.command("doctor", epilog=doctor.EXAMPLE)(doctor.doctor)


@app.callback()
def _tts(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Text to speech in the voice of a short clip.

    --debug, anywhere on the line, or TTS_DEBUG=1 shows the traceback of an error.
    """
    if version:
        print(__version__)
    elif context.invoked_subcommand is None:
        print(context.get_help())


class _StderrHandler(logging.Handler):
    """Writes to whatever stderr is at the moment: a spinner puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


def _log_to_stderr() -> None:
    for package in ("minimax_speech", "speaker_encoder", "flow_vae"):
        logger = logging.getLogger(package)
        logger.handlers = [_StderrHandler()]
        logger.setLevel(logging.INFO)
