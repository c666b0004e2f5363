"""Another URL and/or provider for devices that have a record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.toggle import Toggle
from tui.classes import define
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, URL, DeviceRow
from tui.model.secrets import has_credentials

Give: TypeAlias = Callable[[list[Identifier]], Awaitable[list[Identifier]]]


@define(frozen=True, slots=True)
class NewTarget:
    """What to change: None stays as it is. `bare` sends the MAC alone where the MAC-ID is not known here."""

    url: str | None
    provider: str | None
    bare: bool = False


class RetargetDialog(Sheet[NewTarget]):
    """Dismissed with the new target, of which at least one device is in need. A field left as it was changes
    nothing.

    The MAC-IDs of `missing`, MACs, are not in the vault; F7 asks for them with `give`, which tells those that
    are still not known, and what was typed stays.
    """

    BINDINGS = bindings("retarget")

    def __init__(self, rows: Sequence[DeviceRow], missing: Collection[str], give: Give) -> None:
        count = len(rows)
        super().__init__(f"Retarget {count_devices(count)}")
        self._rows = rows
        self._urls = {row[URL] for row in rows}
        self._providers = {row[PROVIDER] for row in rows}
        self._missing = missing
        self._give = give

    def compose_body(self) -> ComposeResult:
        yield Field("URL", Entry(_only(self._urls), id="retarget-url"), _several(self._urls, "URLs"))
        yield Field(
            "Provider",
            Entry(_only(self._providers), id="retarget-provider"),
            _several(self._providers, "providers"),
        )
        yield paragraph("")
        if self._missing:
            with Vertical(id="retarget-missing"):
                yield paragraph(self._say_missing(), "doubt")
                yield Toggle("send the MAC alone for these; otherwise they are left out", id="retarget-bare")
                yield paragraph("")
        yield paragraph(
            "The record is removed and stored anew; if storing fails the old one is restored. "
            "A field that stays as it is changes nothing.",
            "quiet",
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        more = (("Space", "tick the box"), ("retarget.mac-ids", "give MAC-IDs")) if self._missing else ()
        return (("⏎", "go on"), ("Tab", "next field"), *more, ("dialog.close", "cancel"))

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#retarget-url", Entry).focus()

    @on(Input.Submitted)
    @on(Toggle.Entered)
    def go_on(self) -> None:
        from tui.services.changes.retargeting import foresee

        fields = list(self.query(Field))
        url = _changed(self.query_one("#retarget-url", Entry).value, self._urls)
        provider = _changed(self.query_one("#retarget-provider", Entry).value, self._providers)
        if url == "" or provider == "":
            empty = fields[0] if url == "" else fields[1]
            empty.note("✗ must not be empty", "bad")
            empty.entry.focus()
        elif url is None and provider is None:
            fields[0].note("nothing is changed yet", "doubt")
        else:
            bare = bool(self._missing) and self.query_one(Toggle).on
            forecast = foresee(self._rows, self._missing, url=url, provider=provider, bare=bare)
            if forecast.rows:
                self.dismiss(NewTarget(url, provider, bare))
            elif forecast.left_out:
                fields[0].note("✗ no MAC-ID: F7, or tick the box", "bad")
            else:
                fields[0].note("= all are so already", "doubt")

    def _say_missing(self) -> str:
        count = len(self._missing)
        who = "This device has" if len(self._rows) == 1 else f"{spell_count(count)} of them have"
        return f"! {who} no MAC-ID on this machine, and the server never gives it back."

    @flow
    async def action_mac_ids(self) -> None:
        """Ask for the MAC-IDs that are not known here; this dialog waits behind the box."""
        if not self._missing:
            return
        left = await self._give([Identifier(row[MAC]) for row in self._rows if row[MAC] in self._missing])
        self._missing = {one.mac for one in left}
        group = self.query_one("#retarget-missing")
        group.display = bool(left)
        group.query(Static).first().update(Content(self._say_missing()))
        self.show_keys()


def _only(values: set[str]) -> str:
    value = next(iter(values)) if len(values) == 1 else ""
    # What is masked cannot be edited, and what is not must not be on the screen.
    return "" if has_credentials(value) else value


def _several(values: set[str], what: str) -> str:
    if len(values) > 1:
        return f"empty keeps the {spell_count(len(values))} {what}"
    return "empty keeps it; has credentials" if has_credentials(next(iter(values), "")) else ""


def _changed(typed: str, values: set[str]) -> str | None:
    typed = typed.strip()
    if typed == _only(values) and (typed or len(values) != 1 or has_credentials(next(iter(values)))):
        return None
    return typed
