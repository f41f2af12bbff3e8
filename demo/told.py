"""What Gradio calls, with every refusal told to the user in one line."""

from collections.abc import Callable, Iterator
from functools import wraps
from html import escape
from inspect import isgeneratorfunction
from typing import Any

import gradio as gr

from minimax_speech.errors import Busy, InputError


def told(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same function or generator, whose refusals the page shows."""
    if isgeneratorfunction(step):

        @wraps(step)
        def generate(*inputs: Any) -> Iterator[Any]:
            try:
                yield from step(*inputs)
            except (InputError, Busy) as error:
                raise _shown(error) from None

        return generate

    @wraps(step)
    def call(*inputs: Any) -> Any:
        try:
            return step(*inputs)
        except (InputError, Busy) as error:
            raise _shown(error) from None

    return call


def _shown(error: Exception) -> gr.Error:
    return gr.Error(escape(str(error)), print_exception=False)
