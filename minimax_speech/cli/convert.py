"""`tts convert`: a recording in another voice."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from minimax_speech.cli.mixing import WeightedVoices
from minimax_speech.cli.options import (
    CfgScale,
    Device,
    Format,
    Json,
    Model,
    OutputAudio,
    Pitch,
    References,
    SampleRate,
    Seed,
    Solver,
    Speed,
    Steps,
    Volume,
    Watermark,
    given,
    load_model,
    prepare_watermark,
    print_json,
)
from minimax_speech.cli.progress import speaking, working
from minimax_speech.cli.synthesize import check_output, check_voice_options, make_voice

EXAMPLE = "Example: tts convert talk.wav --reference target.wav -o converted.wav"


def convert(
    recording: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Recording, of a second or of hours.")
    ],
    output: OutputAudio,
    reference: References = None,
    voice: WeightedVoices = None,
    speed: Speed = None,
    pitch: Pitch = None,
    volume: Volume = None,
    seed: Seed = 0,
    cfg_scale: CfgScale = None,
    steps: Steps = None,
    solver: Solver = None,
    format: Format = None,
    sample_rate: SampleRate = None,
    watermark: Watermark = False,
    model: Model = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Say what a recording says in another voice, at the same times.

    In the voice of a clip, of a saved or bundled voice or a mix of them, or in the default voice.
    As long and as loud as the recording, unless --speed or --volume says otherwise.
    """
    from minimax_speech.audio import io
    from minimax_speech.audio.prosody import Prosody

    output, name = check_output(output, format, sample_rate, json)
    check_voice_options(reference, None, voice)
    sound = given(speed=speed, pitch=pitch, volume=volume)
    Prosody(**sound)
    io.duration(recording)

    prepare_watermark(watermark)
    tts = load_model(model, device)
    with working("loading the model"):
        tts.load()
    start = time.perf_counter()
    with speaking("converting") as progress:
        speaker = make_voice(tts, reference, None, voice)
        settings = given(
            cfg_scale=cfg_scale, steps=steps, solver=solver, watermark=watermark or None
        )
        audio = tts.convert(recording, speaker, seed, progress=progress, **settings, **sound)
    elapsed = time.perf_counter() - start
    rtf = elapsed / max(audio.seconds, 1e-9)

    audio.save(sys.stdout.buffer if output == "-" else output, name, sample_rate)
    print(
        f"{audio.seconds:.2f} s of speech in {elapsed:.2f} s, real-time factor {rtf:.2f}",
        file=sys.stderr,
    )
    if json:
        print_json(
            {
                "path": output,
                "seconds": round(audio.seconds, 3),
                "rtf": round(rtf, 3),
                "seed": seed,
                "voice": speaker.name if speaker else "default",
            }
        )
    elif output != "-":
        print(output)
