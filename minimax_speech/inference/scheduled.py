"""One request of many that share a batch: its tokens on their way, and its sound until it is read.

Three threads meet here. The decoding thread begins lines and hands over their tokens, an acoustics
thread makes sound of these, and a reader takes it; each value is written by one of them alone.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic

from minimax_speech.audio.io import Samples
from minimax_speech.inference.request import Request
from minimax_speech.inference.session import Progress
from minimax_speech.inference.speaking import Speaking
from minimax_speech.inference.streaming import FindWords, SpeechStream

MOST_SECONDS_AHEAD = 4.0
"""Of sound that waits to be read: no more is made before some is."""
MOST_LINES_AHEAD = 2
"""Lines that are drawn, or being drawn, before they are made."""


class Signal:
    """Wakes a thread. May be set anywhere, also where garbage is collected, as no lock may be."""

    def __init__(self) -> None:
        self._set: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake one that waits, or keep the next one from it."""
        self._set.put(None)

    def clear(self) -> None:
        """Forget what was set; what it was about is to be looked at after this."""
        with suppress(Empty):
            while True:
                self._set.get_nowait()

    def wait(self, seconds: float | None = None) -> None:
        """Until it is set, or for so many seconds."""
        with suppress(Empty):
            self._set.get(timeout=seconds)


class Scheduled(Iterator[Samples]):
    """One request; as an iterator, the pieces (samples,) of its speech, which it waits for.

    Attributes:
        speaking: makes the sound.
        arrived: when; all times are `monotonic` ones.
        expires: when it ends, if it is not over by then.
        started: when it became live; None before.
        sounded: when its first sound was there; None before.
        making: whether an acoustics thread makes more of it just now.
        over: nothing more is to be made.
    """

    def __init__(
        self, speaking: Speaking, seconds: float, to_draw: Signal, to_sound: Signal
    ) -> None:
        """It expires after some seconds; signals wake who draws, and who makes sound."""
        self.speaking = speaking
        self.arrived = monotonic()
        self.expires = self.arrived + seconds
        self.started: float | None = None
        self.sounded: float | None = None
        self.making = self.over = False
        self._to_draw, self._to_sound = to_draw, to_sound
        self._pieces: SimpleQueue[Samples | BaseException] = SimpleQueue()
        self._closed = False
        self._taken = 0  # samples
        self._drawing = False
        self._drawn = 0  # lines that are, or are being drawn
        self._count = self._due = 0  # tokens of the line, and when to hand them over
        self._held: list[int] = []
        self._tokens: deque[Progress] = deque()

    def end(self, how: BaseException) -> None:
        """Make nothing more; who has read all pieces gets this. Only the first end counts."""
        if not self.over:
            self.over = True
            self._pieces.put(how)
            self._to_draw.set()

    # The decoding thread

    @property
    def may_draw(self) -> bool:
        """Whether another line may begin."""
        most = min(len(self.speaking), self.speaking.made + MOST_LINES_AHEAD)
        return self._drawn < most and not self._drawing and not self.over

    def begin_line(self) -> Request:
        """What the next line asks of the engine."""
        request = self.speaking.request(self._drawn)
        self._drawn, self._drawing = self._drawn + 1, True
        self._count, self._due = 0, self.speaking.tokens_for_more(0)
        self._hand_over(Progress([], None))  # what can be made ready is, meanwhile
        return request

    def draw(self, progress: Progress) -> None:
        """Take more tokens of the line over; those of whole blocks go to acoustics."""
        self._held += progress.tokens
        self._count += len(progress.tokens)
        self._drawing = not progress.result
        if progress.result or self._count >= self._due:
            self._due = self.speaking.tokens_for_more(self._count)
            held, self._held = self._held, []
            self._hand_over(Progress(held, progress.result))

    def _hand_over(self, progress: Progress) -> None:
        self._tokens.append(progress)
        self._to_sound.set()

    # An acoustics thread

    @property
    def may_sound(self) -> bool:
        """Whether more can be made now."""
        return bool(self._tokens) and not self.making and not self.over

    @property
    def is_full(self) -> bool:
        """Whether as much waits to be read as may."""
        recording = self.speaking.recording
        return recording.length - self._taken >= MOST_SECONDS_AHEAD * recording.rate

    @property
    def deadline(self) -> float:
        """When who began to listen at the first sound has heard all; no time at all before it."""
        return float("-inf") if self.sounded is None else self.sounded + self.speaking.seconds

    def make(self) -> int:
        """Make what is next, a block or a few; returns the number of its tokens."""
        progress = self._tokens.popleft()
        samples = self.speaking.hear(progress)
        if len(samples):
            self._pieces.put(samples)
            self.sounded = self.sounded or monotonic()
        if self.speaking.made == len(self.speaking):
            self.end(StopIteration())
        elif progress.result:
            self._to_draw.set()
        return len(progress.tokens)

    # The reader

    def __next__(self) -> Samples:
        if self._closed:
            raise StopIteration
        piece = self._pieces.get()
        if isinstance(piece, BaseException):
            self._pieces.put(piece)  # for whoever asks again
            raise piece
        self._taken += len(piece)
        self._to_sound.set()
        return piece

    def close(self) -> None:
        """End the work, from any thread; no more pieces come."""
        self._closed = True
        self.end(StopIteration())


class ScheduledStream(SpeechStream):
    """The pieces of one text's speech, made some seconds ahead of who reads them.

    One that is closed or that nobody holds any more ends its work.
    """

    def __init__(self, request: Scheduled, find_words: FindWords) -> None:
        super().__init__(request, request.speaking.recording, find_words)
        self._request = request

    def __del__(self) -> None:
        self.close()

    @property
    def started(self) -> float | None:
        """Seconds that it waited for its turn; None while it waits."""
        return self._since_arrival(self._request.started)

    @property
    def first_audio(self) -> float | None:
        """Seconds until its first piece was there; None before."""
        return self._since_arrival(self._request.sounded)

    def _since_arrival(self, time: float | None) -> float | None:
        return None if time is None else time - self._request.arrived
