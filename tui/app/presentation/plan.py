"""What the page of plans works with apart from widgets: a desired state read, and its differences as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.presentation.outcomes import SIGNS
from tui.app.presentation.progress import draw_bar, tell_progress
from tui.app.presentation.wording import say_keys
from tui.app.widgets.device_lines import fit, show_target, show_text, spell_count
from tui.app.widgets.lines import Piece
from tui.classes import define
from tui.errors import InputError
from tui.model.device import PROVIDER, URL
from tui.model.outcome import Outcome
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.services.changes.planning import CHANGES, Change, Plan, PlanRow
from tui.services.storage.selection import spell_outcome

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket
    from tui.intake.rows import Draft
    from tui.services.session import Session

KINDS: dict[Change, tuple[str, str]] = {
    "added": ("+", "good"),
    "changed": ("~", "doubt"),
    "missing": ("-", "bad"),
    "foreign": ("!", "doubt"),
    "invalid": ("✗", "bad"),
    "unchanged": ("=", "dim"),
    "outside": ("·", "dim"),
}
WIDE = 120
_UNREAD = "{} of the file name{} a device that cannot be read, so its record would be removed: mend the row."


_PROVIDERS_SHOWN = 4
_ABOUT = (
    "Name a CSV with a row for each device that the account shall have: MAC-ID, URL, provider.\n"
    "You see what is added, changed, unchanged, missing, foreign and invalid before anything is sent.\n"
    "Applying it twice changes nothing the second time.\n\n"
)


@define(frozen=True, slots=True)
class Desired:
    """A desired state: its rows, where they are from, and what the reader has to say."""

    name: str
    drafts: tuple[Draft, ...]
    notes: tuple[str, ...]

    @property
    def names_devices(self) -> bool:
        """Whether any row can be read as a device; without one, pruning would remove every record."""
        return any(draft.identifier is not None for draft in self.drafts)

    @property
    def unread(self) -> int:
        """Rows whose device cannot be read."""
        return sum(draft.identifier is None for draft in self.drafts)


@define(frozen=True, slots=True)
class Compared:
    """A desired state against the account's list."""

    desired: Desired
    plan: Plan


def read_desired(data: bytes | str, name: str) -> Desired:
    """The rows of a CSV, a spreadsheet or a paste. Raises InputError, UsageError where XLSX needs its
    extra.
    """
    from tui.services.files.importing import read_drafts
    from tui.services.files.reading import naming

    with naming(name):
        intake = read_drafts(data, guess=False)
    if not intake.drafts:
        raise InputError(
            f"{make_inert(name)} holds no device.",
            hint="A desired state has a row for each device: MAC-ID, URL, provider.",
        )
    return Desired(name, intake.drafts, intake.notes)


def compare(session: Session, desired: Desired, prune: bool, everything: bool) -> Compared:
    """Ask the server for the list and compare: with the records of the providers that the file names, or with
    the whole account. Raises LinkError and Fault."""
    from tui.services.changes.planning import plan

    prune = prune and desired.names_devices and not desired.unread
    return Compared(desired, plan(session, desired.drafts, prune=prune, everything=everything))


def is_shown(row: PlanRow, prune: bool, kind: Change | None) -> bool:
    """Whether a row is in the table: of the kind chosen, else all that would be touched or needs mending."""
    if kind is not None:
        return row.change == kind
    return row.change != "unchanged" and (prune or row.change != "missing")


def count_kinds(plan: Plan, width: int) -> Content:
    """`+ 12 added  ~ 3 changed  = 45 unchanged`: the six numbers of the command line; where they do not fit,
    without those that are none, then without their words; a word is never cut.
    """
    parts = [(kind, len(getattr(plan, kind))) for kind in CHANGES]
    whole = _draw_counts(parts)
    if whole.cell_length > width:
        parts = [part for part in parts if part[1]] or parts[-1:]
        whole = _draw_counts(parts)
    return whole if whole.cell_length <= width else _draw_counts(parts, words=False)


def _draw_counts(parts: Iterable[tuple[Change, int]], *, words: bool = True) -> Content:
    drawn = []
    for kind, count in parts:
        sign, look = KINDS[kind]
        style = "dim" if look == "dim" or not count else f"${look}"
        said = f" {spell_count(count)} {kind}" if words else f" {spell_count(count)}"
        drawn.append(Content.assemble((sign, style), (said, "" if count else "dim")))
    return Content("  ").join(drawn)


def ask_sentence(plan: Plan) -> str:
    """What applying does: `Register 12, change 3, remove 7`."""
    parts = [("register", len(plan.added) + len(plan.foreign)), ("change", len(plan.changed))]
    parts += [("remove", len(plan.missing))] if plan.prune else []
    text = ", ".join(f"{verb} {spell_count(count)}" for verb, count in parts if count)
    return text[:1].upper() + text[1:]


def warn_unread(desired: Desired) -> str:
    """Why nothing can be pruned; empty if every row can be read."""
    count = desired.unread
    return _UNREAD.format(*(("One row", "s") if count == 1 else (f"{count} rows", ""))) if count else ""


def tell_scope(plan: Plan) -> str:
    """`provider Daryna, named by the file; 146 records of others left alone`."""
    alone = plan.left_alone.total()
    records = "1 record" if alone == 1 else f"{spell_count(alone)} records"
    return show_text(plan.scope.describe()) + (f"; {records} of others left alone" if alone else "")


def tell_scope_briefly(plan: Plan) -> str:
    """`Daryna only, a: all; 146 others kept`, for a line that has little room."""
    names = plan.scope.providers
    if names is None:
        return "all providers"
    who = next(iter(names)) if len(names) == 1 else f"{len(names)} providers"
    alone = plan.left_alone.total()
    return show_text(f"{who} only") + (f", {spell_count(alone)} of others kept (a: all)" if alone else "")


def count_by_provider(plan: Plan) -> list[str]:
    """`Daryna: change 2, remove 1`, a line for each provider that applying would touch."""
    lines = []
    for provider, verbs in sorted(plan.count_providers().items()):
        counts = ", ".join(f"{verb} {spell_count(count)}" for verb, count in sorted(verbs.items()))
        lines.append(show_text(f"{provider}: {counts}"))
    return lines


def count_answers(outcomes: Iterable[Outcome]) -> str:
    """`118 stored · 1 refused`."""
    counted = Counter(spell_outcome(outcome.result, outcome.code) for outcome in outcomes)
    return " · ".join(f"{spell_count(counted[word])} {word}" for word in SIGNS if counted[word])


@define(frozen=True, slots=True)
class DifferenceRow:
    """One line of the table: what would happen, or what has happened, to which device."""

    row: PlanRow
    removes: bool = False
    answer: Outcome | None = None

    def spell(self, width: int) -> str:
        """The line without its looks, secrets hidden."""
        return "".join(text for text, _ in self.draw(width, False))

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        row, wide = self.row, width >= WIDE
        name = fit(make_inert(row.mac_id or row.mac), 17)
        pieces: list[Piece] = [self._state(), (f"{name}  ", "plain")]
        room = max(1, width - sum(len(text) for text, _ in pieces))
        if row.change == "invalid":
            return [*pieces, (fit(f"line {row.line}: {self._inert(row.message, revealed)}", room), "plain")]
        goal = self._goal(revealed)
        if not wide:
            return [*pieces, (fit(goal, room), "plain")]
        half = (room - 2) // 2
        return [*pieces, (f"{fit(goal, half)}  ", "plain"), (fit(self._about(revealed), half), "dim")]

    def tell(self, revealed: bool) -> str:
        row = self.row
        line = f"line {row.line}  " if row.line is not None else ""
        return f"{line}{make_inert(row.mac_id or row.mac)}  {self._about(revealed)}".rstrip()

    def _state(self) -> Piece:
        if self.answer is not None:
            word = spell_outcome(self.answer.result, self.answer.code)
            sign, look = SIGNS.get(word, ("·", "dim"))
            return fit(f"{sign} {word}", 13), look.removeprefix("$")
        sign, look = KINDS[self.row.change]
        if self.row.warnings:
            return fit(f"{sign} {self.row.change} !", 13), "doubt"
        if self.row.change == "missing":
            return (fit("- remove", 13), "bad") if self.removes else (fit("  missing", 13), "dim")
        return fit(f"{sign} {self.row.change}", 13), look

    def _goal(self, revealed: bool) -> str:
        row = self.row
        if row.after is not None:
            return show_target(row.after.provider, row.after.url, revealed)
        return show_target(row.before[PROVIDER], row.before[URL], revealed) if row.before else ""

    def _about(self, revealed: bool) -> str:
        row = self.row
        if self.answer is not None and self.answer.message:
            return self._inert(self.answer.message, revealed)
        said = self._inert(" ".join((*filter(None, (row.message,)), *row.warnings)), revealed)
        if row.change == "changed" and row.before is not None:
            now = f"now {show_target(row.before[PROVIDER], row.before[URL], revealed)}"
            return f"{now}  {said}".rstrip()
        if row.change == "missing":
            return "Not in the file: its record is removed." if self.removes else said
        return said

    @staticmethod
    def _inert(text: str, revealed: bool) -> str:
        return make_inert(say_keys(text if revealed else mask_credentials(text)))


def tell_apply(plan: Plan, doing: Plan, *, bare: bool) -> list[str]:
    """What is to be known before `doing`, the part of the plan that can be sent, is applied."""
    nameless, providers = plan.nameless(), doing.count_providers()
    notes = [f"Scope: {tell_scope(plan)}.", *count_by_provider(doing)[:_PROVIDERS_SHOWN]]
    if len(providers) > _PROVIDERS_SHOWN:
        notes.append(f"… and {len(providers) - _PROVIDERS_SHOWN} more providers")
    if doing.prunes_much:
        notes.append(
            f"{spell_count(len(doing.removed))} of {spell_count(plan.total)} records are removed:"
            " more than a fifth of the account."
        )
    if nameless and not bare:
        notes.append(f"! {spell_count(len(nameless))} left out: no MAC-ID on this machine.")
    if plan.invalid:
        count = len(plan.invalid)
        notes.append(f"{spell_count(count)} invalid row{' is' if count == 1 else 's are'} left out.")
    notes.append(
        f"! {spell_count(len(nameless))} go by the bare MAC and may not come back; z tries."
        if nameless and bare
        else "z takes it back."
    )
    return notes


def explain_page() -> Content:
    """What Plan and apply takes, and how."""
    return Content.assemble(
        ("Plan and apply\n", "bold"),
        _ABOUT,
        *(("Tab", "bold"), " completes the path   ", ("↓", "bold"), " lists the folder   "),
        *(("F4", "bold"), " picker   ", ("F7", "bold"), " paste rows"),
    )


def tell_applying(ticket: Ticket, done: int, troubled: Sequence[Outcome]) -> Content:
    """How far the job has come, and what needs reading so far."""
    paused = getattr(ticket.control, "paused", False)
    word = "cancelling · " if ticket.cancel_asked else "paused · " if paused else ""
    progress = tell_progress(done, ticket.total, 0 if paused else ticket.age)
    parts = [f"{draw_bar(done, ticket.total, 12)} {word}{progress}", count_answers(troubled)]
    return Content(" · ".join(filter(None, parts)))
