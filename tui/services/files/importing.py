"""Devices from files, stdin and pastes: drafts with their complaints, and the registrations that they come
to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.classes import define, replace
from tui.errors import Fault, InputError, LinkError
from tui.intake.complaints import tell_rows
from tui.intake.reading import Intake, read_intake
from tui.intake.records.markup import explain_markup, read_markup
from tui.intake.rows import Complaint, Draft, find_removals, fold_duplicates, make_draft, refuse_warnings
from tui.intake.tables.columns import make_rows, read_header
from tui.model.outcome import Operation
from tui.model.registration import Registration
from tui.patterns import pattern
from tui.services.files.call_file import UploadCall, read_calls
from tui.services.files.reading import read_source
from tui.services.session import Session

__all__ = [
    "Intake",
    "Picked",
    "leave_out_stored",
    "pick_registrations",
    "read_drafts",
    "read_source",
]


_ANSWER = pattern(r"<\s*(?:\w+:)?methodResponse\b")
_CALL = pattern(r"<\s*(?:\w+:)?methodCall\b")
_HEAD = 4096


@define(frozen=True, slots=True)
class Picked:
    """The registrations of an intake, each device once; `complaints` are sentences that name their lines,
    those about what keeps a row back first; `bad` counts the rows that will not be registered; `removals`
    are the rows that deregister."""

    registrations: tuple[Registration, ...]
    complaints: tuple[str, ...]
    bad: int
    removals: tuple[Draft, ...] = ()


def read_drafts(
    data: bytes | str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> Intake:
    """The drafts of any input, those of XML-RPC calls and of a list that was exported as XML included.
    Without `guess` nothing but a heading, key or call names a provider. Raises InputError, UsageError."""
    intake = read_intake(
        data,
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
        guess=guess,
    )
    if intake.kind != "xml-rpc":
        return intake
    text = read_markup(data).text
    if _ANSWER.search(text[:_HEAD]) and not _CALL.search(text):
        return _read_answer(intake, data, default_url, default_provider, need_target)
    drafts: list[Draft] = []
    notes: list[str] = []  # what was read against a declaration is told with the first call
    cursor, line = 0, 1
    for call in read_calls(data):
        if call.corrected:
            notes.append(f"Call {call.number}: {call.corrected}")
        if not call.changes:
            notes.append(f"Call {call.number} ({call.title}) changes nothing and was passed over.")
            continue
        for mac_text in call.written or call.macs or ("",):
            found = max(cursor, text.find(mac_text, cursor))
            line += text.count("\n", cursor, found)
            cursor = found
            drafts.append(_draft(call, mac_text, line, need_target))
    return replace(intake, drafts=tuple(drafts), notes=tuple(dict.fromkeys(notes)))


def _read_answer(
    intake: Intake, data: bytes | str, default_url: str, default_provider: str, need_target: bool
) -> Intake:
    """The devices of an answer to listDevices or checkDevice, as exports are written. Raises InputError."""
    from tui.wire.xmlrpc.codec import decode_response

    decoded = read_markup(data)
    try:
        value = decode_response(decoded.text.encode("utf-8", "replace"))
    except (LinkError, Fault) as error:
        flaw, hint, line = explain_markup(decoded.text)
        detail = f"It cannot be read: {flaw}." if flaw else error.detail
        hint = hint or "Export the list again."
        raise InputError("The XML answer cannot be read.", detail, hint).about(line=line) from None
    rows = value if isinstance(value, list) else []
    if rows and rows[0] in (True, 1) and len(rows) == 5:
        rows = [[rows[1], rows[2], rows[4], rows[3]]]
    if not all(isinstance(row, list) and len(row) >= 3 for row in rows):
        raise InputError(
            "This XML holds an answer, but no list of devices.",
            "Only the answers to listDevices and checkDevice name devices with their targets.",
            "Export the list of devices, and give that file.",
        )
    names = ("mac", "provider", "url", "server_date")
    header = read_header(names, "", 0)
    assert header is not None
    drafts = make_rows(
        [(number, [_plain(cell) for cell in row[:4]]) for number, row in enumerate(rows, 1)],  # type: ignore[union-attr, index]
        replace(header, line=None),
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
    )
    many = "s" * (len(drafts) != 1)
    said = f"Read as the answer to listDevices: {len(drafts):,} device{many}, without MAC-IDs."
    notes = tuple(dict.fromkeys((*intake.notes, *decoded.notes, said)))
    return replace(intake, kind="list answer", drafts=tuple(drafts), notes=notes)


def _plain(cell: object) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def _draft(call: UploadCall, mac_text: str, line: int, need_target: bool) -> Draft:
    found = [] if call.sendable else [Complaint("row", "error", text) for text in call.complaints[:1]]
    removes = call.target is None and call.sendable
    return make_draft(
        line,
        call.title,
        mac_text,
        call.target.url if call.target else "",
        call.target.provider if call.target else "",
        complaints=found,
        operation=Operation.DEREGISTER if removes else Operation.REGISTER,
        need_target=need_target and call.sendable,
    )


def pick_registrations(intake: Intake | Iterable[Draft], *, strict: bool = False) -> Picked:
    """The rows that can be registered, equal rows folded, and a complaint for every row that cannot and
    everything that is odd about the others; with `strict` what is odd keeps a row back."""
    drafts = intake.drafts if isinstance(intake, Intake) else intake
    folded = fold_duplicates(refuse_warnings(drafts) if strict else drafts)
    registrations: list[Registration] = []
    bad = 0
    for draft in folded:
        registration = draft.registration
        if registration is not None:
            registrations.append(registration)
        elif not draft.passed:
            bad += 1
    removals = find_removals(folded)
    complaints = (*tell_rows(folded), *map(tell_removal, removals))
    return Picked(tuple(registrations), complaints, bad, tuple(removals))


def tell_removal(draft: Draft) -> str:
    """Why a row that deregisters is not carried out where devices are registered."""
    text = f"line {draft.line}: {draft.mac_text} is to be deregistered"
    return f"{text}; an import only registers: use deregister."


def leave_out_stored(
    session: Session, registrations: Sequence[Registration]
) -> tuple[tuple[Registration, ...], int]:
    """The registrations that the account's list does not have as wanted yet, and how many it has. Raises
    LinkError and Fault."""
    from tui.services.devices.server_state import is_at, list_some

    stored = list_some(session, {registration.identifier.mac for registration in registrations})
    left = tuple(
        registration
        for registration in registrations
        if (row := stored.get(registration.identifier.mac)) is None or not is_at(row, registration.target)
    )
    return left, len(registrations) - len(left)
