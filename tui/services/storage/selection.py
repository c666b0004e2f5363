"""Which records of the journal are wanted: conditions for SQL, and what only a look at the record decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from tui.classes import define
from tui.model.device import PROVIDER, URL
from tui.model.outcome import Operation, Result
from tui.model.secrets import mask_credentials
from tui.model.text.inert import fold_case
from tui.patterns import pattern
from tui.services.storage.journal_rows import JournalRow

IN_USE = "mac_already_in_use"
PASSWORD_LOST = "password lost"
_KNOWN = ", ".join(f"'{result.value}'" for result in Result if result is not Result.NOT_UNDERSTOOD)
_SEPARATORS = str.maketrans("", "", ":-.")
_CLOCK = frozenset("0123456789-: ")
_MAC = pattern("[0-9a-f]{12}(-[0-9a-f]{4})?").fullmatch
FOLD = "fold"
_TEXT = (
    "operation || ' ' || mac || '-' || ifnull(suffix, '') || ' ' || ifnull(before_provider, '') || ' ' ||"
    " ifnull(before_url, '') || ' ' || ifnull(after_provider, '') || ' ' || ifnull(after_url, '') || ' ' ||"
    " code || ' ' || change_set || ' ' || replace(ifnull(result, 'unknown'), '_', ' ') ||"
    f" CASE WHEN password_lost THEN ' {PASSWORD_LOST}' ELSE '' END"
)


def spell_moment(moment: datetime) -> str:
    """A moment as the journal writes it, in UTC: these sort as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find_today() -> date:
    """The day that it is in this machine's time zone."""
    return datetime.now().astimezone().date()


def spell_midnight(day: date) -> str:
    """The moment at which a day of this machine's time zone begins. Raises OverflowError."""
    return spell_moment(datetime.combine(day, time.min).astimezone())


@define(frozen=True, slots=True)
class Selection:
    """Conditions that must all hold; None is no condition.

    `provider` matches the record before or after the change, `result` UNKNOWN what never settled too, `since`
    and `before` are moments as `spell_moment` writes them, the second not with it. `in_use` tells refusals
    for a record in the way from the others. `words` must all occur, in any order and without regard to case,
    in what a person can read of the record; one that is a whole MAC or MAC-ID means that device. The
    connection needs the function FOLD for them.
    """

    account_key: str | None = None
    mac: str | None = None
    result: Result | None = None
    in_use: bool | None = None
    operations: tuple[Operation, ...] = ()
    provider: str | None = None
    since: str | None = None
    before: str | None = None
    change_set: str | None = None
    words: tuple[str, ...] = ()

    def where(self) -> tuple[str, tuple[object, ...]]:
        """A condition that every record wanted fulfils, and its parameters. With `words` others may too."""
        given: list[tuple[str, tuple[object, ...]]] = []
        for text, value in (
            ("account_key = ?", self.account_key),
            ("mac = ?", self.mac),
            ("change_set = ?", self.change_set),
            ("? IN (before_provider, after_provider)", self.provider),
            ("at >= ?", self.since),
            ("at < ?", self.before),
        ):
            if value is not None:
                given.append((text, (value,)))
        if self.result is Result.NOT_UNDERSTOOD:
            given.append((f"result IS NOT NULL AND result NOT IN ({_KNOWN})", ()))
        elif self.result not in (None, Result.UNKNOWN):
            given.append(("result = ?", (self.result.value,)))
        if self.in_use is not None:
            given.append((f"code {'=' if self.in_use else '<>'} ?", (IN_USE,)))
        if self.operations:
            marks = ", ".join("?" * len(self.operations))
            given.append((f"operation IN ({marks})", tuple(one.value for one in self.operations)))
        given += [_find(word) for word in self.words]
        texts = " AND ".join(f"({text})" for text, _ in given)
        return texts or "1", tuple(value for _, values in given for value in values)

    @property
    def is_indexed(self) -> bool:
        """Whether an index leads to the few records that can be meant."""
        return self.mac is not None or self.change_set is not None or any(map(_MAC, self.words))

    def matches(self, row: JournalRow) -> bool:
        """Whether a record that fulfils `where` has all the words."""
        if not self.words:
            return True
        text = _readable(row)
        return all(word in text for word in self.words)


def read_words(text: str) -> tuple[str, ...]:
    """The words that a person typed, as `Selection` takes them: `today` and `yesterday` are days, and a MAC
    may have any spelling."""
    now = datetime.now().astimezone()
    days = {"today": f"{now:%Y-%m-%d}", "yesterday": f"{now - timedelta(days=1):%Y-%m-%d}"}
    return tuple(_normalise(days.get(part, part)) for part in fold_case(text).split())


def _normalise(word: str) -> str:
    bare = word.translate(_SEPARATORS)
    is_mac = len(bare) in (12, 16) and all(char in "0123456789abcdef" for char in bare)
    return (f"{bare[:12]}-{bare[12:]}" if len(bare) == 16 else bare) if is_mac else word


def _readable(row: JournalRow) -> str:
    """What a person can read of a record, credentials left out, in the case of `read_words`."""
    when = row.when
    old = row.before or ("", "", "", "")
    texts: Iterable[str] = (
        f"{when.astimezone():%Y-%m-%d %H:%M}" if when is not None else row.at,
        spell_outcome(row.result, row.code), (row.result or Result.UNKNOWN).words, row.operation.value,
        row.mac_id or row.mac, old[PROVIDER], old[URL],
        row.after.provider if row.after else "", row.after.url if row.after else "", row.code, row.change_set,
        PASSWORD_LOST if row.password_lost else "",
    )  # fmt: skip
    return fold_case(mask_credentials(" ".join(texts)))


def spell_outcome(result: Result | None, code: str) -> str:
    """The word for an outcome in lists: a refusal for a record in the way is `in use`."""
    if result is None:
        return Result.UNKNOWN.words
    return "in use" if result is Result.REFUSED and code == IN_USE else result.words


def fold(text: bytes | None) -> str:
    """The function FOLD of SQL: text in the case of `read_words`. SQLite folds ASCII letters only."""
    return fold_case((text or b"").decode("utf-8", "replace"))


def _find(word: str) -> tuple[str, tuple[object, ...]]:
    if _MAC(word):
        return "mac = ?", (word[:12].upper(),)
    # As bytes: text that is no UTF-8 never reaches the function.
    texts = [f"instr({FOLD}(CAST({_TEXT} AS BLOB)), ?)"]
    values: list[object] = [word]
    if "in use".find(word) >= 0:
        texts.append("code = ?")
        values.append(IN_USE)
    if set(word) <= _CLOCK:
        texts.append("instr(strftime('%Y-%m-%d %H:%M', at, 'localtime'), ?)")
        values.append(word)
    return " OR ".join(texts), tuple(values)
