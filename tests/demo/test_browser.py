"""The demo as people use it: in Chromium, with the bundled model."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from browsing import MOST_TEXT, Page
from tiny import tone

from minimax_speech.audio import io as audio_io

TEXT = "The old house stood at the end of a quiet street."


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files to upload, by name: real speech, and what cannot be used."""
    from minimax_speech import MiniMaxSpeech

    folder = tmp_path_factory.mktemp("clips")
    tts = MiniMaxSpeech.from_pretrained(device="cpu")
    speech = tts.synthesize(f"{TEXT} She put the letter on the table.", "clb", language="en")
    silence = np.zeros(24_000, np.float32)
    sounds = {
        "speech.wav": speech.samples,
        "padded.wav": np.concatenate([silence, speech.samples, silence]),
        "clipped.wav": np.clip(30 * speech.samples, -1, 1),
        "silent.wav": np.zeros(48_000, np.float32),
        **{f"take{number}.wav": speech.samples[number * 1000 :] for number in range(4)},
        "short.wav": tone(0.2),
    }
    for name, samples in sounds.items():
        audio_io.write(folder / name, samples, 24_000)
    (folder / "text.wav").write_text("This is no sound.")
    (folder / "large.wav").write_bytes(bytes(3_000_000))
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture
def visit(browser: Any, demo_url: str) -> Iterator[Callable[..., Page]]:
    """Opens the demo as a new visitor; whatever happens, it asks nobody else for anything."""
    visits: list[tuple[Any, Page]] = []

    def go(width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = Page(context.new_page(), demo_url)
        visits.append((context, page))
        return page

    yield go
    for context, page in visits:
        strangers = [
            url for url in page.requests if not url.startswith((demo_url, "data:", "blob:"))
        ]
        context.close()
        assert strangers == []
        assert page.errors == []


def test_a_clip_is_cloned_and_heard(
    visit: Callable[..., Page], clips: dict[str, Path], home_folder: Path
) -> None:
    page = visit()
    page.upload("clone-files", clips["padded.wav"])
    report = page.find("clone-report")
    report.get_by_text("tick “").wait_for()  # heard, but not cloned without consent
    shown = report.inner_text()
    seconds = soundfile.info(clips["padded.wav"]).duration
    for fact in (f"{seconds:.1f} s", "of silence cut from its ends", " dB", "no clipping"):
        assert fact in shown
    assert report.locator("svg rect.cut").count() > 10
    assert "model's own voice" in page.find("voice-card").inner_text()
    page.find("clone-consent").get_by_role("checkbox").check()
    page.voice("cloned from padded.wav")

    neutral = page.speak(TEXT)
    assert 2 < len(neutral) / 24_000 < 6
    words = page.find("speech").locator(".speech-words span")
    assert words.all_inner_texts() == TEXT.split()
    ends = [float(str(word.get_attribute("data-to"))) for word in words.all()]
    assert ends == sorted(ends)
    assert ends[-1] <= len(neutral) / 24_000
    picture = page.page.evaluate("document.querySelector('#speech img').naturalWidth")
    assert picture > 100
    for kind, beginning in (("wav", b"RIFF"), ("srt", b"1\n00:00:")):
        with page.page.expect_download() as download:
            page.find("speech").locator(f".speech-{kind}").click()
        assert download.value.suggested_filename == f"speech.{kind}"
        assert download.value.path().read_bytes().startswith(beginning)

    page.find("emotion").get_by_text("angry").click()
    assert not np.array_equal(page.speak(TEXT), neutral)
    page.find("emotion").get_by_text("neutral").click()
    assert np.array_equal(page.speak(TEXT), neutral)

    page.find("voice-name").locator("input, textarea").fill("wednesday")
    page.find("voice-save").click()
    page.find("voice-report").get_by_text("Saved as wednesday").wait_for()
    assert (home_folder / "voices" / "wednesday.safetensors").is_file()
    other = visit()
    other.tab("saved")
    other.find("saved-voices").get_by_text("wednesday").click()
    other.voice("wednesday")
    again = other.speak(TEXT)  # a saved prompt is rounded to half precision
    assert np.corrcoef(again, neutral)[0, 1] > 0.99
    other.find("saved-delete").click()
    other.find("saved-report").get_by_text("wednesday is deleted").wait_for()
    assert not list((home_folder / "voices").iterdir())


def test_speech_is_heard_while_it_is_made(visit: Callable[..., Page]) -> None:
    page = visit()
    page.page.evaluate(
        """() => {
            window.scheduled = [];
            const start = AudioBufferSourceNode.prototype.start;
            AudioBufferSourceNode.prototype.start = function (when) {
                const done = document.querySelector("#speech audio").src !== "";
                window.scheduled.push([this.buffer.getChannelData(0).length, when, done]);
                return start.call(this, when);
            };
            new MutationObserver(() => {
                window.lit ||= document.querySelector("#speech .speech-words .now") !== null;
            }).observe(document.body, {subtree: true, attributeFilter: ["class"]});
        }"""
    )
    # Long enough to be heard still when its words are there, however slow the machine is.
    samples = page.speak(f"{TEXT} She put the letter on the table and went out. {TEXT} {TEXT}")
    scheduled = page.page.evaluate("window.scheduled")
    lengths, times, late = zip(*scheduled, strict=True)
    assert sum(lengths) == len(samples)
    assert len(lengths) > 2
    assert list(times) == sorted(times)
    assert not any(late)
    page.page.wait_for_function("window.lit")


def test_speech_that_is_stopped_is_silent_and_made_no_further(visit: Callable[..., Page]) -> None:
    page = visit()
    page.page.evaluate(
        """() => {
            window.pieces = 0;
            const start = AudioBufferSourceNode.prototype.start;
            AudioBufferSourceNode.prototype.start = function (when) {
                window.pieces += 1;
                return start.call(this, when);
            };
        }"""
    )
    page.find("text").locator("textarea").fill(f"{TEXT} " * 3)
    page.find("speak-button").click()
    page.page.wait_for_function("window.pieces > 0")
    pieces = page.page.evaluate(
        "document.querySelector('#speech .speech-stop').click(), window.pieces"
    )
    page.page.wait_for_function("document.querySelector('#speech [data-state=empty]') !== null")
    assert page.page.evaluate("window.pieces") == pieces
    page.page.wait_for_function(  # the button is dead until the page knows of the end
        """() => {
            document.querySelector("#speak-button").click();
            return document.querySelector("#speech [data-state=live]") !== null;
        }"""
    )


def test_a_voice_can_be_chosen_again_after_another_one(visit: Callable[..., Page]) -> None:
    page = visit()
    page.tab("saved")
    page.find("saved-voices").get_by_text("alan").click()
    page.voice("cloned from 8 clips")
    page.tab("mix")
    page.find("mix-button").click()
    page.voice("mixed")
    page.tab("saved")
    page.find("saved-voices").get_by_text("alan").click()
    page.voice("cloned from 8 clips")


def test_a_voice_is_designed_and_mixed(visit: Callable[..., Page]) -> None:
    page = visit()
    page.tab("design")
    page.find("design-description").locator("textarea").fill("something")
    page.find("design-button").click()
    page.toast("says nothing of a voice")
    page.find("design-description").locator("textarea").fill("an old man with a deep voice")
    page.find("design-button").click()
    page.voice("designed: ")
    assert "gender male" in page.find("design-report").inner_text()
    designed = page.speak(TEXT)
    page.speak("", "voice-hear", "voice-player")
    page.tab("mix")
    page.find("mix-button").click()
    page.voice("mixed: alan 50%, clb 50%")
    assert not np.array_equal(page.speak(TEXT), designed)


def test_an_example_sets_all_of_it(visit: Callable[..., Page]) -> None:
    page = visit()
    page.find("examples").get_by_text("linda, sad").click()
    page.voice("linda")
    assert page.find("emotion").get_by_label("sad").is_checked()
    assert len(page.speak("")) > 24_000
    words = page.find("speech").locator(".speech-words span").all_inner_texts()
    assert words == ["Nobody", "came", "to", "the", "station", "to", "say", "goodbye."]


def test_what_cannot_be_used_is_told(visit: Callable[..., Page], clips: dict[str, Path]) -> None:
    page = visit()
    page.find("clone-consent").get_by_role("checkbox").check()
    for name, reason in {
        "silent.wav": "reference silent.wav is silent",
        "short.wav": "short.wav holds 0.2 s of speech; at least 1 s is needed",
        "text.wav": "text.wav is not an audio file",
        "clipped.wav": "clipped; a cleaner recording clones better",
    }.items():
        page.upload("clone-files", clips[name])
        report = page.find("clone-report").get_by_text(reason)
        report.wait_for()
        assert "/" not in report.inner_text()  # not where it lies on the server
        if name == "clipped.wav":
            page.voice("cloned from clipped.wav")
        page.find("clone-files").get_by_label("Clear").first.click()
        report.wait_for(state="detached")
    page.find("text").locator("textarea").fill(" ")
    page.find("speak-button").click()
    page.toast("the text is empty")
    page.find("text").locator("textarea").fill("x" * (MOST_TEXT + 1))
    page.find("speak-button").click()
    page.toast(f"{MOST_TEXT + 1} characters, more than {MOST_TEXT}: shorten it")
    page.upload("clone-files", clips["large.wav"])
    page.page.get_by_text("2.00 MB").or_(page.page.get_by_text("maximum")).first.wait_for()
    page.speak(TEXT)  # all else goes on


def test_a_long_text_becomes_files(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit()
    page.tab("long")
    story = tmp_path / "story.txt"
    story.write_text(f"{TEXT}\n\nShe went out.\n\n" * 2, encoding="utf-8")
    page.upload("long-file", story)
    page.page.wait_for_function(
        "document.querySelector('#long-text textarea').value.includes('She went out')"
    )
    samples = page.speak("", "long-start", "long-speech")
    assert len(samples) / 24_000 > 6
    assert "s of speech" in page.find("long-report").inner_text()
    words = page.find("long-speech").locator(".speech-words span")
    assert words.all_inner_texts() == story.read_text(encoding="utf-8").split()
    words.last.click()
    page.page.wait_for_function(
        "document.querySelector('#long-speech .speech-words').lastElementChild.className == 'now'"
    )


def test_professional_cloning_asks_for_consent_and_enough(
    visit: Callable[..., Page], clips: dict[str, Path]
) -> None:
    page = visit()
    page.tab("professional")
    page.upload("pvc-files", clips["speech.wav"])
    page.find("pvc-files").get_by_text("speech").first.wait_for()
    page.find("pvc-name").locator("input, textarea").fill("someone")
    page.find("pvc-start").click()
    report = page.find("pvc-report")
    report.get_by_text("the voice is not cloned").wait_for()
    page.find("pvc-consent").get_by_role("checkbox").check()
    page.find("pvc-start").click()
    report.get_by_text("at least 15 s in 4 are needed").wait_for()


def test_professional_cloning_shows_how_far_it_is(
    visit: Callable[..., Page], clips: dict[str, Path], home_folder: Path
) -> None:
    page = visit()
    page.tab("professional")
    page.upload("pvc-files", *(clips[f"take{number}.wav"] for number in range(4)))
    page.find("pvc-files").get_by_text("take3").first.wait_for()
    page.find("pvc-name").locator("input, textarea").fill("someone")
    page.find("pvc-steps").locator("input[type=number]").fill("20")
    page.find("pvc-consent").get_by_role("checkbox").check()
    page.find("pvc-start").click()
    page.find("pvc-report").get_by_text("loss").wait_for()
    page.find("pvc-cancel").click()
    page.find("pvc-report").get_by_text("Cancelled").wait_for()
    page.find("pvc-start").click()
    page.find("pvc-report").get_by_text("someone is saved, and chosen").wait_for()
    page.voice("tuned on 4 recordings")
    page.speak(TEXT)
    (home_folder / "voices" / "someone.safetensors").unlink()


def test_uploads_are_gone_with_their_page(
    visit: Callable[..., Page], clips: dict[str, Path], home_folder: Path
) -> None:
    page = visit()
    page.upload("clone-files", clips["silent.wav"])
    page.find("clone-report").get_by_text("is silent").wait_for()
    assert list(home_folder.glob("tmp/**/silent.wav"))
    page.page.close()
    end = time.monotonic() + 60
    while list(home_folder.glob("tmp/**/silent.wav")):
        assert time.monotonic() < end, "the upload is still there"
        time.sleep(0.2)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_page(visit: Callable[..., Page], width: int) -> None:
    page = visit(width)
    for tab in ("clone", "mix", "design", "saved", "professional", "speak", "long"):
        page.tab(tab)
        page.find(f"tab-{tab}").wait_for()
        widths = "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
        content, window = page.page.evaluate(widths)
        assert content <= window, tab
    page.tab("speak")
    page.find("text").locator("textarea").fill("x" * MOST_TEXT)
    assert page.page.evaluate(widths)[0] <= page.page.evaluate(widths)[1]
    assert page.find("speak-button").bounding_box()["height"] >= 40
