from pathlib import Path

import numpy as np
import pytest
from fake_engines import Hum

from minimax_speech.data.engines import ENGINES, EngineMissing, EnginePlaces, EngineVoice, available
from minimax_speech.data.engines.base import load_library
from minimax_speech.data.voices import (
    MOST_ESPEAK_VOICES,
    WARPS,
    Speaker,
    espeak_voice_file,
    natural_speakers,
    write_espeak_data,
)
from minimax_speech.errors import InputError


def test_every_voice_gives_as_many_distinct_speakers_as_warps() -> None:
    speakers = natural_speakers(Hum(EnginePlaces()), "en", 7)
    assert len({speaker.id for speaker in speakers}) == 2 * 7
    assert speakers[0].id == "hum:high:a1.00:p1.00"
    assert len(set(WARPS)) == len(WARPS) >= 7


def test_a_speakers_name_says_how_to_make_it_again() -> None:
    for speaker in natural_speakers(Hum(EnginePlaces()), "en", len(WARPS)):
        how = f"a{speaker.formants:.2f}:p{speaker.pitch:.2f}"
        assert speaker.id == f"{speaker.engine}:{speaker.voice.name}:{how}"


def test_bandwidth_moves_with_the_formants_and_stops_at_12_khz() -> None:
    voice = EngineVoice("v", "en", 16000)
    assert Speaker("e", voice, 1.1).bandwidth == pytest.approx(8800.0)
    assert Speaker("e", EngineVoice("v", "en", 24000), 1.19).bandwidth == 12000.0


def test_gender_is_kept_under_mild_warps_only() -> None:
    voice = EngineVoice("v", "en", 16000, "male")
    assert Speaker("e", voice, 1.1).gender == "male"
    assert Speaker("e", voice, 1.19).gender is None


def test_a_range_of_warps_is_other_speakers_than_those_before_it() -> None:
    engine = Hum(EnginePlaces())
    first = {speaker.id for speaker in natural_speakers(engine, "en", 11)}
    last = {speaker.id for speaker in natural_speakers(engine, "en", range(11, 13))}
    assert len(last) == 4
    assert not first & last


@pytest.mark.parametrize("warps", [0, range(11, 14), range(-1, 2)])
def test_warps_that_there_are_not_are_refused(warps: int | range) -> None:
    with pytest.raises(InputError, match="0-12"):
        natural_speakers(Hum(EnginePlaces()), "en", warps)


def test_too_many_warps_are_refused() -> None:
    with pytest.raises(InputError, match="warps is 99"):
        natural_speakers(Hum(EnginePlaces()), "en", 99)


def test_espeak_voices_are_the_same_every_time_and_differ_from_each_other() -> None:
    files = [espeak_voice_file(number) for number in range(50)]
    assert files == [espeak_voice_file(number) for number in range(50)]
    assert len({file.split("pitch")[1] for file in files}) == 50


def test_espeak_data_holds_our_voices_and_one_language(tmp_path: Path) -> None:
    original = tmp_path / "original" / "espeak-ng-data"
    for file in ("en_dict", "de_dict", "lang/gmw/en-US", "lang/gmw/de", "voices/!v/stock"):
        (original / file).parent.mkdir(parents=True, exist_ok=True)
        (original / file).write_text(file)
    write_espeak_data(tmp_path / "original", tmp_path / "ours", ["en"], range(5, 8))
    ours = tmp_path / "ours" / "espeak-ng-data"
    files = {path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()}
    voices = {f"voices/!v/v{number:03d}" for number in (5, 6, 7)}
    assert files == {"en_dict", "de_dict", "lang/gmw/en-US"} | voices
    assert (original / "voices" / "!v" / "stock").exists()


def test_more_espeak_voices_than_espeak_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too many"):
        write_espeak_data(tmp_path, tmp_path, ["en"], range(MOST_ESPEAK_VOICES))


def test_missing_library_is_told_apart_from_other_failures() -> None:
    with pytest.raises(EngineMissing, match=r"libnothere\.so\.1 cannot be loaded"):
        load_library("libnothere.so.1", None)


def test_missing_engine_comes_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nowhere(Hum):
        install = "apt install nowhere"

        def __init__(self, places: EnginePlaces) -> None:
            raise EngineMissing("libnowhere.so is not there")

    monkeypatch.setattr("minimax_speech.data.engines.ENGINES", {"hum": Hum, "nowhere": Nowhere})
    found = available()
    assert isinstance(found["hum"], Hum)
    assert found["nowhere"] == "libnowhere.so is not there; to install it: apt install nowhere"


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_engine_that_is_here_speaks(name: str) -> None:
    engine = available()[name]
    if isinstance(engine, str):
        pytest.skip(engine)
    language, text = ("ja", "吾輩は猫である。") if name == "openjtalk" else ("en", "The fox jumps.")
    voice = engine.voices(language)[0]
    samples, rate = engine.speak(text, voice)
    assert 0.8 < len(samples) / rate < 6
    assert 0.05 < np.abs(samples).max() <= 1
    slower, _ = engine.speak(text, voice, rate=0.7)
    assert len(slower) > 1.15 * len(samples)
