"""A sandbox under switches, and the register of the values that a test has shown."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tui.server.sandbox import Sandbox
from tui.wire.client import RedirectClient
from tui.wire.xmlrpc.answers import Answer

URL = "http://provider.com/xml/%MACD.xml"
FIRST, SECOND, THIRD = "7C2F80820EC0-55DF", "7C2F80208295-1910", "7C2F800DA979-2EE3"
BAD = "123456789123--1910"
SHOWN: set[str] = set()


class Scene:
    """A sandbox under switches, its client, and its pauses."""

    def __init__(
        self,
        sandbox: Sandbox,
        client: RedirectClient,
        rival: RedirectClient,
        pauses: list[float],
        post: Callable[..., httpx.Response],
    ) -> None:
        self.sandbox, self.client, self.rival, self.pauses = sandbox, client, rival, pauses
        self._post = post

    def register(self, mac_id: str = FIRST, url: str = URL, provider: str = "Daryna") -> Answer:
        return self.client.register_device(mac_id, url, provider)

    def lines(self, answer: object) -> list[str]:
        assert isinstance(answer, Answer)
        return [line.text for line in answer.lines]

    def stored(self, *providers: str) -> set[str]:
        """The MACs with a record, whatever the switches do to answers."""
        snapshot = self.sandbox.store.snapshot(None)
        try:
            return {row[0] for row in snapshot.rows()}
        finally:
            snapshot.close()

    def listed(self, *providers: str) -> list[tuple[str, str, str, str]]:
        return [row for batch in self.client.list_devices(*providers) for row in batch]

    def raw(self, name: str, *params: str) -> httpx.Response:
        inside = "".join(f"<param><value>{text}</value></param>" for text in params)
        body = f"<methodCall><methodName>{name}</methodName><params>{inside}</params></methodCall>"
        return self._post(self.sandbox, body=body.encode())


Set = Callable[..., Scene]


@pytest.fixture
def under(
    make_sandbox: Callable[..., Sandbox],
    client_of: Callable[..., RedirectClient],
    pauses: list[float],
    http: Callable[..., httpx.Response],
) -> Set:
    """under("bulk=good"): a scene with these switches."""

    def build(*switches: str, sample: int = 0) -> Scene:
        sandbox = make_sandbox(*switches, sample=sample)
        return Scene(sandbox, client_of(sandbox), client_of(sandbox, "rival", "secret"), pauses, http)

    return build


def shows(*settings: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    SHOWN.update(settings)
    return lambda test: test
