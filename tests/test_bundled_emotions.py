"""The emotions that come with the bundled model: they fit it, and change what they should."""

import pytest

from minimax_speech import MiniMaxSpeech
from minimax_speech.evaluation.delivery import measure

EMOTIONS = ("angry", "calm", "fearful", "happy", "sad", "surprised", "whisper")
TEXT = "The train leaves an hour before the museum opens its doors."


@pytest.fixture(scope="module")
def tts() -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(device="cpu")


def test_they_belong_to_the_bundled_model(tts: MiniMaxSpeech) -> None:
    own = [info.name for info in tts.emotions() if info.origin == "model"]
    assert own == [*EMOTIONS]
    for name in EMOTIONS:
        tts.check_emotion(name)


def test_they_are_heard(tts: MiniMaxSpeech) -> None:
    moods = [None, "sad", "fearful", "whisper"]
    plain, sad, fearful, whisper = tts.synthesize([TEXT] * 4, "clb", "en", emotion=moods)
    assert sad.seconds > 1.1 * plain.seconds > 1.2 * fearful.seconds
    said = [measure(one.samples, one.sample_rate, len(TEXT)) for one in (plain, sad, fearful)]
    assert 0.5 < said[0].pitch - said[1].pitch < 4
    assert 3 < said[2].pitch - said[0].pitch < 7
    breathed = measure(whisper.samples, whisper.sample_rate, len(TEXT))
    assert breathed.voiced < 0.3 * said[0].voiced
