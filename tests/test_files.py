"""Files and folders that the user names."""

import os
from pathlib import Path

import pytest

from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, digest, read_text, write_text


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["none/x", "file/x", "folder", "x" * 300])
def test_texts_that_cannot_be_read_or_written_are_refused(place: Path, name: str) -> None:
    with pytest.raises(InputError, match="choose another place"):
        write_text(place / name, "text")
    with pytest.raises(InputError, match=r"a poem .* cannot be read"):
        read_text(place / name, "a poem")
    assert sorted(path.name for path in place.iterdir()) == ["file", "folder"]


def test_a_text_appears_whole_or_not_at_all(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(place / "file", "déjà vu\n")
    assert read_text(place / "file", "text") == "déjà vu\n"

    def broken(*_: object, **__: object) -> int:
        (place / ".file.partial").touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", broken)
    with pytest.raises(OSError, match="No space"):
        write_text(place / "file", "new")
    assert read_text(place / "file", "text") == "déjà vu\n"
    assert sorted(path.name for path in place.iterdir()) == ["file", "folder"]


def test_links_and_devices_stay_what_they_are(place: Path) -> None:
    (place / "link").symlink_to(place / "file")
    write_text(place / "link", "new")
    assert (place / "link").is_symlink()
    assert (place / "file").read_text() == "new"
    write_text(os.devnull, "nothing")
    assert not Path(os.devnull).is_file()


def test_other_encodings_are_refused_and_a_byte_order_mark_is_none_of_the_text(place: Path) -> None:
    (place / "latin").write_bytes("déjà".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8 text: convert it"):
        read_text(place / "latin", "text")
    (place / "marked").write_text("hello", encoding="utf-8-sig")
    assert read_text(place / "marked", "text") == "hello"


def test_folders_are_tried_and_nothing_is_made(place: Path) -> None:
    assert check_folder(place / "a" / "b") == place
    assert check_folder(place / "folder") == place / "folder"
    for name in ("file", "file/x"):
        with pytest.raises(InputError, match="is a file: choose another"):
            check_folder(place / name)
    if Path("/proc/self").exists():
        with pytest.raises(InputError, match="/proc/x is not writable"):
            check_folder("/proc/x")
    assert sorted(path.name for path in place.iterdir()) == ["file", "folder"]


def test_a_digest_follows_what_the_files_hold(place: Path) -> None:
    (place / "copy").write_text("old")
    assert digest(place / "file") == digest(place / "copy")
    whole = digest(place / "file", place / "copy")
    (place / "file").write_text("ol")
    (place / "copy").write_text("dold")
    assert digest(place / "file", place / "copy") != whole
    with pytest.raises(InputError, match="cannot be read"):
        digest(place / "none")
