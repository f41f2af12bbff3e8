"""A generator that runs ahead in a thread of its own, so that two cores have work."""

from collections.abc import Generator, Iterator
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Generic, TypeVar

from minimax_speech.inference.threads import one_core

T = TypeVar("T")


class Ahead(Generic[T]):
    """The items of a generator, made on one core while earlier ones are used; an iterator.

    An error comes out where the item would. `close` ends the generator, wherever it is.
    """

    def __init__(self, items: Generator[T], most: int) -> None:
        """So many items may wait to be used."""
        self._made: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._room, self._left = Semaphore(most), Event()
        self._thread = Thread(target=self._work, args=(items,), daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether more items are being made."""
        return self._thread.is_alive()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        item, error = self._made.get()
        if error is not None:
            self._made.put((None, error))  # for whoever asks again
            raise error
        self._room.release()
        return item  # type: ignore[return-value]

    def close(self) -> None:
        """Make no more items; returns when the thread has ended."""
        self._left.set()
        self._room.release()
        self._thread.join()

    def _work(self, items: Generator[T]) -> None:
        end: BaseException = StopIteration()
        try:
            # The number of threads of some libraries is that of the whole process: set once.
            with one_core():
                for item in items:
                    self._made.put((item, None))
                    self._room.acquire()
                    if self._left.is_set():
                        break
                items.close()
        except BaseException as error:
            end = error
        self._made.put((None, end))
