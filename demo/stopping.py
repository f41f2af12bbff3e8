"""Work that its visitor may end. Gradio's own way would end what is begun right after, too."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

import gradio as gr

Value = TypeVar("Value")


@dataclass
class Stop:
    """Whether a visitor has asked to end what runs for them: the value of a `gr.State`."""

    asked: bool = False


def stop_with(event: Any) -> gr.State:
    """The state that an event of a component sets, such as a button's click.

    To be made inside a tab: between tabs, the page would take it for one of them.
    """
    state = gr.State(Stop())

    def ask(stop: Stop) -> None:
        stop.asked = True

    gr.on([event], ask, [state], queue=False)
    return state


def until(stop: Stop, values: Generator[Value], last: Value) -> Iterator[Value]:
    """These values; but where it is asked to stop, all ends with the last one given."""
    stop.asked = False
    with closing(values):
        for value in values:
            if stop.asked:
                yield last
                return
            yield value
