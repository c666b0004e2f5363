"""Devices from files, stdin and pastes: drafts with their complaints, and the registrations that they come
to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tui.intake.encoding import decode_bytes
from tui.intake.reading import Intake, read_intake
from tui.intake.rows import Complaint, Draft, fold_duplicates, make_draft
from tui.model.outcome import Operation
from tui.model.registration import Registration
from tui.services.callfile import UploadCall, read_calls
from tui.services.session import Session
from tui.services.sources import read_source

__all__ = [
    "Intake",
    "Picked",
    "leave_out_stored",
    "pick_registrations",
    "read_drafts",
    "read_file",
    "read_source",
]


@dataclass(frozen=True, slots=True)
class Picked:
    """The registrations of an intake, each device once; `complaints` are sentences that name the line,
    `bad` counts the rows that will not be registered."""

    registrations: tuple[Registration, ...]
    complaints: tuple[str, ...]
    bad: int


def read_file(
    source: str | Path | BinaryIO,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
) -> Intake:
    """The drafts in a file, in stdin (`-`) or in an open stream. Raises InputError."""
    return read_drafts(
        read_source(source),
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
    )


def read_drafts(
    data: bytes | str, *, default_url: str = "", default_provider: str = "", need_target: bool = True
) -> Intake:
    """The drafts in CSV, TSV, XLSX, pasted lists, `ap-client` lines or XML-RPC calls; defaults fill what a
    row leaves empty. Raises InputError for what is none of these, UsageError where XLSX needs its extra."""
    intake = read_intake(
        data, default_url=default_url, default_provider=default_provider, need_target=need_target
    )
    if intake.kind != "xml-rpc":
        return intake
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    text = data if isinstance(data, str) else decode_bytes(data).text
    drafts: list[Draft] = []
    notes = list(intake.notes)
    cursor, line = 0, 1
    for call in read_calls(raw):
        if call.corrected:
            notes.append(f"Call {call.number}: {call.corrected}")
        if not call.changes:
            notes.append(f"Call {call.number} ({call.title}) changes nothing and was passed over.")
            continue
        for mac_text in call.macs or ("",):
            found = max(cursor, text.find(mac_text, cursor))
            line += text.count("\n", cursor, found)
            cursor = found
            drafts.append(_draft(call, mac_text, line, need_target))
    return replace(intake, drafts=tuple(drafts), notes=tuple(notes))


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


def pick_registrations(intake: Intake | Iterable[Draft]) -> Picked:
    """The rows that can be registered, equal rows folded, and a complaint for every row that cannot."""
    drafts = intake.drafts if isinstance(intake, Intake) else intake
    registrations: list[Registration] = []
    complaints: list[str] = []
    bad = 0
    for draft in fold_duplicates(drafts):
        registration = draft.registration
        if registration is not None:
            registrations.append(registration)
        else:
            bad += 1
        complaints += _complain(draft)
    return Picked(tuple(registrations), tuple(complaints), bad)


def _complain(draft: Draft) -> Iterator[str]:
    if draft.ready and draft.operation is Operation.DEREGISTER:
        yield f"line {draft.line}: {draft.mac_text} is to be deregistered; an import only registers."
    elif not draft.ready:
        yield f"line {draft.line}: {draft.complaint or 'Not a device.'}"
    if draft.copies:
        lines = ", ".join(map(str, draft.copies))
        yield f"line {draft.line}: {draft.mac_text} is asked for again on line {lines}; taken once."


def leave_out_stored(
    session: Session, registrations: Sequence[Registration]
) -> tuple[tuple[Registration, ...], int]:
    """The registrations that the account's list does not have as wanted yet, and how many it has. Raises
    LinkError and Fault."""
    from tui.services.inquiry import is_at, list_some

    stored = list_some(session, {registration.identifier.mac for registration in registrations})
    left = tuple(
        registration
        for registration in registrations
        if (row := stored.get(registration.identifier.mac)) is None or not is_at(row, registration.target)
    )
    return left, len(registrations) - len(left)
