"""Waiting for several phones: one list for all of them, as seldom as the account is large."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from tui.classes import define
from tui.errors import Fault, LinkError, LoginRefused
from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.services.devices.look_up import list_devices
from tui.services.session import Session

LEAST_INTERVAL = 10.0
MOST_INTERVAL = 300.0
_REST = 20
"""A list that took a second is asked for again after so many at the soonest."""


@define(frozen=True, slots=True)
class Round:
    """What one list has shown: `called` are records as they are now whose date has moved, `gone` MACs without
    a record, `changed` records that were registered anew with another target. `seen` of `total` phones have
    called so far, `left` are waited for. `trouble` says why there was no list."""

    seen: int
    left: int
    total: int
    called: tuple[DeviceRow, ...] = ()
    changed: tuple[DeviceRow, ...] = ()
    gone: tuple[str, ...] = ()
    trouble: str = ""


def watch_several(
    session: Session,
    rows: Sequence[DeviceRow],
    *,
    interval: float = LEAST_INTERVAL,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[Round]:
    """Asks for the list until the date of each record has moved from what `rows` say, or the record is gone.

    The next list is asked for after `interval` seconds, later if the list takes long. A failing link is said
    and asked again, ever more slowly. `pause` waits so many seconds; if it returns True the watch is over.
    Raises LoginRefused, and LinkError or Fault if already the first question fails.
    """
    waited = {row[MAC]: row for row in rows}
    total, seen, wait, first = len(waited), 0, interval, True
    while waited:
        if not first and pause(wait) is True:
            return
        began = clock()
        try:
            found = {row[MAC]: row for batch in list_devices(session) for row in batch if row[MAC] in waited}
        except LoginRefused:
            raise
        except (LinkError, Fault) as error:
            if first:
                raise
            wait = min(wait * 2, MOST_INTERVAL)
            yield Round(seen, len(waited), total, trouble=error.title)
            continue
        first = False
        wait = max(interval, min(_REST * (clock() - began), MOST_INTERVAL))
        called, changed, gone = [], [], []
        for mac, before in list(waited.items()):
            now = found.get(mac)
            if now is None:
                gone.append(mac)
                del waited[mac]
            elif (now[PROVIDER], now[URL]) != (before[PROVIDER], before[URL]):
                changed.append(now)
                waited[mac] = now
            elif now[SERVER_DATE] != before[SERVER_DATE]:
                called.append(now)
                del waited[mac]
        seen += len(called)
        yield Round(seen, len(waited), total, tuple(called), tuple(changed), tuple(gone))
