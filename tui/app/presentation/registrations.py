"""What the Register page works with apart from widgets: today's rows, and targets that were used before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, overload

from textual.content import Content

from tui.app.presentation.outcomes import SENDING, SIGNS
from tui.app.presentation.wording import say_keys
from tui.app.widgets.device_lines import show_target
from tui.classes import define, replace
from tui.model.addresses import Identifier
from tui.model.outcome import Owner, Result
from tui.model.secrets import MASK, Secret, mask_credentials
from tui.model.text.inert import make_inert
from tui.services.storage.selection import PASSWORD_LOST, Selection, find_today, spell_midnight, spell_outcome

if TYPE_CHECKING:
    from tui.errors import RedirectoryError
    from tui.model.device import DeviceRow
    from tui.model.outcome import Outcome
    from tui.model.registration import Registration, Target
    from tui.services.session import Session

WHOSE = {Owner.OWN: "mine", Owner.OTHER: "another account's", Owner.NOT_KNOWN: "cannot tell"}
TODAY = 500
# Beside the outcomes: the record is stored, and the MAC password did not come with the answer.
LOST = ("!", "$doubt")
# Reading a kept list of a million devices only to offer completions is not worth its memory.
COMPLETION_LIMIT = 4_000_000
COMPLETIONS = 200
NOTHING_YET = "Nothing yet. What you register appears here with the server's answer."


@define(frozen=True)
class TodayRow:
    """One line of *Registered or retargeted today*. `word` is stored, unchanged, in use, refused, not
    sent, unknown, sending.
    """

    at: str
    identifier: Identifier
    target: Target | None
    word: str
    message: str = ""
    before: DeviceRow | None = None
    password: Secret | None = None
    number: int = 0
    password_lost: bool = False
    owner: Owner = Owner.NOT_KNOWN
    recorded: bool = False

    def is_same(self, other: TodayRow) -> bool:
        """Whether both are lines on one change, one of them perhaps from the journal."""
        return (self.identifier.mac, self.at, self.target) == (other.identifier.mac, other.at, other.target)

    def settle(self, outcome: Outcome) -> TodayRow:
        """The line after the server's answer."""
        mac_id = outcome.mac_id
        identifier = Identifier(self.identifier.mac, mac_id[-4:]) if mac_id else self.identifier
        return replace(
            self,
            identifier=identifier,
            word=spell_outcome(outcome.result, outcome.code),
            message=outcome.message,
            before=outcome.before or self.before,
            owner=outcome.owner or self.owner,
            recorded=outcome.change_set is not None,
            password=outcome.password or self.password,
            password_lost=outcome.password_lost,
        )

    def draw(self, reveal: bool) -> Content:
        """Time, sign, MAC-ID, word, and the password or the message."""
        sign, colour = LOST if self.password_lost else SIGNS.get(self.word, ("·", "dim"))
        about: Content | str
        if self.password_lost:
            about = Content.styled(f"{PASSWORD_LOST}: register it anew, or read the label", "$doubt")
        elif self.password is not None and self.word in ("stored", "unchanged"):
            shown = self.password.reveal() if reveal else f"{self.password.beginning}{MASK}"
            about = Content.assemble("password ", (make_inert(shown), "bold" if reveal else ""))
        else:
            about = Content(mask_credentials(make_inert(say_keys(self.message))))
        return Content.assemble(
            (f"{self.at}  ", "dim"),
            f"{self.identifier!s:<17}  ",
            (f"{sign} {self.word:<9}", colour),
            "  ",
            about,
        )


class DrawnRows(Sequence[Content]):
    """Lines that are drawn one by one as they come into view."""

    def __init__(self, rows: Sequence[TodayRow], reveal: bool) -> None:
        self._rows = rows
        self._reveal = reveal

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Content: ...
    @overload
    def __getitem__(self, place: slice) -> list[Content]: ...
    def __getitem__(self, place: int | slice) -> Content | list[Content]:
        if isinstance(place, slice):
            return [row.draw(self._reveal) for row in self._rows[place]]
        return self._rows[place].draw(self._reveal)


@define(frozen=True)
class Past:
    """What journal and kept list tell the page: today's lines, at most TODAY, the counts of all of today's
    outcomes, and known targets, most used first; `limited` if not all targets were looked at or kept."""

    rows: tuple[TodayRow, ...]
    counts: Counter[str]
    urls: tuple[str, ...]
    providers: tuple[str, ...]
    limited: bool = False


def read_past(session: Session) -> Past:
    """Read journal and kept list of the account. Raises StoreError."""
    from tui.model.device import PROVIDER, URL
    from tui.model.outcome import Operation

    key, journal = session.account_key, session.journal
    wanted = Selection(
        account_key=key,
        operations=(Operation.REGISTER, Operation.RETARGET),
        since=spell_midnight(find_today()),
    )
    today = list(journal.walk(wanted, TODAY))
    counts, busy = journal.tally(wanted), journal.under_way(key)
    counts[SENDING] = min(counts[Result.UNKNOWN.words], sum(busy.values()))
    counts[Result.UNKNOWN.words] -= counts[SENDING]
    records = journal.rows(account_key=key, limit=TODAY)
    from tui.services.storage.vault import open_entries

    vault, _ = open_entries(
        session.journal.recall_many(key, [record.mac for record in today]) if today else {}
    )
    rows = []
    for record in sorted(today, key=lambda record: record.id, reverse=True):
        entry = vault.get(record.mac)
        rows.append(
            TodayRow(
                clock(record.at),
                record.identifier,
                record.after,
                SENDING
                if record.result is None and record.change_set in busy
                else spell_outcome(record.result, record.code),
                record.message,
                record.before,
                entry.password if entry is not None else None,
                password_lost=record.password_lost,
                owner=record.owner or Owner.NOT_KNOWN,
            )
        )
    urls: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    for record in records:
        if record.after is not None:
            urls[record.after.url] += 1
            providers[record.after.provider] += 1
    path = session.lists.path
    limited = len(records) == TODAY
    if path.exists() and path.stat().st_size > COMPLETION_LIMIT:
        limited = True
    elif path.exists():
        kept = session.lists.load(key)
        if kept is not None:
            urls.update(row[URL] for row in kept.rows)
            providers.update(row[PROVIDER] for row in kept.rows)
    limited |= max(len(urls), len(providers)) > COMPLETIONS
    return Past(tuple(rows), counts, _most(urls), _most(providers), limited)


def clock(moment: str) -> str:
    """`12:04` in local time, of an ISO moment in UTC."""
    return datetime.fromisoformat(moment).astimezone().strftime("%H:%M")


def now() -> str:
    """The clock, `12:04`."""
    return datetime.now().astimezone().strftime("%H:%M")


def draw_conflict(row: TodayRow, target: Target) -> Content:
    """For a device in use: the record beside what was asked, and what can be done."""
    asked = show_target(target.provider, target.url)
    keys = [("e", " retarget to what was asked   ")] if row.owner is not Owner.OTHER else []
    keys += [("o", " open   "), ("esc", " skip: leave the record as it is")]
    return Content("\n").join(
        [
            Content.assemble(
                (WHOSE[row.owner], "bold"), f"  {mask_credentials(make_inert(say_keys(row.message)))}"
            ),
            Content.assemble(("asked", "bold"), f"  {asked}"),
            Content.assemble(*(part for key, what in keys for part in ((key, "bold"), what))),
        ]
    )


def find_same(rows: Iterable[TodayRow], wanted: Registration) -> TodayRow | None:
    """The line of the same device with the same target that is stored, or on its way."""
    for row in rows:
        same = row.identifier.mac == wanted.identifier.mac and row.target == wanted.target
        if same and row.word in ("stored", "sending", "unchanged"):
            return row
    return None


def tell_unread(error: RedirectoryError) -> str:
    """What stands in place of the journal's entries while it cannot be read."""
    return f"The journal cannot be read: {error.title}"


def count_words(counts: Counter[str], rows: Iterable[TodayRow]) -> str:
    """`3 stored · 1 in use`, in the order of the signs: the journal's counts, and rows that it has not."""
    beside = Counter(row.word for row in rows if row.number and not row.recorded)
    counted = counts + beside
    counted[SENDING] = max(counts[SENDING], beside[SENDING])
    return " · ".join(f"{counted[word]} {word}" for word in SIGNS if counted[word])


def _most(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(text for text, _ in counted.most_common(COMPLETIONS) if text)
