"""Flows: what a person does, from the key to the result, awaiting answers and dialogs on the way.

    @flow
    async def action_refresh(self) -> None:
        card = await self.value(lambda: look_up(session, identifier), "look up", "Asking for the device")
        self.draw(card)

A flow runs beside the handlers of its page: keys go on meanwhile. It ends in silence with Abandoned, so what
comes after an `await` is never done for a device, list or account that is not in front any more; a
RedirectoryError that nobody caught is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from textual.dom import DOMNode

from tui.app.worker.ticket import Abandoned
from tui.errors import RedirectoryError

P = ParamSpec("P")
N = TypeVar("N", bound=DOMNode)
GROUP = "flows"
"""The group of Textual's workers that flows are: one may wait for a person, in a dialog."""


def flow(
    method: Callable[Concatenate[N, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[N, P], None]:
    """Have the method begin as a flow when it is called; the call itself returns at once."""

    @wraps(method)
    def begin(self: N, *arguments: P.args, **named: P.kwargs) -> None:
        start(self, method(self, *arguments, **named))

    return cast("Callable[Concatenate[N, P], None]", begin)


@contextmanager
def at_end(then: Callable[[], object]) -> Iterator[None]:
    """Do something when the block has ended, by itself or with a RedirectoryError; nothing when nobody waits
    for it any more."""
    try:
        yield
    except RedirectoryError:
        then()
        raise
    then()


def start(node: DOMNode, steps: Coroutine[Any, Any, None]) -> None:
    """Begin a flow that is given as a coroutine."""
    node.run_worker(_carry_through(node, steps), name=getattr(steps, "__qualname__", ""), group=GROUP)


async def _carry_through(node: Any, steps: Coroutine[Any, Any, None]) -> None:
    try:
        await steps
    except Abandoned:
        return
    except RedirectoryError as error:
        node.app.show_error(error)
