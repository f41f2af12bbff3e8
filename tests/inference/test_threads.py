"""Work on one core leaves the number of threads as it was."""

import os
import subprocess
import sys
from queue import SimpleQueue
from threading import Thread

import pytest
import torch
from tiny import TIMBRE, tiny_speech_lm

from minimax_speech.inference.engine import Engine, Request
from minimax_speech.inference.threads import one_core, one_core_thread


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("three_threads")
def test_it_is_only_within() -> None:
    with one_core():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3
    with pytest.raises(ZeroDivisionError), one_core():
        _ = 1 / 0
    assert torch.get_num_threads() == 3


@pytest.mark.usefixtures("three_threads")
def test_a_stream_does_not_keep_the_cores_from_who_reads_it() -> None:
    engine = Engine(tiny_speech_lm(50))
    request = Request([3, 4, 5], torch.ones(TIMBRE), seed=1, max_tokens=5, min_tokens=5)
    threads = [torch.get_num_threads() for _ in engine.stream([request])]
    assert threads == [3] * 6


@pytest.mark.usefixtures("three_threads")
def test_a_thread_of_one_core_leaves_the_others_theirs() -> None:
    found: SimpleQueue[int] = SimpleQueue()

    def tell() -> None:
        with one_core():
            found.put(torch.get_num_threads())
        found.put(torch.get_num_threads())

    one_core_thread(tell, "one").join()
    assert [found.get() for _ in range(2)] == [1, 1]
    assert torch.get_num_threads() == 3
    later = Thread(target=tell)
    later.start()
    later.join()
    assert [found.get() for _ in range(2)] == [1, 3]


FORK = """
import os
import torch
from minimax_speech.inference.threads import one_core_after_forks

one_core_after_forks()
torch.set_num_threads(2)
signal, kernel = torch.rand(8, 64, 512), torch.rand(64, 64, 3)
before = torch.conv1d(signal, kernel)
child = os.fork()
if not child:
    torch.testing.assert_close(torch.conv1d(signal, kernel), before)
    os._exit(torch.get_num_threads())
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), torch.get_num_threads())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_does_not_wait_for_threads_that_it_lacks() -> None:
    command = [sys.executable, "-c", FORK]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout == "1 2\n"
