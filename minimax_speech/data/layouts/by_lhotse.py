"""Corpora that lhotse has preparation recipes for: https://github.com/lhotse-speech/lhotse."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

from minimax_speech.data.layouts.base import Chosen, Layout, clip_of
from minimax_speech.data.manifest import from_cuts
from minimax_speech.data.recording_sources import Clip
from minimax_speech.text.languages import LANGUAGES

ENGLISH = {"en": "English"}
LJSPEECH_READER = "linda"
# What Common Voice does not call by the language's own code.
COMMON_VOICE_LOCALES = {"zh": "zh-CN", "yue": "zh-HK", "sv": "sv-SE"}


def _clips(chosen: Chosen, prepared: Mapping[str, Any]) -> Iterator[Clip]:
    """The clips of what a recipe prepares: recordings and supervisions."""
    from lhotse import CutSet, RecordingSet

    # By type: the recipe for AISHELL-3 of lhotse 1.33 has the two names the wrong way round.
    recordings, supervisions = sorted(
        prepared.values(), key=lambda found: not isinstance(found, RecordingSet)
    )
    cuts = CutSet.from_manifests(recordings=recordings, supervisions=supervisions)
    for item in from_cuts(cuts, chosen.language):
        yield clip_of(chosen, item.audio, item.speaker, item.text, gender=item.gender)


def _read_libritts(chosen: Chosen) -> Iterator[Clip]:
    from lhotse.recipes import prepare_libritts

    prepared = prepare_libritts(chosen.place, chosen.parts, num_jobs=chosen.jobs)
    for part in chosen.parts:
        yield from _clips(chosen, prepared[part])


def _read_ljspeech(chosen: Chosen) -> Iterator[Clip]:
    """Of one reader, whom the recipe does not name."""
    from lhotse import SupervisionSet
    from lhotse.recipes import prepare_ljspeech

    prepared = prepare_ljspeech(chosen.place)
    named = (replace(one, speaker=LJSPEECH_READER) for one in prepared["supervisions"])
    return _clips(chosen, {**prepared, "supervisions": SupervisionSet.from_segments(named)})


def _read_vctk(chosen: Chosen) -> Iterator[Clip]:
    """The first microphone: the second one failed with two speakers."""
    from lhotse.recipes import prepare_vctk

    return _clips(chosen, prepare_vctk(chosen.place, use_edinburgh_vctk_url=True, mic_id="mic1"))


def _read_aishell3(chosen: Chosen) -> Iterator[Clip]:
    from lhotse.recipes import prepare_aishell3

    prepared = prepare_aishell3(chosen.place)
    for part in chosen.parts:
        yield from _clips(chosen, prepared[part])


def _read_common_voice(chosen: Chosen) -> Iterator[Clip]:
    """Of "validated" only the people who are not in "test": those are for evaluation."""
    from lhotse.recipes import prepare_commonvoice

    with TemporaryDirectory() as unused:  # the recipe insists on writing manifests
        prepared = prepare_commonvoice(
            chosen.place, unused, chosen.local, chosen.parts, num_jobs=chosen.jobs
        )[chosen.local]
    with (chosen.place / chosen.local / "test.tsv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        tested = {row["client_id"] for row in rows}
    for part in chosen.parts:
        for clip in _clips(chosen, prepared[part]):
            if part != "validated" or clip.speaker not in tested:
                # Quotation marks come doubled, in quotes, or without their other half.
                yield replace(clip, text=(clip.text or "").replace('"', "") or None)


LIBRITTS = Layout(
    "LibriTTS or LibriTTS-R",
    "https://www.openslr.org/60 or https://www.openslr.org/141",
    ("{part}/*/*/*.trans.tsv", "{part}/*/*/*.book.tsv", "{part}/*/*/*.wav"),
    ENGLISH,
    _read_libritts,
    (
        *("train-clean-100", "train-clean-360", "train-other-500"),
        *("dev-clean", "dev-other", "test-clean", "test-other"),
    ),
)
LJSPEECH = Layout(
    "LJ Speech",
    "https://keithito.com/LJ-Speech-Dataset",
    ("metadata.csv", "wavs/*.wav"),
    ENGLISH,
    _read_ljspeech,
)
VCTK = Layout(
    "VCTK 0.92",
    "https://datashare.ed.ac.uk/handle/10283/3443",
    ("speaker-info.txt", "txt/*/*.txt", "wav48_silence_trimmed/*/*_mic1.flac"),
    ENGLISH,
    _read_vctk,
)
AISHELL3 = Layout(
    "AISHELL-3",
    "https://www.openslr.org/93",
    (
        *("spk-info.txt", "train/label_train-set.txt", "train/content.txt", "test/content.txt"),
        "{part}/wav/*/*.wav",
    ),
    {"zh": "Chinese"},
    _read_aishell3,
    ("train", "test"),
)
COMMON_VOICE = Layout(
    "Common Voice",
    "https://commonvoice.mozilla.org/datasets",
    ("{local}/{part}.tsv", "{local}/test.tsv", "{local}/clips/*.mp3"),
    {code: COMMON_VOICE_LOCALES.get(code, code) for code in LANGUAGES},
    _read_common_voice,
    ("validated", "train", "dev", "test", "other"),
)
