"""Conditions on listed devices, in words: `provider:Daryna host:prov.example before:2026-08 never mine`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase

from tui.classes import define, field
from tui.errors import UsageError
from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.outcome import Result
from tui.model.text.dates import parse_server_date
from tui.model.text.inert import fold_case, make_inert
from tui.patterns import pattern
from tui.services.devices.device_search import Query, parse_query
from tui.settings.files.paths import Places
from tui.settings.files.private import is_there

FIELDS = ("provider", "host", "before")
FLAGS = ("never", "mine", "changed")
_TOKEN = pattern(r"""(?:[^\s"]++|"[^"]*+")++""")
_HOST = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]/]*\]|[^/?#:]*)(?::(\d*))?")
_DAY = pattern(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)


@define(frozen=True, slots=True)
class Marks:
    """What this machine did, by MAC: devices registered from here, and those changed from here today."""

    mine: Collection[str] = ()
    changed: Collection[str] = ()


@define(frozen=True, slots=True)
class Conditions:
    """What a row must fulfil: one of the `providers`, one of the `hosts`, a date `before` the day or, with
    `never`, none; and what `mine`, `changed` and the words of `query` say. What is empty asks for nothing."""

    query: Query = field(default_factory=Query)
    providers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    before: date | None = None
    never: bool = False
    mine: bool = False
    changed: bool = False

    def __bool__(self) -> bool:
        return self != Conditions()

    def keep(self, rows: Iterable[DeviceRow], marks: Marks) -> Iterator[DeviceRow]:
        """The rows that fulfil the conditions, in their order."""
        return (row for row in rows if self._holds(row, marks)) if self else iter(rows)

    def _holds(self, row: DeviceRow, marks: Marks) -> bool:
        return (
            self.query.matches(row)
            and (not self.providers or _is_like(fold_case(row[PROVIDER]), self.providers))
            and (not self.hosts or _is_at(row[URL], self.hosts))
            and (not (self.before or self.never) or self._is_old(row[SERVER_DATE]))
            and (not self.mine or row[MAC] in marks.mine)
            and (not self.changed or row[MAC] in marks.changed)
        )

    def _is_old(self, text: str) -> bool:
        found = parse_server_date(text)
        if found.moment is None:
            return self.never and found.never
        return self.before is not None and found.moment.date() < self.before


def read_conditions(text: str, *, before: str | None = None, never: bool = False) -> Conditions:
    """The conditions that words and options spell. `provider:` and `host:` given several times mean any of
    them, `before:` and `never` together mean either; names with blanks stand in quotation marks. Other words
    are looked for everywhere. Raises UsageError."""
    if text.count('"') % 2:
        raise UsageError("A quotation mark is not closed.", make_inert(text)[:200])
    words: list[str] = []
    found: dict[str, list[str]] = {field: [] for field in FIELDS}
    flags = {"never"} if never else set()
    for token in _TOKEN.findall(text):
        name, colon, value = token.partition(":")
        name, value = name.lower(), value.replace('"', "").strip()
        if colon and name in FIELDS:
            if not value:
                raise UsageError(
                    f"Nothing stands behind {name}:.", hint=f"Write {name}:VALUE, without blank."
                )
            found[name].append(value)
        elif token.lower() in FLAGS:
            flags.add(token.lower())
        else:
            if colon:
                _refuse_typo(name)
            words.append(token.replace('"', ""))
    days = [read_day(day) for day in [*found["before"], *([before] if before else [])]]
    return Conditions(
        query=parse_query(" ".join(words)) if words else Query(),
        providers=tuple(map(fold_case, found["provider"])),
        hosts=tuple(host.lower().rstrip(".") for host in found["host"]),
        before=min(days, default=None),
        never="never" in flags,
        mine="mine" in flags,
        changed="changed" in flags,
    )


def read_day(text: str) -> date:
    """The day that `YYYY-MM-DD` means, or the first of a month or year. Raises UsageError."""
    match = _DAY.fullmatch(text.strip())
    try:
        if match is not None:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    raise UsageError(
        f"Not a day: {make_inert(text)[:40]!r}.", hint="Write it as YYYY-MM-DD, YYYY-MM or YYYY."
    )


def read_marks(places: Places, account_key: str, wanted: Conditions) -> Marks:
    """What the conditions need to know of this machine's changes to the account; nothing is read otherwise.
    Raises StoreError."""
    if not (wanted.mine or wanted.changed) or not is_there(places.journal_file):
        return Marks()
    from tui.services.storage.journal import Journal
    from tui.services.storage.selection import Selection, find_today, spell_midnight

    with Journal(places.journal_file) as journal:
        stored = Selection(account_key=account_key, result=Result.STORED)
        mine = {row.mac for row in journal.walk(stored)} if wanted.mine else set()
        recent = Selection(account_key=account_key, since=spell_midnight(find_today()))
        done = (Result.STORED, Result.REMOVED)
        changed = {row.mac for row in journal.walk(recent) if row.result in done} if wanted.changed else set()
    return Marks(mine, changed)


def _refuse_typo(name: str) -> None:
    from difflib import get_close_matches

    near = get_close_matches(name, FIELDS, n=1, cutoff=0.7)
    if near:
        raise UsageError(f"There is no {make_inert(name)}:.", hint=f"Did you mean {near[0]}:?")


def _is_like(provider: str, wanted: tuple[str, ...]) -> bool:
    return any(provider == one or ("*" in one and fnmatchcase(provider, one)) for one in wanted)


def _is_at(url: str, wanted: tuple[str, ...]) -> bool:
    """Whether a URL leads to one of the hosts, or to a name below it, with the port if one is named."""
    match = _HOST.match(url.strip())
    if match is None:
        return False
    host, port = match[1].lower().rstrip("."), match[2] or ""
    return any(
        host == one or host.endswith(f".{one}") or (port and f"{host}:{port}" == one) for one in wanted
    )
