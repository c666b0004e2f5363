"""The pictures of the running app: what is pressed on which data, always the same to the byte.

python -m tests.scenes screenshots [NAME ...]      draw them anew into that folder
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import PropertyMock, patch

from tests.functional.conftest import Person
from tests.rest import patient_pilots
from tui.app.pages.devices import DevicesPage
from tui.app.shell.app import RedirectoryApp
from tui.app.shell.main_screen import PAGE_CLASSES
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.changes.retargeting import retarget
from tui.services.session import Session, open_rehearsal
from tui.settings.config import AppSettings, Config
from tui.settings.files.paths import gather_places

FOLDER = Path(__file__).parent.parent / "screenshots"
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
# Shown on Settings; nothing is ever made there.
HOME = Path("/home/ada/redirectory")
KNOWN = "7C2F80820EC0-55DF"
TARGET = Target("http://prov.example.net/%MACD.xml", "Nordlicht Telefon")
LIST = """7C2F80AA0001-1111
7C2F80AA0002-1112
7C2F80AA00ZZ
7C:2F:80:AA:00:03
589EC6AA0004-1114
7C2F80AA0001-1111
7C2F80820EC0-55DF
"""
CALL = """<?xml version="1.0"?>
<methodCall><methodName>autoprov.registerDeviceList</methodName><params>
<param><value><array><data>
<value><string>7C2F80AA0001-1111</string></value>
<value><string>7C2F80AA0002-1112</string></value>
<value><string>589EC6AA0004-1114</string></value>
</data></array></value></param>
<param><value><string>http://prov.example.net/%MACD.xml</string></value></param>
<param><value><string>Nordlicht Telefon</string></value></param>
</params></methodCall>
"""

Play = Callable[[Person], Awaitable[None]]


async def look(person: Person) -> None:
    """Press nothing."""


def press(*keys: str) -> Play:
    async def play(person: Person) -> None:
        await person.press(*keys)

    return play


async def fill_register(person: Person) -> None:
    await person.fill("#register-url", TARGET.url)
    await person.fill("#register-provider", TARGET.provider)
    await person.type("7C2F80AB0C0D-1234")


async def look_up_known(person: Person) -> None:
    await person.type(KNOWN)
    await person.press("enter")


async def mark_some(person: Person) -> None:
    assert isinstance(person.app.page, DevicesPage)
    await person.press("escape", "space", "j", "space", "j", "j")


async def check_list(person: Person) -> None:
    await person.fill("#register-url", TARGET.url)
    await person.fill("#register-provider", TARGET.provider)
    await person.press("escape")
    await person.paste(LIST)


async def paste_call(person: Person) -> None:
    await person.press("escape")
    await person.paste(CALL)


@dataclass(frozen=True)
class Scene:
    """A page of the app at a size, and what is done on it."""

    page: str = "register"
    play: Play = look
    size: tuple[int, int] = (80, 24)
    theme: str = "ansi-dark"
    environ: dict[str, str] = field(default_factory=dict)
    signed_in: bool = True


SCENES = {
    "register": Scene("register", fill_register),
    "device-info": Scene("device_info", look_up_known),
    "devices": Scene("devices", mark_some),
    "upload": Scene("upload", paste_call),
    "history": Scene("history"),
    "settings": Scene("settings"),
    "check": Scene("register", check_list),
    "first-start": Scene("start", signed_in=False),
    "palette": Scene("device_info", press("ctrl+p")),
    "help": Scene("register", press("f1")),
    "devices-wide": Scene("devices", mark_some, size=(200, 50)),
    "register-small": Scene("register", fill_register, size=(60, 20)),
    "register-light": Scene("register", fill_register, theme="ansi-light"),
    "history-no-color": Scene("history", environ={"NO_COLOR": "1"}),
}


class Frozen(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Frozen:
        moment = NOW.astimezone(tz) if tz is not None else NOW.replace(tzinfo=None)
        return cls.fromisoformat(moment.isoformat())


@contextmanager
def frozen(environ: dict[str, str]) -> Iterator[None]:
    """Time stands still, in UTC; an answer takes one millisecond."""
    # A module that is imported later would keep the real clock.
    for where in ("tui.server.sandbox", *PAGE_CLASSES.values()):
        __import__(where.partition(":")[0])
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {"TZ": "UTC", **environ}))
        if not environ:
            os.environ.pop("NO_COLOR", None)
        stack.callback(time.tzset)
        time.tzset()
        for name, module in list(sys.modules.items()):
            if name.startswith("tui.") and getattr(module, "datetime", None) is datetime:
                stack.enter_context(patch.object(module, "datetime", Frozen))
        stack.enter_context(
            patch.object(Session, "last_round_trip_ms", new_callable=PropertyMock, return_value=1.0)
        )
        stack.enter_context(patient_pilots())
        yield


def make_history(session: Session) -> None:
    """What was done here today: two registered, one in use, one retargeted."""
    devices = [parse_identifier(text) for text in ("7C2F80AA0101-2201", "7C2F80AA0102-2202", KNOWN)]
    for device in devices:
        list(register(session, [Registration(device, TARGET)]))
    list(retarget(session, devices[1:2], url="http://new.example.net/%MACD.xml", provider=None))


async def draw(scene: Scene) -> str:
    """The scene as SVG."""
    with TemporaryDirectory() as folder, frozen(scene.environ):
        session = None
        if scene.signed_in:
            session = open_rehearsal(sample=200, places=gather_places(Path(folder)))
            make_history(session)
        app = RedirectoryApp(
            session,
            places=gather_places(HOME),
            config=Config(app=AppSettings(theme=scene.theme)),
            page=scene.page,
        )
        async with app.run_test(size=scene.size) as pilot:
            person = Person(app, pilot)
            await person.calm()
            await scene.play(person)
            await person.calm()
            app.clear_notifications()
            await person.calm()
            svg = app.export_screenshot(title="Redirectory")
    # The trailing blanks that a line is filled up with mean nothing, and the file is to be read in a diff.
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE).rstrip("\n") + "\n"


def main(words: list[str]) -> int:
    folder = Path(words[0]) if words else FOLDER
    folder.mkdir(exist_ok=True)
    for name in words[1:] or SCENES:
        (folder / f"{name}.svg").write_text(asyncio.run(draw(SCENES[name])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
