import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public_corpora import CHINESE, CORPORA, SENTENCES, write

from minimax_speech.data.layouts import LAYOUTS, find_layout_clips
from minimax_speech.data.layouts.by_file_name import read_esd_texts
from minimax_speech.data.manifest import read_manifest
from minimax_speech.data.recording_sources import Clip
from minimax_speech.data.recordings import ingest
from minimax_speech.errors import InputError

TWO = SENTENCES[:2]
MEER = ("Das Meer ist 0.", "Das Meer ist 1.")

# layout: language, parts, speakers and genders, texts of a speaker, emotions
EXPECTED = {
    "aishell3": ("zh", ["train"], {"SSB0005": "female", "SSB0009": "female"}, CHINESE[:2], None),
    "commonvoice": ("de", ["validated"], {"a1" * 64: "female", "b2" * 64: None}, MEER, None),
    "crema-d": (
        None,
        [],
        {"1001": "male", "1002": "female", "1090": "male"},
        ("Don't forget a jacket.", "It's eleven o'clock."),
        {"angry", "happy", "neutral"},
    ),
    "emilia": (
        "de",
        [],
        {f"DE_B0000{batch}_S0000{number}": None for batch in (0, 1) for number in (0, 1)},
        (" Das Meer ist 0, und es ist da.",),
        None,
    ),
    "esd": (
        "en",
        [],
        {"0019": None, "0020": None},
        TWO,
        {"angry", "happy", "neutral", "sad", "surprised"},
    ),
    "libritts": ("en", ["train-clean-100"], {"84": "female", "103": "male"}, TWO, None),
    "ljspeech": (None, [], {"linda": "female"}, TWO, None),
    "mls": (
        "de",
        ["train"],
        {"10148": "male", "252": "female"},
        ("das meer ist für uns da", "das meer ist für uns  da"),
        None,
    ),
    "ravdess": (
        "en",
        [],
        {"01": "male", "02": "female", "24": "female"},
        ("Kids are talking by the door.", "Dogs are sitting by the door."),
        {"angry", "neutral"},
    ),
    "vctk": (None, [], {"p225": "female", "p226": "male", "p360": "male"}, TWO, None),
}


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a corpus in miniature, once; returns its folder."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            CORPORA[name](folder, 0.6, 2)
            (inside,) = folder.iterdir()
            made[name] = folder if name == "mls" else inside
        return made[name]

    return make


@pytest.mark.parametrize("name", EXPECTED)
def test_every_corpus_is_read(place: Callable[[str], Path], name: str) -> None:
    language, parts, speakers, texts, emotions = EXPECTED[name]
    clips = find_layout_clips(name, place(name), language, parts, jobs=1)
    assert {c.speaker: c.gender for c in clips} == {f"{name}/{s}": g for s, g in speakers.items()}
    first = f"{name}/{next(iter(speakers))}"
    assert {clip.text for clip in clips if clip.speaker == first} == set(texts)
    assert {clip.emotion for clip in clips} == (emotions or {None})
    assert {clip.language for clip in clips} == {language or "en"}
    for clip in clips:
        assert clip.id.startswith(f"{name}/")
        with clip.location.open() as file:
            assert file.read()
    assert [clip.name for clip in clips] == sorted({clip.name for clip in clips})


def test_every_layout_is_tested() -> None:
    assert set(EXPECTED) == set(LAYOUTS)


@pytest.mark.parametrize("name", ["emilia", "mls"])
def test_a_corpus_becomes_a_manifest(
    place: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    language, parts, speakers, _, _ = EXPECTED[name]
    made = ingest(
        place(name),
        tmp_path / "out",
        layout=name,
        parts=parts,
        language=language,
        min_seconds=0.3,
        jobs=1,
        progress=False,
    )
    utterances = read_manifest(made)
    assert {u.speaker for u in utterances} == {f"{name}/{speaker}" for speaker in speakers}
    assert all(0.4 < utterance.duration < 1.0 for utterance in utterances)


def texts_of(clips: list[Clip]) -> set[str | None]:
    return {clip.text for clip in clips}


def test_esd_is_chinese_too(place: Callable[[str], Path]) -> None:
    clips = find_layout_clips("esd", place("esd"), "zh")
    assert texts_of(clips) == set(CHINESE[:2])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_transcript_of_esd_comes_back(
    tmp_path: Path, texts: list[str], encoding: str, end: str
) -> None:
    rows = [f"0011_{number:06d}\t{text}\tAngry{end}" for number, text in enumerate(texts)]
    (tmp_path / "0011.txt").write_bytes("".join(rows).encode(encoding))
    read = read_esd_texts(tmp_path / "0011.txt")
    assert read == {f"0011_{number:06d}": text.strip() for number, text in enumerate(texts)}


def test_songs_are_no_speech(place: Callable[[str], Path]) -> None:
    clips = find_layout_clips("ravdess", place("ravdess"))
    assert len(clips) == 12
    assert not any("/03-02-" in clip.id for clip in clips)


def test_the_people_of_common_voices_test_are_left_for_evaluation(
    place: Callable[[str], Path],
) -> None:
    tested = find_layout_clips("commonvoice", place("commonvoice"), "de", ["test"], 1)
    assert {clip.speaker for clip in tested} == {"commonvoice/" + "c3" * 64}


@pytest.mark.parametrize(
    ("name", "language", "parts", "complaint"),
    [
        ("librispeech", None, [], "unknown layout 'librispeech': use one of aishell3, "),
        ("libritts", None, [], r"has parts: give some of train-clean-100, .* \(--part\)"),
        ("libritts", None, ["train"], "has no part 'train'"),
        ("vctk", None, ["train"], "VCTK 0.92 has no part 'train': give none"),
        ("libritts", "de", ["train-clean-100"], "has no 'de': give one of en"),
        ("mls", None, ["train"], "has several languages: give one of en, de"),
        ("mls", "xx", ["train"], "unknown language 'xx'"),
        *(
            (name, expected[0], expected[1], f"no {LAYOUTS[name].title} in .* is missing; get it")
            for name, expected in EXPECTED.items()
        ),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    tmp_path: Path, name: str, language: str | None, parts: list[str], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        find_layout_clips(name, tmp_path / "nowhere", language, parts)
    assert "\n" not in str(caught.value)


def damage_libritts(folder: Path) -> None:
    write(next((folder / "train-clean-100").rglob("*.trans.tsv")), ["no tabs at all"])


def damage_crema_d(folder: Path) -> None:
    next(folder.rglob("*.wav")).rename(folder / "AudioWAV" / "1001_XXX_ANG_XX.wav")


def damage_emilia(folder: Path) -> None:
    next(folder.rglob("*.tar")).write_bytes(b"no tar")


def damage_mls(folder: Path) -> None:
    write(folder / "mls_german_opus" / "train" / "transcripts.txt", ["no tab"])


@pytest.mark.parametrize(
    ("name", "damage", "complaint"),
    [
        ("libritts", damage_libritts, r"cannot be read \(ValueError: .*\): compare it with"),
        ("crema-d", damage_crema_d, r"cannot be read \(KeyError: 'XXX'\)"),
        ("emilia", damage_emilia, r"DE-B00000\d.tar cannot be read"),
        ("mls", damage_mls, r"cannot be read \(ValueError"),
    ],
)
def test_a_damaged_corpus_is_said_in_one_line(
    tmp_path: Path, name: str, damage: Callable[[Path], None], complaint: str
) -> None:
    CORPORA[name](tmp_path, 0.3, 1)
    language, parts, *_ = EXPECTED[name]
    place = tmp_path if name == "mls" else next(tmp_path.iterdir())
    damage(place)
    with pytest.raises(InputError, match=complaint) as caught:
        find_layout_clips(name, place, language, parts, jobs=1)
    assert "\n" not in str(caught.value)


def test_sounds_without_description_are_left_out(tmp_path: Path) -> None:
    CORPORA["emilia"](tmp_path, 0.3, 1)
    path = tmp_path / "Emilia" / "DE" / "DE-B000000.tar"
    with tarfile.open(path) as archive:
        (sound,) = (member for member in archive if member.name.endswith(".mp3"))
        data = archive.extractfile(sound).read()  # type: ignore[union-attr]
    (tmp_path / "lonely.mp3").write_bytes(data)
    with tarfile.open(path, "w") as archive:
        archive.add(tmp_path / "lonely.mp3", arcname="lonely.mp3")
    clips = find_layout_clips("emilia", tmp_path / "Emilia", "de")
    assert {clip.speaker for clip in clips} == {"emilia/DE_B00001_S00000"}
    assert json.dumps(clips[0].text) == '" Das Meer ist 0, und es ist da."'
