"""How one line of the device table reads at a given width: columns, cells, what is masked."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from rich.cells import cell_len, set_cell_size

from tui.classes import define
from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

_LEFT = 3  # cursor, mark, change
_GAP = 2
_TITLES = {SERVER_DATE: "Server date", MAC: "MAC", PROVIDER: "Provider", URL: "URL"}


@define(frozen=True, slots=True)
class Columns:
    """Widths in cells; the URL takes the rest. The line is `width` cells long."""

    ORDER: ClassVar[tuple[int, ...]] = (SERVER_DATE, MAC, PROVIDER, URL)

    width: int
    date: int
    mac: int
    provider: int
    url: int

    @staticmethod
    @lru_cache(8)
    def for_width(width: int) -> Columns:
        """Columns for a line of `width` cells; below 72 the time of day is left out."""
        date, mac = (16 if width >= 72 else 11), 12
        provider = max(8, min(28, width // 5))
        url = max(1, width - _LEFT - date - mac - provider - 3 * _GAP)
        return Columns(width, date, mac, provider, url)

    def starts(self) -> tuple[tuple[int, int], ...]:
        """(column, first cell), from left to right."""
        second = _LEFT + self.date + _GAP
        third = second + self.mac + _GAP
        return (SERVER_DATE, _LEFT), (MAC, second), (PROVIDER, third), (URL, third + self.provider + _GAP)

    def column_at(self, cell: int) -> int | None:
        """The column of DeviceRow that is drawn at a cell."""
        hit = None
        for column, first in self.starts():
            if cell >= first:
                hit = column
        return hit


def fit(text: str, cells: int) -> str:
    """`text` in exactly `cells` cells; an ellipsis stands for what is cut off, wide ones stay whole."""
    if text.isascii():
        return text.ljust(cells) if len(text) <= cells else text[: cells - 1] + "…"
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + "…"


def shift_left(text: str, cells: int) -> str:
    """`text` without its first `cells` cells."""
    if text.isascii():
        return text[cells:]
    at = 0
    for index, character in enumerate(text):
        if at >= cells:
            return " " * (at - cells) + text[index:]
        at += cell_len(character)
    return ""


def draw_row(columns: Columns, row: DeviceRow, shift: int = 0, revealed: bool = False) -> str:
    """A row from the date on, `shift` cells of its URL scrolled out, credentials masked unless `revealed`."""
    url, provider = show_text(row[URL], revealed), show_text(row[PROVIDER], revealed)
    date, mac = show_date(row[SERVER_DATE]), show_text(row[MAC], revealed)
    return (
        f"{fit(date if len(row[SERVER_DATE]) <= columns.date else date[:10], columns.date)}  "
        f"{fit(mac, columns.mac)}  "
        f"{fit(provider, columns.provider)}  "
        f"{fit(shift_left(url, shift) if shift else url, columns.url)}"
    )


def draw_header(columns: Columns, sorted_by: tuple[int, bool] | None, place: str) -> str:
    """The titles with the sign of the order, and the place in the list at the right edge."""
    line = " " * _LEFT
    widths = {SERVER_DATE: columns.date, MAC: columns.mac, PROVIDER: columns.provider}
    for column in Columns.ORDER:
        sign = "" if sorted_by is None or sorted_by[0] != column else " ▾" if sorted_by[1] else " ▴"
        title = _TITLES[column] + sign
        if column == URL:
            line += fit(title, max(5, columns.width - len(line) - len(place) - 1)) + " " + place
        else:
            if len(title) > widths[column]:
                title = title.replace("Server date", "Date")
            line += fit(title, widths[column]) + " " * _GAP
    return fit(line, columns.width)


def show_text(text: str, revealed: bool = False) -> str:
    """A provider, URL or word of the server for the screen: inert, credentials of URLs masked unless
    `revealed`. A URL may stand in the place of a provider."""
    return make_inert(text if revealed else mask_credentials(text))


def show_date(text: str) -> str:
    """A server's date for the screen; a phone without one was never seen by the server."""
    return show_text(text) if text.strip() else "never seen"


def show_target(provider: str, url: str, revealed: bool = False) -> str:
    """`provider → URL` for the screen. Each is masked by itself: a secret may hold a blank."""
    return f"{show_text(provider, revealed)} → {show_text(url, revealed)}"


def show_url(url: str) -> str:
    """A URL for the screen: inert, user and password masked."""
    return show_text(url)


def spell_count(count: int) -> str:
    """A count with its thousands apart: 10 000."""
    return f"{count:,}".replace(",", " ")


def count_devices(count: int) -> str:
    """`1 device`, `2 000 devices`."""
    return f"{spell_count(count)} device{'' if count == 1 else 's'}"
