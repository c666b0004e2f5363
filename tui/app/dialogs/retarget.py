"""Another URL and/or provider for devices that have a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.device_lines import spell_count
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.toggle import Toggle
from tui.model.device import PROVIDER, URL, DeviceRow
from tui.model.secrets import has_credentials


@dataclass(frozen=True, slots=True)
class NewTarget:
    """What to change: None stays as it is. `bare` sends the MAC alone where the MAC-ID is not known here."""

    url: str | None
    provider: str | None
    bare: bool = False


class RetargetDialog(Sheet[NewTarget]):
    """Dismissed with the new target. A field left as it was changes nothing.

    `missing` is how many of the devices have no MAC-ID in the vault.
    """

    def __init__(self, rows: Sequence[DeviceRow], missing: int = 0) -> None:
        count = len(rows)
        super().__init__("Retarget 1 device" if count == 1 else f"Retarget {spell_count(count)} devices")
        self._urls = {row[URL] for row in rows}
        self._providers = {row[PROVIDER] for row in rows}
        self._count = count
        self._missing = missing

    def compose_body(self) -> ComposeResult:
        yield Field("URL", Entry(_only(self._urls), id="retarget-url"), _several(self._urls, "URLs"))
        yield Field(
            "Provider",
            Entry(_only(self._providers), id="retarget-provider"),
            _several(self._providers, "providers"),
        )
        yield paragraph("")
        if self._missing:
            who = "This device has" if self._count == 1 else f"{spell_count(self._missing)} of them have"
            yield paragraph(
                f"! {who} no MAC-ID on this machine, and the server never gives it back.", "doubt"
            )
            yield Toggle("send the MAC alone for these; otherwise they are skipped", id="retarget-bare")
            yield paragraph("")
        yield paragraph(
            "The record is removed and stored anew; if storing fails the old one is restored. "
            "A field that stays as it is changes nothing.",
            "quiet",
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        turns = (("Space", "tick the box"),) if self._missing else ()
        return (("⏎", "go on"), ("Tab", "next field"), *turns, ("esc", "leave everything as it is"))

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#retarget-url", Entry).focus()

    @on(Input.Submitted)
    @on(Toggle.Entered)
    def go_on(self) -> None:
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
            self.dismiss(NewTarget(url, provider, bare))


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
