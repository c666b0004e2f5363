"""What the Upload page works with apart from widgets: files recognised, calls and answers as rows."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from tui.app.actions import key_sign
from tui.app.presentation.outcomes import SIGNS
from tui.app.presentation.wording import say_keys, say_outcome
from tui.app.widgets.device_lines import count_devices, fit, show_text, spell_count
from tui.app.widgets.lines import Piece, Row
from tui.classes import define, field
from tui.errors import InputError, NotACall, RedirectoryError
from tui.model.addresses import Identifier
from tui.model.identifiers import recognise as recognise_device
from tui.model.outcome import Outcome
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.patterns import pattern

if TYPE_CHECKING:
    from tui.services.changes.engine.control import Control
    from tui.services.changes.uploading import ResponseLine, UploadAnswer, UploadCall
    from tui.services.session import Session

PASTED = "the pasted text"
_ENCODING = pattern(
    r"""(<\?xml[^<>]{0,200}?)\s{1,20}encoding\s{0,20}=\s{0,20}(?:"[^"<>]{0,80}"|'[^'<>]{0,80}')"""
)
_KINDS = {
    "delimited": "a table of devices (CSV)",
    "pasted": "a list of devices",
    "command lines": "a script of ap-client.py command lines",
    "spreadsheet": "a spreadsheet of devices",
    "json": "a list of devices (JSON)",
    "blocks": "a list of devices (keys and values)",
    "list answer": "a list of devices (XML)",
}
# What the command line is told to do next is another key here.
# Beside the response: its number and gaps (7), MAC-ID (17), gap (2), the longest outcome, `= unchanged` (11).
_BESIDE = 37
_NOTES_SHOWN = 400
_NEXT = "Compare it with a template: n writes one. A list of devices may be uploaded too."


@define(frozen=True, slots=True)
class Source:
    """What was read: calls, or else `kind` says what list it is, `notes` how it was understood, and `data` is
    that list as it came."""

    name: str
    calls: tuple[UploadCall, ...] = ()
    kind: str = ""
    notes: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)


def read_path(typed: str) -> Source:
    """The calls in a file. Raises InputError naming the file for everything that holds none."""
    return recognise(read_bytes(typed), Path(typed).name)


def read_bytes(typed: str) -> bytes:
    """What the file holds that a person named, of any size that can be read. Raises InputError."""
    from tui.services.files.reading import read_source

    try:
        path = Path(typed).expanduser()
    except RuntimeError as error:
        raise InputError("There is no such home folder.", typed, "Write the whole path.") from error
    try:
        # Opening a pipe waits for its writer, and nobody could tell why.
        if stat.S_ISFIFO(path.stat().st_mode):
            raise InputError(
                "This is a pipe, not a file.", typed, "Choose a file, or paste the text with F7."
            )
    except (OSError, ValueError):
        pass  # read_source says what is wrong with the path
    return read_source(path)


def recognise_text(text: str) -> Source:
    """What a text that was pasted holds. Raises what `recognise` does."""
    # The text is text already: what it says about its bytes was true of the file it came from.
    return recognise(_ENCODING.sub(r"\1", text).encode("utf-8", "replace"), PASTED)


def recognise(data: bytes, name: str) -> Source:
    """Calls, or a list of devices that has to go another way. Raises InputError, and UsageError where a
    spreadsheet needs its extra."""
    from tui.services.changes.uploading import read_calls

    try:
        return Source(name, tuple(read_calls(data)))
    except InputError as error:
        found = _read_list(data, name)
        if found is None:
            raise InputError(
                f"{make_inert(name)}: {error.title}",
                error.detail,
                _NEXT if isinstance(error, NotACall) else error.hint,
            ) from error
        return found


def _read_list(data: bytes, name: str) -> Source | None:
    """A list with devices, or with rows that have to be mended; None for what is none. Raises InputError for
    a list that cannot be read."""
    from tui.intake.encoding import decode_bytes, is_workbook
    from tui.intake.records.markup import is_markup
    from tui.intake.rows import count_drafts
    from tui.services.files.importing import read_drafts
    from tui.services.files.reading import naming

    try:
        with naming(name):
            intake = read_drafts(data, need_target=False)
    except InputError:
        if is_workbook(data) or not is_markup(decode_bytes(data).text):
            raise
        return None
    known = sum(draft.identifier is not None for draft in intake.drafts)
    broken = count_drafts(intake.drafts)[1]
    if intake.kind not in _KINDS or not (known or broken):
        return None
    kind = f"{_KINDS[intake.kind]}, {count_devices(known)}"
    return Source(name, (), f"{kind}, {spell_count(broken)} to mend" if broken else kind, intake.notes, data)


# rows


@define(frozen=True, slots=True)
class CallRow:
    """The head of a call: its number, what it does, and the method that does it."""

    call: UploadCall

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        look = "strong" if self.call.sendable else "bad"
        sign = "" if self.call.sendable else "✗ "
        title = f"Call {self.call.number}  {sign}{self.call.title}"
        method = self.call.method.removeprefix("autoprov.")
        return [(fit(title, max(8, min(width, 100) - 22)), look), (fit(method, 21).rstrip().rjust(22), "dim")]

    def tell(self, revealed: bool) -> str:
        return (
            ""
            if self.call.sendable
            else "This call cannot be sent as it is. " + " ".join(self.call.complaints[:1])
        )


@define(frozen=True, slots=True)
class PartRow:
    """A device, a target or a remark of the call above."""

    label: str
    text: str
    look: str = "plain"

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        return [
            (f"     {self.label:<3}", self.look),
            (fit(self._say(revealed), max(1, width - 8)), self.look),
        ]

    def tell(self, revealed: bool) -> str:
        said = self._say(revealed)
        return said if cell_len(said) > 60 else ""

    def _say(self, revealed: bool) -> str:
        # Provider and URL of a target are masked each by itself.
        return " → ".join(show_text(part, revealed) for part in self.text.split(" → "))


def preview_rows(calls: Iterable[UploadCall]) -> list[Row]:
    """Every call with its target, its devices, and what is wrong or was put right."""
    rows: list[Row] = []
    for call in calls:
        rows.append(CallRow(call))
        rows += [PartRow("✗" if not call.sendable else "!", text, "bad" if not call.sendable else "doubt")
                 for text in call.complaints]  # fmt: skip
        if call.corrected:
            rows.append(PartRow("~", call.corrected, "doubt"))
        if call.target is not None:
            rows.append(PartRow("to", f"{call.target.provider} → {call.target.url}"))
        rows += [PartRow("·", mac) for mac in call.macs]
    return rows


@define(frozen=True, slots=True)
class AnswerRow:
    """One numbered line of the server's answer, beside the device that it belongs to."""

    line: ResponseLine
    outcome: Outcome | None
    alone: bool

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        said = self.line.reveal() if revealed else self.line.text
        if self.alone:
            return [(f"{self.line.number:>3}  {fit(said, max(1, width - 5))}", "plain")]
        room = max(8, min(44, width - _BESIDE))
        return [
            (f"{self.line.number:>3}  {fit(said, room)}  ", "plain"),
            *_draw_device(self.line.mac, self.outcome, width - room - 7),
        ]

    def tell(self, revealed: bool) -> str:
        said = self.line.reveal() if revealed else self.line.text
        if self.outcome is not None:
            return tell_outcome(self.outcome)
        return said if cell_len(said) > 60 else ""


@define(frozen=True, slots=True)
class OutcomeRow:
    """A device for which no line of the answer could be told to be its own."""

    outcome: Outcome

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        room = max(8, min(44, width - _BESIDE))
        return [
            ("  –  ", "plain"),
            (fit("(no line of its own)", room) + "  ", "dim"),
            *_draw_device(self.outcome.mac, self.outcome, width - room - 7),
        ]

    def tell(self, revealed: bool) -> str:
        return tell_outcome(self.outcome)


def _draw_device(mac: str | None, outcome: Outcome | None, width: int) -> Sequence[Piece]:
    if outcome is None:
        return [(make_inert(mac or ""), "plain")]
    sign, look = SIGNS[outcome.result.words]
    look = look.removeprefix("$")
    return [
        (fit(make_inert(outcome.mac_id or outcome.mac), 17) + "  ", "plain"),
        (fit(f"{sign} {outcome.result.words}", 11), look if look in ("good", "bad", "doubt") else "dim"),
        (f"  {fit(_inert(say_outcome(outcome)), width - 32)}" if width > 60 else "", "dim"),
    ]


def tell_outcome(outcome: Outcome) -> str:
    """What became of the device, in words."""
    return _inert(f"{outcome.mac_id or outcome.mac} {outcome.result.words}: {say_outcome(outcome)}")


def _inert(text: str) -> str:
    return mask_credentials(make_inert(text))


def answer_rows(answer: UploadAnswer) -> list[Row]:
    """The call, then the portal's numbered table, then the devices that it does not account for."""
    rows: list[Row] = [CallRow(answer.call)]
    by_mac = {outcome.mac: outcome for outcome in answer.outcomes}
    named: set[str] = set()
    alone = answer.rows is not None or not answer.outcomes
    for line in answer.responses:
        outcome = by_mac.get(line.mac) if line.mac and line.number > 1 else None
        if outcome is not None:
            named.add(outcome.mac)
        rows.append(AnswerRow(line, outcome, alone))
    if answer.rows is not None and not answer.rows:
        rows.append(PartRow("·", "An empty list: no such devices in this account.", "dim"))
    if answer.fault:
        rows.append(PartRow("✗", answer.fault, "bad"))
    rows += [OutcomeRow(outcome) for outcome in answer.outcomes if outcome.mac not in named]
    return rows


@define(frozen=True, slots=True)
class Answered:
    """An answer with its rows, which are made in the worker: a list may have a million."""

    answer: UploadAnswer
    rows: list[Row] = field(repr=False)


def send_calls(session: Session, calls: Sequence[UploadCall], control: Control) -> Iterator[Answered]:
    """Uploads; each answer with its rows. Raises what `upload` raises."""
    from tui.services.changes.uploading import upload

    for answer in upload(session, calls, control=control):
        yield Answered(answer, answer_rows(answer))


def count_calls(count: int) -> str:
    """`1 call`, `3 calls`."""
    return f"{spell_count(count)} call{'' if count == 1 else 's'}"


def sum_up(calls: Sequence[UploadCall]) -> str:
    """`3 calls: register 2 devices, deregister 1 device, list`."""
    kinds: Counter[str] = Counter()
    for call in calls:
        kinds[_verb(call)] += len(call.macs)
    parts = [f"{verb} {count_devices(count)}" if count else verb for verb, count in kinds.items()]
    return f"{count_calls(len(calls))}: {', '.join(parts)}"


def _verb(call: UploadCall) -> str:
    if not call.sendable:
        return "not sendable"
    if removes(call):
        return "deregister"
    if call.changes:
        return "register"
    return "check" if call.macs else "list"


def removes(call: UploadCall) -> bool:
    """Whether the call takes records away."""
    return call.changes and call.sendable and call.target is None


def find_removed(calls: Iterable[UploadCall]) -> list[Identifier]:
    """The devices whose records the calls take away, each once."""
    named = (recognise_device(mac).identifier for call in calls if removes(call) for mac in call.macs)
    return list({one.mac: one for one in named if one is not None}.values())


def explain_trouble(error: RedirectoryError) -> Content:
    """What happened, to what, and what to do, a line each."""
    parts = [Content.styled(f"✗ {_safe(error.title)}", "bold $bad")]
    parts += [Content(_safe(error.detail))] if error.detail else []
    parts += [Content.styled(_safe(error.hint), "dim")] if error.hint else []
    return Content("\n").join(parts)


def explain_list(source: Source) -> Content:
    """Devices but no calls: which way they go."""
    said = f"This is {source.kind}, not an XML-RPC call. Nothing is sent from here.\n"
    notes = _safe(" ".join(source.notes))
    return Content.assemble(
        said,
        (f"{notes[:_NOTES_SHOWN]}{'…' * (len(notes) > _NOTES_SHOWN)}\n" if notes else "", "dim"),
        *(
            (key_sign("enter"), "bold"),
            " takes it to Check and register, where every row is checked first.\n",
        ),
        *(("P", "bold"), " compares it with the account: only what differs is changed."),
    )


def explain_page() -> Content:
    """What can be uploaded, and how."""
    return Content.assemble(
        ("Calls    ", "bold"),
        "an XML-RPC file as the portal takes it: one call, or several.\n"
        "         You see every call and its devices before anything is sent.\n",
        ("Devices  ", "bold"),
        "CSV and other separators, XLSX, XLS, ODS, JSON, key: value blocks,\n"
        "         the server's list (XML), ap-client command lines. Every row is\n"
        "         checked and registered, or compared with the account.\n\n",
        *(("Tab", "bold"), " completes the path   ", ("↓", "bold"), " lists the folder   "),
        *(("F4", "bold"), " picker   ", ("F7", "bold"), " paste text\n"),
        *("No file yet? ", ("esc", "bold"), " then ", ("n", "bold"), " writes a template to start from."),
    )


def _safe(text: str) -> str:
    return mask_credentials("\n".join(make_inert(line) for line in say_keys(text).splitlines()))
