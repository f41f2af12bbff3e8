"""A generator that runs ahead in a thread of its own, so that two cores have work."""

import atexit
from collections.abc import Generator, Iterator
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Generic, TypeVar

from minimax_speech.inference.threads import one_core

T = TypeVar("T")


class Ahead(Generic[T]):
    """The items of a generator, made on one core while earlier ones are used; an iterator.

    Until `start`, each is made when it is asked for. An error comes out where the item would.
    `close` ends the generator, wherever it is.
    """

    def __init__(self, items: Generator[T], most: int) -> None:
        """So many items may wait to be used."""
        self._items = items
        self._made: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._room, self._left = Semaphore(most), Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Make items ahead from now on, if that has not begun."""
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True)
            # A thread that the interpreter ends in the midst of torch takes the process down.
            atexit.register(self.close)
            self._thread.start()

    @property
    def running(self) -> bool:
        """Whether more items are being made while earlier ones are used."""
        return self._thread is not None and self._thread.is_alive()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._thread is None:
            return next(self._items)
        item, error = self._made.get()
        if error is not None:
            self._made.put((None, error))  # for whoever asks again
            raise error
        self._room.release()
        return item  # type: ignore[return-value]

    def close(self) -> None:
        """Make no more items; returns when the thread has ended."""
        if self._thread is None:
            self._items.close()
            return
        self._left.set()
        self._room.release()
        self._thread.join()

    def _work(self) -> None:
        end: BaseException = StopIteration()
        try:
            # The number of threads of some libraries is that of the whole process: set once.
            with one_core():
                for item in self._items:
                    self._made.put((item, None))
                    self._room.acquire()
                    if self._left.is_set():
                        break
                self._items.close()
        except BaseException as error:
            end = error
        atexit.unregister(self.close)
        self._made.put((None, end))
