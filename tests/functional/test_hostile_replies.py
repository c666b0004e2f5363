"""The app survives every hostile reply: look-ups and lists end, the keys stay alive, nothing raw is drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from textual import events

from tests.functional.conftest import Open, Person
from tests.hostile_replies import (
    GOOD_ROW,
    HostileServer,
    Reply,
    all_replies,
    array,
    checked,
    document,
    hostile_server,
    texts,
    whole,
)
from tui.app.widgets.field import Entry
from tui.model.secrets import Secret
from tui.model.text.inert import is_inert
from tui.services.session import open_session
from tui.settings.accounts import Account
from tui.settings.config import Config, LinkSettings
from tui.settings.files.paths import Places

# Each reply once: rows to the list, all else to the look-up and to the list in turn.
REPLIES: dict[str, dict[str, Reply]] = {"device_info": {}, "devices": {}}
for number, (name, reply) in enumerate(all_replies().items()):
    REPLIES["devices" if number % 2 or " row" in name or "a list" in name else "device_info"][name] = reply
# So short that a reply that drips is soon given up.
LINK = LinkSettings(connect=2.0, read=0.1, call=0.2, list_call=0.3, list_rows=1000)
PASSWORD = "p4ssw0rd"
MAC, PROVIDER, URL, DATE = GOOD_ROW
GOOD = {
    "device_info": checked((MAC, PROVIDER, DATE, URL)),
    "devices": document(array(array(*texts(*GOOD_ROW)))),
}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as serving:
        yield serving


async def settle(person: Person) -> None:
    """Until nothing runs any more and what came of it is drawn."""
    await person.app.desk.work.settled()
    await person.pilot.pause()
    await person.app.desk.work.settled()
    await person.pilot.pause()


async def key(person: Person, name: str, char: str | None = None) -> None:
    person.app.post_message(events.Key(name, char))
    await person.calm()


def find_flaw(person: Person) -> str:
    """What is wrong on the screen, in short; empty if nothing is."""
    screen = person.app.screen
    lines = [strip.text for strip in screen._compositor.render_strips(screen.size)]
    raw = next((line for line in lines if not is_inert(line)), None)
    shown = [secret for secret in (PASSWORD, "ge/heim") if secret in "".join(lines)]
    return f"raw: {raw!a}" if raw is not None else "a secret is shown" if shown else ""


@pytest.mark.parametrize("page", ["device_info", "devices"])
async def test_every_reply_leaves_the_app_alive(
    page: str, server: HostileServer, app_open: Open, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key asks the server again after every reply: it must still do so after the last."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(Person, "calm", settle)
    config = Config(link=LINK)
    session = open_session(Account("x", server.url, "u"), Secret(PASSWORD), places, config)
    server.set(whole(GOOD[page]))
    async with app_open(session, config=config, page=page) as person:
        if page == "device_info":
            field = person.app.screen.query_one("#info-mac", Entry)
            field.focus()
            field.value = MAC
            await key(person, "enter", "\r")
        last = "a good reply"
        for name, reply in [*REPLIES[page].items(), ("a good reply", whole(GOOD[page]))]:
            asked = server.answered
            server.set(reply)
            await key(person, "r", "r")
            end = time.monotonic() + 30
            while server.answered == asked:  # on a busy machine the app has given up before the server counts
                assert time.monotonic() < end, f"no key is taken after {last}"
                await person.pilot.pause()
            await person.calm()
            flaw = find_flaw(person)
            assert not flaw, f"{name}: {flaw}"
            if len(person.app.screen_stack) > 1:
                await key(person, "escape")
            assert len(person.app.screen_stack) == 1, name
            last = name
        assert "Daryna" in "".join(strip.text for strip in person.app.screen._compositor.render_strips())
