"""Work that its visitor may end. Gradio's own way would end what is begun right after, too."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import reports


@dataclass
class Stop:
    """Whether a visitor has asked to end what runs for them: the value of a `gr.State`."""

    asked: bool = False


def stop_with(button: gr.Button) -> gr.State:
    """The state that a button sets."""
    state = gr.State(Stop())

    def ask(stop: Stop) -> None:
        stop.asked = True

    button.click(ask, [state], queue=False)
    return state


def until(stop: Stop, values: Generator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Values of a report and other components, until it is asked to stop: then all ends."""
    stop.asked = False
    with closing(values):
        for value in values:
            if stop.asked:
                _, *others = value
                yield reports.problem("Cancelled."), *[gr.skip() for _ in others]
                return
            yield value
