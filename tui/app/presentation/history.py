"""What the History page works with apart from widgets: the journal read in pieces, its records as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.presentation.outcomes import SIGNS
from tui.app.presentation.registrations import LOST, WHOSE
from tui.app.presentation.wording import say_keys
from tui.app.widgets.device_lines import count_devices, fit, show_text, spell_count
from tui.app.widgets.lines import Piece
from tui.classes import define
from tui.model.device import PROVIDER, SERVER_DATE, URL
from tui.model.outcome import Owner, Result
from tui.model.text.inert import make_inert
from tui.services.storage.journal_rows import read_moment
from tui.services.storage.selection import PASSWORD_LOST, Selection, read_words, spell_outcome

if TYPE_CHECKING:
    from tui.services.session import Session
    from tui.services.storage.journal import ChangeSet, JournalRow

LIMIT = 50_000
UNDER_WAY = "under way"
NARROW, WIDE = 70, 120
# By width: the day only, day and minute, everything.
_WHEN = ("%m-%d", "%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
_LABEL = 13
# A stored record whose MAC password was lost, where there is no room for its words.
_LOST = "pw lost"
IN_USE = "in use"


@define(frozen=True, slots=True)
class ChangeRow:
    """One record of the journal. `word` is its outcome, `when` the local time, if it can be read."""

    record: JournalRow
    word: str
    when: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the server can be asked what became of it."""
        return self.word == Result.UNKNOWN

    @property
    def sign(self) -> tuple[str, str]:
        """The sign of its outcome, and the colour."""
        return LOST if self.record.password_lost else SIGNS.get(self.word, ("…", "dim"))

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        record = self.record
        sign, look = self.sign
        look = look.removeprefix("$")
        wide = width >= WIDE
        word = self.word
        if record.password_lost:
            word = PASSWORD_LOST if wide else _LOST
        when = _say_when(self.when, _width_class(width))
        name = fit(record.mac_id or record.mac, 17) if wide else fit(record.mac, 12)
        pieces: list[Piece] = [
            (f"{when}  ", "plain"),
            (f"{fit(f'{sign} {word}', 16 if wide else 11)} ", look),
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
            (fit(show_text(say_keys(record.message), revealed), rest), "dim"),
        ]

    def tell(self, revealed: bool) -> str:
        record = self.record
        said = "waiting for the answer" if self.word == UNDER_WAY else say_keys(record.message)
        said = show_text(said, revealed) or _say_whole(record, revealed)
        whose = _say_whose(record)
        return f"{make_inert(record.mac_id or record.mac)}  {f'{whose}: ' if whose else ''}{said}"


def _say_whose(record: JournalRow) -> str:
    """Whose record stands in the way, where that was found out."""
    return WHOSE[record.owner] if record.owner in (Owner.OWN, Owner.OTHER) else ""


def _say_when(when: datetime | None, width_class: int) -> str:
    if when is None:
        return "?".ljust((5, 11, 19)[width_class])
    return f"{when:{_WHEN[width_class]}}"


def _width_class(width: int) -> int:
    return 2 if width >= WIDE else 1 if width >= NARROW else 0


def heading(width: int) -> str:
    """The titles over `ChangeRow.draw`."""
    if width < WIDE:
        when = f"{'When':<{13 if width >= NARROW else 7}}"
        return f"{when}{'Outcome':<12}{'Operation':<11}{'MAC':<14}Before → after"
    third = max(10, (width - 68 - 4) // 3)
    start = f"{'When':<21}{'Outcome':<17}{'Operation':<11}{'MAC-ID':<19}"
    return f"{start}{'Before':<{third}}  {'After':<{third}}  Message"


def _say_change(record: JournalRow) -> str:
    """What becomes of the record, for a narrow line: hosts stand for URLs, and what stays is not repeated."""
    before = record.before[1:3] if record.before else ("", "")
    after = (record.after.provider, record.after.url) if record.after else ("", "")
    old, new = ([show_text(provider), _host(url)] for provider, url in (before, after))
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
    shown = show_text(url)
    return shown.partition("://")[2].partition("/")[0].rpartition("@")[2] or shown[:40]


def _path(url: str) -> str:
    return show_text(url).partition("://")[2].partition("/")[2]


def _say_whole(record: JournalRow, revealed: bool) -> str:
    """The record before and after, with whole URLs."""
    old, new = "", "no record"
    if record.before:
        old = f"{show_text(record.before[PROVIDER], revealed)} {show_text(record.before[URL], revealed)} "
    if record.after:
        new = f"{show_text(record.after.provider, revealed)} {show_text(record.after.url, revealed)}"
    return f"{old}→ {new}"


def _shorten(url: str, revealed: bool) -> str:
    return show_text(url, revealed).removeprefix("http://").removeprefix("https://")


def _say_record(provider: str, url: str, revealed: bool) -> str:
    return f"{show_text(provider, revealed)} · {_shorten(url, revealed)}" if provider or url else ""


def _no_before(record: JournalRow) -> str:
    return "–" if record.after is not None else "not known"


def make_row(record: JournalRow, under_way: bool) -> ChangeRow:
    """A record as a row; `under_way` if it is being worked on now."""
    word = UNDER_WAY if under_way else spell_outcome(record.result, record.code)
    return ChangeRow(record, word, record.when.astimezone() if record.when is not None else None)


@define(frozen=True, slots=True)
class Tally:
    """How many changes of the account the journal has, by the words of their outcomes."""

    counts: Counter[str]

    @property
    def total(self) -> int:
        """All changes."""
        return self.counts.total()

    @property
    def words(self) -> list[str]:
        """The outcomes that occur, in the order of their signs."""
        return [word for word in (*SIGNS, UNDER_WAY) if self.counts[word]]


@define(frozen=True, slots=True)
class Filter:
    """Words that must all occur, in any order, and the word of an outcome; empty is no condition."""

    text: str = ""
    word: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.word)

    def select(self, session: Session) -> Iterator[list[ChangeRow]]:
        """The account's changes that answer it, the open ones first, then the newest, out of the whole
        journal, as they are found; a list may be empty. Raises StoreError."""
        journal, key = session.journal, session.account_key
        busy = journal.under_way(key)
        in_use = self.word == IN_USE
        word = (
            Result.REFUSED.words if in_use else Result.UNKNOWN.words if self.word == UNDER_WAY else self.word
        )
        wanted = Selection(
            account_key=key,
            result=next((result for result in Result if result.words == word), None),
            in_use=in_use if word == Result.REFUSED.words else None,
            words=read_words(self.text),
        )
        for page in journal.walk_pages(wanted):
            rows = (make_row(each, each.result is None and each.change_set in busy) for each in page)
            yield [row for row in rows if self.word in ("", row.word)]


def count_journal(session: Session) -> Tally:
    """The account's changes counted, all of them. Raises StoreError."""
    journal, key = session.journal, session.account_key
    counts = journal.tally(Selection(account_key=key))
    counts[UNDER_WAY] = min(counts[Result.UNKNOWN.words], sum(journal.under_way(key).values()))
    counts[Result.UNKNOWN.words] -= counts[UNDER_WAY]
    return Tally(counts)


def read_journal(session: Session, wanted: Filter) -> Iterator[Tally | list[ChangeRow] | bool]:
    """The counts of the whole journal, then the changes that answer the filter, in pieces, at most LIMIT, and
    whether there are more. A piece may be empty, so that a search that nobody waits for any more ends.
    Raises StoreError."""
    yield count_journal(session)
    left = LIMIT
    for piece in wanted.select(session):
        if len(piece) > left:
            yield piece[:left]
            yield True
            return
        yield piece
        left -= len(piece)
    yield False


def count_changes(count: int) -> str:
    """`1 change`, `2 000 changes`."""
    return f"{spell_count(count)} change{'' if count == 1 else 's'}"


def draw_card(row: ChangeRow, found: ChangeSet | None, revealed: bool) -> list[Content]:
    """Everything about one change, label and value a line; what is not known is left out or said."""
    record = row.record
    sign, look = row.sign
    lost = f" · MAC {PASSWORD_LOST}" if record.password_lost else ""
    answered = record.result is Result.REFUSED and record.code not in ("", "changed_meanwhile")
    code = f"   in the server's word: {show_text(record.code, revealed)}" if answered else ""
    lines = [
        _line("Device", Content(make_inert(record.mac_id or record.mac))),
        _line("When", Content(f"{row.when:%Y-%m-%d %H:%M:%S %Z}" if row.when else make_inert(record.at))),
        _line("Operation", Content(record.operation.value)),
        _line("Outcome", Content.assemble((f"{sign} {row.word}{lost}", look), (code, "dim"))),
        _line("Message", Content(show_text(say_keys(record.message) or "–", revealed))),
    ]
    if whose := _say_whose(record):
        lines.append(_line("In the way", Content(f"a record that is {whose}")))
    if record.before is not None:
        lines += [
            _line("Before", Content(show_text(record.before[PROVIDER], revealed))),
            _line("", Content(show_text(record.before[URL], revealed))),
        ]
        if record.before[SERVER_DATE]:
            lines.append(
                _line(
                    "",
                    Content(f"server date {show_text(record.before[SERVER_DATE], revealed)}").stylize("dim"),
                )
            )
    else:
        lines.append(_line("Before", Content.styled("no record, or not known", "dim")))
    if record.after is not None:
        lines += [
            _line("After", Content(show_text(record.after.provider, revealed))),
            _line("", Content(show_text(record.after.url, revealed))),
        ]
    else:
        lines.append(_line("After", Content.styled("no record", "dim")))
    about = record.change_set
    if found is not None:
        about += f" · {found.operation.value}, {count_devices(found.count)}"
        about += f", {spell_count(found.open)} open" if found.open else ""
        about += f" · taken back by {found.undone_by}" if found.undone_by else ""
    lines += [
        _line("Change set", Content(make_inert(about))),
        _line("Account", Content(make_inert(record.account_key))),
    ]
    settled = read_moment(record.settled_at or "")
    if settled is not None:
        settled = settled.astimezone()
        lines.append(_line("Settled", Content(f"{settled:%Y-%m-%d %H:%M:%S}")))
    return lines


def _line(label: str, value: Content) -> Content:
    return Content.assemble((f"{label:<{_LABEL}}", "dim"), value)
