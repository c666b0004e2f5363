"""The whole app on the real sandbox, played by keyboard."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from tests.rest import patient_pilots
from tui.app.shell.app import RedirectoryApp
from tui.app.widgets.bars import Line
from tui.app.widgets.field import Entry, Field
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config
from tui.settings.files.paths import Places, gather_places


class Person:
    """Presses keys and reads what the screen says."""

    def __init__(self, app: RedirectoryApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def calm(self) -> None:
        """Until nothing runs any more and all is drawn."""
        for _ in range(3):
            await self.app.desk.work.settled()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """One key after another, each once all that the key before began has ended and is drawn."""
        for key in keys:
            await self.pilot.press(key)
            await self.calm()

    async def type(self, text: str) -> None:
        """Into a field, as fast as the app takes it."""
        assert self.app.typing
        for char in text:
            self.app.post_message(events.Key("space" if char == " " else char, char))
        await self.calm()

    async def fill(self, field: str, text: str) -> None:
        self.app.screen.query_one(field, Entry).value = text
        await self.calm()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.calm()

    async def burst(self, text: str) -> None:
        """Keys that arrive at once, as from a scanner, ended by Enter."""
        for char in text:
            self.app.post_message(events.Key(char, char))
        self.app.post_message(events.Key("enter", "\r"))
        await self.calm()

    def line(self, name: str) -> str:
        return self.app.screen_stack[0].query_one(f"#{name}", Line).text

    def text(self, name: str) -> str:
        return str(self.app.screen.query_one(f"#{name}", Static).visual)

    def value(self, name: str) -> str:
        return self.app.screen_stack[0].query_one(f"#{name}", Entry).value

    def note(self, name: str) -> str:
        field = self.app.screen.query_one(f"#{name}", Entry).parent
        assert isinstance(field, Field)
        return str(field.query_one(".note", Static).visual)

    @property
    def page_id(self) -> str:
        assert self.app.page is not None
        return self.app.page.page_id

    @property
    def dialog(self) -> Any:
        """The dialog in front; there must be one."""
        assert len(self.app.screen_stack) > 1
        return self.app.screen

    def said(self) -> str:
        """All moments' messages so far."""
        return "\n".join(note.message for note in self.app._notifications)


Open: TypeAlias = Callable[..., AbstractAsyncContextManager[Person]]


MEMORY = Path("/dev/shm")


@pytest.fixture(autouse=True)
def pilots() -> Iterator[None]:
    with patient_pilots():
        yield


@pytest.fixture
def places() -> Iterator[Places]:
    """A home in memory where there is one: the journal waits for the disk at every change."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield gather_places(Path(folder))


@pytest.fixture
def app_open(places: Places) -> Open:
    """app_open(session=..., size=..., config=..., page=...): a person in front of the app; on a rehearsal by
    default."""

    @asynccontextmanager
    async def start(
        session: Session | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        config: Config | None = None,
        rehearse: bool = True,
        **options: Any,
    ) -> AsyncIterator[Person]:
        if session is None and rehearse:
            session = open_rehearsal(sample=50, places=places)
        app = RedirectoryApp(session, places=places, config=config or Config(), **options)
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot)
            await person.calm()
            yield person

    return start
