"""What the History page works with apart from widgets: the journal read in pieces, its records as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.registering import SIGNS, spell
from tui.app.widgets.device_lines import fit, spell_count
from tui.app.widgets.lines import Piece
from tui.model.device import PROVIDER, SERVER_DATE, URL
from tui.model.outcome import Result
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert

if TYPE_CHECKING:
    from tui.services.journal import ChangeSet, JournalRow
    from tui.services.session import Session

LIMIT = 50_000
UNDER_WAY = "under way"
NARROW, WIDE = 70, 120
# By width: the day only, day and minute, everything.
_WHEN = ("%m-%d", "%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
_PIECES = (1000, 5000)
_LABEL = 13
_SEPARATORS = str.maketrans("", "", ":-.")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One record of the journal. `word` is its outcome, `when` the local time, `hay` what a filter looks
    through."""

    record: JournalRow
    word: str
    when: datetime
    hay: str

    @property
    def is_open(self) -> bool:
        """Whether the server can be asked what became of it."""
        return self.word == Result.UNKNOWN

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        record = self.record
        sign, look = SIGNS.get(self.word, ("…", "dim"))
        look = look.removeprefix("$")
        wide = width >= WIDE
        when = f"{self.when:{_WHEN[_width_class(width)]}}"
        name = fit(record.mac_id or record.mac, 17) if wide else fit(record.mac, 12)
        pieces: list[Piece] = [
            (f"{when}  ", "plain"),
            (fit(f"{sign} {self.word}", 12), look),
            (f"{fit(record.operation.value, 11)}{name}  ", "plain"),
        ]
        room = width - sum(len(text) for text, _ in pieces)
        if not wide:
            return [*pieces, (fit(_say_change(record), max(1, room)), "plain")]
        third = max(10, (room - 4) // 3)
        before = _say_record(*(record.before[1:3] if record.before else ("", "")), revealed)
        after = _say_record(record.after.provider, record.after.url, revealed) if record.after else ""
        rest = max(1, room - 2 * third - 4)
        return [
            *pieces,
            (f"{fit(before or _no_before(record), third)}  {fit(after or '–', third)}  ", "plain"),
            (fit(_inert(record.message, revealed), rest), "dim"),
        ]

    def tell(self, revealed: bool) -> str:
        record = self.record
        said = "waiting for the answer" if self.word == UNDER_WAY else record.message or record.code
        said = _inert(said, revealed) or _say_whole(record, revealed)
        return f"{make_inert(record.mac_id or record.mac)}  {said}"


def _width_class(width: int) -> int:
    return 2 if width >= WIDE else 1 if width >= NARROW else 0


def heading(width: int) -> str:
    """The titles over `ChangeRow.draw`."""
    if width < WIDE:
        when = f"{'When':<{13 if width >= NARROW else 7}}"
        return f"{when}{'Outcome':<12}{'Operation':<11}{'MAC':<14}Before → after"
    third = max(10, (width - 63 - 4) // 3)
    start = f"{'When':<21}{'Outcome':<12}{'Operation':<11}{'MAC-ID':<19}"
    return f"{start}{'Before':<{third}}  {'After':<{third}}  Message"


def _say_change(record: JournalRow) -> str:
    """What becomes of the record, for a narrow line: hosts stand for URLs, and what stays is not repeated."""
    before = record.before[1:3] if record.before else ("", "")
    after = (record.after.provider, record.after.url) if record.after else ("", "")
    old, new = ([make_inert(provider), _host(url)] for provider, url in (before, after))
    if not record.after:
        return f"{' · '.join(filter(None, old)) or 'not known'} → –"
    if not record.before:
        return f"→ {' · '.join(new)}"
    if before == after:
        return f"= {' · '.join(new)}"
    if old[0] != new[0]:
        return f"{old[0]} → {new[0]} · {new[1]}"
    return f"{old[1]} → {new[1]}" if old[1] != new[1] else f"→ /{_path(after[1])}"


def _host(url: str) -> str:
    return make_inert(url).partition("://")[2].partition("/")[0].rpartition("@")[2] or make_inert(url)[:40]


def _path(url: str) -> str:
    return make_inert(url).partition("://")[2].partition("/")[2]


def _say_whole(record: JournalRow, revealed: bool) -> str:
    """The record before and after, with whole URLs."""
    old = f"{record.before[PROVIDER]} {record.before[URL]}" if record.before else ""
    new = f"{record.after.provider} {record.after.url}" if record.after else ""
    return _inert(f"{old} → {new or 'no record'}" if old else f"→ {new or 'no record'}", revealed)


def _shorten(url: str, revealed: bool) -> str:
    return _inert(url, revealed).removeprefix("http://").removeprefix("https://")


def _say_record(provider: str, url: str, revealed: bool) -> str:
    return f"{_inert(provider, revealed)} · {_shorten(url, revealed)}" if provider or url else ""


def _no_before(record: JournalRow) -> str:
    return "–" if record.after is not None else "not known"


def _inert(text: str, revealed: bool) -> str:
    text = make_inert(text)
    return text if revealed else mask_credentials(text)


def make_row(record: JournalRow, under_way: bool) -> ChangeRow:
    """A record as a row; `under_way` if it is being worked on now."""
    when = datetime.fromisoformat(record.at).astimezone()
    word = UNDER_WAY if under_way else spell(record.result, record.code)
    old = record.before or ("", "", "", "")
    after = record.after
    new = (after.provider, after.url) if after else ("", "")
    name = record.mac_id or record.mac
    texts = (
        f"{when:%Y-%m-%d %H:%M}", word, record.operation.value, name, old[PROVIDER], old[URL], *new,
        record.code, record.change_set,
    )  # fmt: skip
    return ChangeRow(record, word, when, mask_credentials(" ".join(texts)).casefold())


def read_journal(session: Session) -> Iterator[list[ChangeRow]]:
    """The account's changes as the journal orders them, open ones first, then the newest; in pieces, at most
    LIMIT. Raises StoreError."""
    key, journal = session.account_key, session.journal
    still_open = {record.id for record in journal.open_rows(key)}
    seen: set[int] = set()
    offset = 0
    while offset < LIMIT:
        size = _PIECES[bool(offset)]
        records = journal.rows(account_key=key, limit=size, offset=offset)
        offset += len(records)
        # A change that came in between moves the rest down by one.
        fresh = [record for record in records if record.id not in seen]
        seen.update(record.id for record in fresh)
        yield [make_row(record, record.result is None and record.id not in still_open) for record in fresh]
        if len(records) < size:
            return


class Filter:
    """Words that must all occur, in any order, and an outcome; `today` and `yesterday` are days."""

    def __init__(self, text: str = "", word: str = "") -> None:
        now = datetime.now().astimezone()
        days = {"today": f"{now:%Y-%m-%d}", "yesterday": f"{now - timedelta(days=1):%Y-%m-%d}"}
        self.words = [_normalise(days.get(part, part)) for part in text.casefold().split()]
        self.word = word

    def __bool__(self) -> bool:
        return bool(self.words or self.word)

    def pick(self, rows: Iterable[ChangeRow]) -> list[ChangeRow]:
        """The rows that answer it, in their order."""
        picked = list(rows) if not self.word else [row for row in rows if row.word == self.word]
        for word in self.words:
            picked = [row for row in picked if word in row.hay]
        return picked


def _normalise(word: str) -> str:
    """A MAC in any spelling as the journal writes it; anything else as it is."""
    bare = word.translate(_SEPARATORS)
    is_mac = len(bare) in (12, 16) and all(char in "0123456789abcdef" for char in bare)
    return (f"{bare[:12]}-{bare[12:]}" if len(bare) == 16 else bare) if is_mac else word


def count_outcomes(rows: Iterable[ChangeRow]) -> Counter[str]:
    """How many rows there are of each outcome, in the order of their signs."""
    counted = Counter(row.word for row in rows)
    return Counter({word: counted[word] for word in (*SIGNS, UNDER_WAY) if counted[word]})


def count_changes(count: int) -> str:
    """`1 change`, `2 000 changes`."""
    return f"{spell_count(count)} change{'' if count == 1 else 's'}"


def draw_card(row: ChangeRow, found: ChangeSet | None, revealed: bool) -> list[Content]:
    """Everything about one change, label and value a line; what is not known is left out or said."""
    record = row.record
    sign, look = SIGNS.get(row.word, ("…", "dim"))
    code = f"   {make_inert(record.code)}" if record.code else ""
    lines = [
        _line("Device", Content(make_inert(record.mac_id or record.mac))),
        _line("When", Content(f"{row.when:%Y-%m-%d %H:%M:%S %Z}")),
        _line("Operation", Content(record.operation.value)),
        _line("Outcome", Content.assemble((f"{sign} {row.word}", look), (code, "dim"))),
        _line("Message", Content(_inert(record.message or "–", revealed))),
    ]
    if record.before is not None:
        lines += [
            _line("Before", Content(make_inert(record.before[PROVIDER]))),
            _line("", Content(_inert(record.before[URL], revealed))),
        ]
        if record.before[SERVER_DATE]:
            lines.append(
                _line("", Content.styled(f"server date {make_inert(record.before[SERVER_DATE])}", "dim"))
            )
    else:
        lines.append(_line("Before", Content.styled("no record, or not known", "dim")))
    if record.after is not None:
        lines += [
            _line("After", Content(make_inert(record.after.provider))),
            _line("", Content(_inert(record.after.url, revealed))),
        ]
    else:
        lines.append(_line("After", Content.styled("no record", "dim")))
    about = record.change_set
    if found is not None:
        about += (
            f" · {found.operation.value}, {spell_count(found.count)} device{'' if found.count == 1 else 's'}"
        )
        about += f", {spell_count(found.open)} open" if found.open else ""
        about += f" · taken back by {found.undone_by}" if found.undone_by else ""
    lines += [
        _line("Change set", Content(make_inert(about))),
        _line("Account", Content(make_inert(record.account_key))),
    ]
    if record.settled_at:
        settled = datetime.fromisoformat(record.settled_at).astimezone()
        lines.append(_line("Settled", Content(f"{settled:%Y-%m-%d %H:%M:%S}")))
    return lines


def _line(label: str, value: Content) -> Content:
    return Content.assemble((f"{label:<{_LABEL}}", "dim"), value)
