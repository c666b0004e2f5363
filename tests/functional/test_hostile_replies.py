"""The app survives hostile replies: each look-up ends, the keys stay alive, nothing raw is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functional.conftest import Open
from tests.hostile_replies import HostileServer, all_replies, hostile_server
from tui.app.widgets.field import Entry
from tui.model.secrets import Secret
from tui.model.text import is_inert
from tui.services.session import open_session
from tui.settings.accounts import Account
from tui.settings.config import Config, LinkSettings
from tui.settings.paths import Places

REPLIES = all_replies()
LINK = LinkSettings(connect=2.0, read=0.1, call=0.2, list_call=1.0, list_rows=1000)


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as serving:
        yield serving


@pytest.mark.parametrize("part", range(2))
async def test_every_reply_leaves_the_app_alive(
    part: int, server: HostileServer, app_open: Open, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    config = Config(link=LINK)
    session = open_session(Account("x", server.url, "u"), Secret("p4ssw0rd"), places, config)
    async with app_open(session, config=config, page="device_info") as person:
        field = person.app.screen_stack[0].query_one("#info-mac", Entry)
        for number, (name, reply) in enumerate(REPLIES.items()):
            if number % 16 != part:  # one in eight: the app reads them with the same client as the commands
                continue
            server.set(reply)
            field.focus()
            field.value = "7C2F80820EC0"
            await person.press("enter")
            drawn = "\n".join(strip.text for strip in person.app.screen._compositor.render_strips())
            assert "p4ssw0rd" not in drawn, name
            assert all(is_inert(line) for line in drawn.split("\n")), name
            while len(person.app.screen_stack) > 1:
                await person.press("escape")
            field.focus()
            field.value = ""
            await person.press("7")
            assert field.value == "7", name
