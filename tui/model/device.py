"""A device as the server lists it, as it checks it, and as this machine knows it."""

from __future__ import annotations

from tui.classes import define
from tui.model.secrets import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


# (MAC, provider, URL, server date): plain tuples, because a list may hold a million of them.
DeviceRow: TypeAlias = tuple[str, str, str, str]

MAC, PROVIDER, URL, SERVER_DATE = range(4)
ROW_NAMES = ("mac", "provider", "url", "server_date")


@define(frozen=True, slots=True)
class DeviceCard:
    """What is known of one device.

    `found` tells whether the server has a record visible to the account: True, False if it said that it has
    none, None if it said something else. Provider, url and server_date are empty without one. `code` and
    `message` are the server's word and its meaning when it has none. `mac_id` and `password` come from the
    local vault, never from the server; `trouble` says why that could not be read, if so, and `suffix_doubt`
    that the MAC-ID asked for, which `mac_id` then is, has another suffix than is known there.
    """

    mac: str
    found: bool | None
    provider: str = ""
    url: str = ""
    server_date: str = ""
    mac_id: str | None = None
    password: Secret | None = None
    code: str = ""
    message: str = ""
    trouble: str = ""
    suffix_doubt: str = ""

    @property
    def row(self) -> DeviceRow:
        """The card as a list row."""
        return (self.mac, self.provider, self.url, self.server_date)
