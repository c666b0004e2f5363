"""A list of devices on its way to the server: its rows, what is wrong with them, and what became of each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, overload

from tui.app.presentation.outcomes import SIGNS
from tui.app.presentation.progress import draw_bar, tell_progress
from tui.app.presentation.wording import say_keys
from tui.app.widgets.device_lines import fit, show_target, spell_count
from tui.app.widgets.lines import Piece
from tui.classes import define
from tui.errors import InputError
from tui.intake.rows import Draft, count_drafts, edit_draft, fold_duplicates
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.services.changes.engine.control import Control
from tui.services.devices.batches import PlannedCall
from tui.services.storage.selection import spell_outcome

HEADING = f"{'Line':>6}  {'State':<11}  {'MAC-ID':<17}  Provider → URL"
_LOOKS = {"$good": "good", "$doubt": "doubt", "$bad": "bad"}
# Known not to have been made, so sending it again repeats nothing.
_UNANSWERED = (Result.NOT_SENT, Result.UNKNOWN)
_OPEN_AGAIN = (Result.SKIPPED, Result.NOT_SENT, Result.NOT_MADE)


_REMOVAL = "It deregisters the device, which is not done here: x drops it; List and Upload deregister."


def removes(draft: Draft) -> bool:
    """Whether a row asks for a removal, which a list to register does not carry out."""
    return draft.operation is Operation.DEREGISTER and draft.identifier is not None


def tell_draft(draft: Draft) -> str:
    """Everything that is said of a row, what keeps it back first."""
    if removes(draft):
        return _REMOVAL
    ordered = sorted(draft.complaints, key=lambda found: found.level)
    return say_keys(" ".join(f"{found.text} {found.hint}".strip() for found in ordered))


class CheckList:
    """The rows of one list. `answers` are by MAC and line; `control` is there while the job runs."""

    def __init__(self, drafts: Iterable[Draft] = (), notes: Sequence[str] = ()) -> None:
        self.drafts = fold_duplicates(drafts)
        self.notes = tuple(notes)
        self.answers: dict[tuple[str, int | None], Outcome] = {}
        self.control: Control | None = None
        self.asking = False
        self._words: Counter[str] = Counter()
        self._sets: set[str] = set()
        self._sent = self._done = self._answered = 0
        self._began = self._ended = 0.0

    # rows

    def answer(self, draft: Draft) -> Outcome | None:
        """What became of the row, None before that."""
        return self.answers.get((draft.identifier.mac, draft.line)) if draft.identifier is not None else None

    def is_open(self, draft: Draft) -> bool:
        """Whether the row can be sent: nothing keeps it back, and it has no answer that counts."""
        answer = self.answer(draft)
        return draft.registration is not None and (answer is None or answer.result in _OPEN_AGAIN)

    def needs_care(self, draft: Draft) -> bool:
        """Whether a person has to look: it cannot be sent, or was not stored."""
        answer = self.answer(draft)
        return (
            not draft.ready
            if answer is None
            else answer.result in (Result.REFUSED, Result.NOT_MADE, Result.UNKNOWN)
        )

    def find_next(self, after: int) -> int | None:
        """The position of the next row to look at, round the end."""
        order = (*range(after + 1, len(self.drafts)), *range(min(after + 1, len(self.drafts))))
        return next((place for place in order if self.needs_care(self.drafts[place])), None)

    def edit(self, place: int, mac_text: str, url: str, provider: str) -> bool:
        """Take new texts into a row, which is then checked again; its answer was for the old texts. False if
        nothing was changed."""
        draft = self.drafts[place]
        texts = [
            new if new != old else None
            for new, old in zip(
                (mac_text, url, provider), (draft.mac_text, draft.url, draft.provider), strict=True
            )
        ]
        if texts == [None, None, None]:
            return False
        answer = self.answer(draft)
        if answer is not None and draft.identifier is not None:
            del self.answers[draft.identifier.mac, draft.line]
            self._words[spell_outcome(answer.result, answer.code)] -= 1
        self.drafts[place] = edit_draft(draft, mac_text=texts[0], url=texts[1], provider=texts[2])
        self.drafts = fold_duplicates(self.drafts)
        return True

    def fill(self, url: str, provider: str) -> int:
        """Put URL and provider where a row has none; how many rows that changed."""
        filled = 0
        for place, draft in enumerate(self.drafts):
            if draft.passed or removes(draft):
                continue
            if self.answer(draft) is None and ((url and not draft.url) or (provider and not draft.provider)):
                filled += 1
                self.drafts[place] = edit_draft(
                    draft, url=draft.url or url or None, provider=draft.provider or provider or None
                )
        self.drafts = fold_duplicates(self.drafts)
        return filled

    @property
    def lacks_target(self) -> bool:
        """Whether a row has no URL, or no provider."""
        return any(
            not (draft.url and draft.provider)
            for draft in self.drafts
            if not (draft.passed or removes(draft))
        )

    def drop(self, place: int) -> None:
        """Leave a row out."""
        if place < len(self.drafts):
            del self.drafts[place]

    @property
    def registrations(self) -> list[Registration]:
        """What can be sent."""
        return [
            draft.registration
            for draft in self.drafts
            if self.is_open(draft) and draft.registration is not None
        ]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to send, to mend or to ask."""
        return self.control is None and not any(
            self.is_open(draft) or self.needs_care(draft) for draft in self.drafts
        )

    # the job

    def begin(self, count: int, control: Control) -> None:
        """A job with so many devices starts."""
        self.control = control
        self._sent, self._done, self._answered = count, 0, 0
        self._began, self._ended = time.monotonic(), 0.0

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Answers of the job, or of asking the server again."""
        for outcome in outcomes:
            key = (outcome.mac, outcome.line)
            before = self.answers.get(key)
            if before is not None:
                self._words[spell_outcome(before.result, before.code)] -= 1
            self.answers[key] = outcome
            self._words[spell_outcome(outcome.result, outcome.code)] += 1
            if outcome.change_set is not None:
                self._sets.add(outcome.change_set)
            if self.control is not None:
                self._done += 1
                self._answered += outcome.result not in _UNANSWERED
            elif before is not None and before.result in _UNANSWERED:
                self._answered += outcome.result not in _UNANSWERED

    def end(self) -> None:
        """The job has ended."""
        self.control = None
        self._ended = time.monotonic()

    @property
    def unknown(self) -> int:
        """How many answers say that the end is not known."""
        return self._words["unknown"]

    @property
    def change_sets(self) -> frozenset[str]:
        """Under which change sets the journal has the answers."""
        return frozenset(self._sets)

    # what is said

    def tell(self) -> tuple[str, str]:
        """Two lines: how many rows there are to do what with, or how far the job is; and what became of
        them."""
        words = " · ".join(f"{spell_count(self._words[word])} {word}" for word in SIGNS if self._words[word])
        if not self._sent:
            return self._tell_rows(), words
        if self.control is None:
            spent = f"{self._ended - self._began:.0f} s" if self._ended - self._began >= 1 else ""
            parts = [f"{spell_count(self._answered)} of {spell_count(self._sent)} answered", spent]
            ready, bad, _ = count_drafts([draft for draft in self.drafts if self.answer(draft) is None])
            parts += [
                f"{spell_count(ready)} ready" if ready else "",
                f"{spell_count(bad)} to mend" if bad else "",
            ]
            return " · ".join(filter(None, parts)), words
        state = "cancelling · " if self.control.cancelled else "paused · " if self.control.paused else ""
        spent_now = time.monotonic() - self._began
        told = tell_progress(self._done, self._sent, spent_now)
        return f"{draw_bar(self._done, self._sent)} {told}", f"{state}{words or 'looking at the records'}"

    def _tell_rows(self) -> str:
        ready, bad, folded = count_drafts([draft for draft in self.drafts if not removes(draft)])
        removals, passed = sum(map(removes, self.drafts)), sum(draft.passed for draft in self.drafts)
        odd = sum(draft.ready and bool(draft.warnings) for draft in self.drafts)
        parts = [f"{spell_count(ready)} ready"]
        parts += [f"{spell_count(odd)} with a warning"] if odd else []
        parts += [f"{spell_count(bad)} to mend"] if bad else []
        parts += [f"{spell_count(folded)} duplicate{'s' if folded > 1 else ''} folded"] if folded else []
        parts += [f"{spell_count(removals)} to deregister: not done here"] if removals else []
        parts += [f"{spell_count(passed)} without a device"] if passed else []
        return " · ".join([*parts, *self.notes[:1]])

    def tell_row(self, draft: Draft) -> str:
        """The complaint about a row, or its answer, in full, with its line."""
        answer = self.answer(draft)
        text = say_keys(answer.message) if answer is not None else tell_draft(draft)
        if draft.copies and answer is None:
            text = f"{text} Lines {', '.join(map(str, draft.copies[:8]))} say the same.".strip()
        return f"Line {draft.line}: {make_inert(text)}" if text else ""

    @property
    def rows(self) -> CheckRows:
        """The rows for a table."""
        return CheckRows(self)


@define(frozen=True, slots=True)
class CheckRow:
    """One row, drawn when it comes into view."""

    check: CheckList
    draft: Draft

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        draft, answer = self.draft, self.check.answer(self.draft)
        care = self.check.needs_care(draft)
        if answer is not None:
            word = spell_outcome(answer.result, answer.code)
            sign, colour = SIGNS.get(word, ("·", "dim"))
            state, look = f"{sign} {word}", _LOOKS.get(colour, "dim")
        elif removes(draft):
            state, look = "✗ removal", "bad"
        elif draft.passed:
            state, look = "- no device", "dim"
        elif draft.ready:
            state, look = ("! ready", "doubt") if draft.complaints else ("✓ ready", "good")
        else:
            state, look = "✗ mend", "bad"
        mac = draft.identifier.wire if draft.identifier is not None else draft.mac_text
        if care and answer is not None:
            about = say_keys(answer.message)
        elif removes(draft):
            about = _REMOVAL
        elif draft.passed:
            about = f"{draft.complaint} {draft.raw}"
        elif draft.ready:
            about = show_target(draft.provider, draft.url, revealed)
            about += f"  {draft.complaint}" if draft.complaints else ""
        else:
            about = draft.complaint
        if not revealed:
            about = mask_credentials(about)
        return (
            (f"{draft.line:>6}  ", "dim"),
            (f"{state:<11}  ", look),
            (f"{fit(make_inert(mac), 17)}  ", "plain"),
            (fit(make_inert(about), max(1, width - 40)), "plain" if care else "dim"),
        )

    def tell(self, revealed: bool) -> str:
        return mask_credentials(self.check.tell_row(self.draft))


class CheckRows(Sequence[CheckRow]):
    """The rows of a list, made one by one as they are looked at."""

    def __init__(self, check: CheckList) -> None:
        self._check = check

    def __len__(self) -> int:
        return len(self._check.drafts)

    @overload
    def __getitem__(self, place: int) -> CheckRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[CheckRow]: ...
    def __getitem__(self, place: Any) -> Any:
        found = self._check.drafts[place]
        return (
            [CheckRow(self._check, draft) for draft in found]
            if isinstance(place, slice)
            else CheckRow(self._check, found)
        )


def read_list(text: str | bytes, url: str, provider: str) -> CheckList:
    """The list in a text or file; `url` and `provider` stand where it names none. Raises InputError for what
    is no list, UsageError."""
    from tui.services.files.importing import read_drafts

    intake = read_drafts(text, default_url=url, default_provider=provider)
    if intake.kind == "xml-rpc":
        raise InputError("This is an XML-RPC file.", hint="Open it in 4 Upload, which shows its calls.")
    return CheckList(intake.drafts, intake.notes)


def tell_calls(planned: Sequence[PlannedCall]) -> list[str]:
    """The calls of a dry run, equal ones together: `4 × autoprov.registerDeviceList of 50 devices …`."""
    lines = []
    for (method, size, target), times in Counter(
        (call.method, len(call.macs), call.target) for call in planned
    ).items():
        where = show_target(target.provider, target.url) if target is not None else ""
        each = f"of {size} devices" if size > 1 else "of 1 device"
        lines.append(f"{spell_count(times)} × {make_inert(method)} {each}  {where}")
    return lines
