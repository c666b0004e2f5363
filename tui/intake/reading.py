"""What a file, paste or stream is, and its draft rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from tui.classes import define, replace
from tui.errors import InputError
from tui.intake.encoding import Decoded, check_size, decode_bytes, is_workbook, read_otherwise
from tui.intake.records.markup import holds_calls, is_markup, read_markup
from tui.intake.records.structured import is_json, read_blocks, read_json
from tui.intake.rows import Complaint, Draft
from tui.intake.tables.columns import Header, make_rows, settle_provider, understand_rows
from tui.intake.tables.delimited import describe_header, read_delimited
from tui.intake.tables.spreadsheet import read_sheet
from tui.intake.text.command_lines import holds_command_lines, read_command_lines, take_idle_calls
from tui.intake.text.pasted import read_pasted
from tui.model.text.inert import make_inert
from tui.patterns import pattern

Kind = Literal[
    "empty",
    "delimited",
    "pasted",
    "command lines",
    "xml-rpc",
    "spreadsheet",
    "json",
    "blocks",
    "list answer",
]

_XML_RPC = pattern(r"<\s*(?:\w+:)?(?:methodCall|methodResponse)\b")
_HTML = pattern(
    r"<\s*(?:!doctype\s+html|html|head|body)\b|\A\s*<\s*(?:table|tr|div|meta|style|p|ul)\b", re.IGNORECASE
)
_OLD_WORKBOOK = pattern(r"<\s*(?:\w+:)?Workbook\s[^>]{0,2000}schemas-microsoft-com:office:spreadsheet")


@define(frozen=True, slots=True)
class Intake:
    """What was read. `encoding` is empty for text that came as such, `header` None without columns; `notes`
    are sentences for a person. An `xml-rpc` file has no drafts here: its calls are read with the wire's own
    reader.
    """

    kind: Kind
    encoding: str = ""
    header: Header | None = None
    drafts: tuple[Draft, ...] = ()
    notes: tuple[str, ...] = ()


def read_intake(
    data: bytes | str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> Intake:
    """Recognise and read a whole input: XML-RPC, XLSX, ap-client.py lines, JSON, blocks of keys and values,
    CSV or TSV, or a list of devices.

    Defaults fill an empty URL or provider; without `need_target` they may stay empty; without `guess` a
    provider is only what a heading, key or call says it is. Raises InputError on what is no such thing or
    over the size limit, UsageError on XLSX without the extra.
    """
    wanted = _Wanted(default_url, default_provider, need_target, guess)
    if isinstance(data, bytes) and is_workbook(data):
        return _read_spreadsheet(data, wanted)
    if isinstance(data, bytes):
        decoded = decode_bytes(data)
    else:
        check_size(len(data))
        decoded = Decoded(data.removeprefix("\ufeff"), "")
    intake = _read_decoded(data, decoded, wanted)
    if not decoded.others:
        return intake
    return replace(intake, drafts=tuple(_doubt_letters(draft, decoded, wanted) for draft in intake.drafts))


def _read_decoded(data: bytes | str, decoded: Decoded, wanted: _Wanted) -> Intake:
    text, encoding, notes = decoded.text, decoded.encoding, decoded.notes
    if not text.strip():
        return Intake("empty", encoding, notes=(*notes, "There is nothing in it."))
    tagged = is_markup(text) and not _is_remarked_script(text)
    if tagged or holds_calls(text):
        kind = _name_markup(text) if tagged else "xml-rpc"
        marked = read_markup(data)
        return Intake(kind, marked.encoding, notes=marked.notes)
    if holds_command_lines(text):
        drafts, passed = read_command_lines(
            text,
            default_url=wanted.default_url,
            default_provider=wanted.default_provider,
            need_target=wanted.need_target,
        )
        return Intake("command lines", encoding, None, tuple(drafts), (*notes, *passed))
    text, idle = take_idle_calls(text)
    if idle and not text.strip():
        return Intake("command lines", encoding, None, tuple(idle), notes)
    intake = _read_text(text, encoding, notes, wanted)
    if not idle:
        return intake
    return replace(intake, drafts=tuple(sorted((*idle, *intake.drafts), key=lambda draft: draft.line)))


class _Wanted(NamedTuple):
    """What the person has said, and whether a guess may fill what nobody has."""

    default_url: str
    default_provider: str
    need_target: bool
    guess: bool


def _read_text(text: str, encoding: str, notes: tuple[str, ...], wanted: _Wanted) -> Intake:
    """JSON, blocks, a table, or lines, each tried in this order."""
    asked = wanted._asdict()
    if is_json(text) and (found := read_json(text, **asked)) is not None:
        return Intake("json", encoding, found.header, tuple(found.drafts), (*notes, *found.notes))
    # A scanner may send NUL, which the pasted reader names; a table holds none.
    if "\x00" not in text:
        if (table := read_delimited(text, **asked)) is not None:
            return Intake("delimited", encoding, table.header, tuple(table.drafts), (*notes, *table.notes))
        if (found := read_blocks(text, **asked)) is not None:
            return Intake("blocks", encoding, found.header, tuple(found.drafts), (*notes, *found.notes))
    return Intake("pasted", encoding, None, tuple(read_pasted(text, **asked)), notes)


def _is_remarked_script(text: str) -> bool:
    """Whether a text that begins with the remark of a markup is a script for all that."""
    if not text.lstrip().startswith("<!--") or "ap-client" not in text.lower():
        return False
    return "autoprov" in text and not _XML_RPC.search(text) and not _HTML.search(text[:4096])


def _name_markup(text: str) -> Kind:
    if _XML_RPC.search(text):
        return "xml-rpc"
    if _OLD_WORKBOOK.search(text[:4096]):
        raise InputError(
            "The input is a spreadsheet saved as XML.",
            "This old form of Excel is not read.",
            "Open it and save it as XLSX or CSV.",
        )
    if _HTML.search(text[:4096]):
        raise InputError(
            "The input is a web page.",
            "It is HTML.",
            "Download the file itself, not the page about it; save a table of it as CSV.",
        )
    raise InputError(
        "The input is not XML-RPC.",
        "It is XML without a methodCall.",
        "Give the devices as CSV or JSON, or write a template to start from.",
    )


def _read_spreadsheet(data: bytes, wanted: _Wanted) -> Intake:
    sheet = read_sheet(data, has_devices)
    header = understand_rows(sheet.rows[:50], "", guess=wanted.guess)
    assert header is not None
    header = settle_provider(header, wanted.default_provider, wanted.guess)
    body = [(number, row) for number, row in sheet.rows if number > (header.line or 0)]
    drafts = make_rows(body, header, **wanted._asdict())
    drafts = [_add_flaws(draft, sheet.flaws.get(draft.line, ())) for draft in drafts]
    return Intake(
        "spreadsheet",
        "",
        header,
        tuple(drafts),
        (*sheet.notes, *describe_header(header, wanted.default_provider)),
    )


def _doubt_letters(draft: Draft, decoded: Decoded, wanted: _Wanted) -> Draft:
    """The draft with a warning if its provider or URL has other letters in another charset that the file may
    be in."""
    found: list[Complaint] = []
    if draft.provider != wanted.default_provider and (other := read_otherwise(draft.provider, decoded)):
        text = f"The file does not say its encoding: in {other[0][1].name} the provider is {other[0][0]!r}."
        found.append(Complaint("provider", "warning", make_inert(text), "Save it as UTF-8."))
    if draft.url != wanted.default_url and (other := read_otherwise(draft.url, decoded)):
        text = f"The file does not say its encoding: in {other[0][1].name} the URL has other letters."
        found.append(Complaint("url", "warning", text, "Save it as UTF-8."))
    return replace(draft, complaints=(*draft.complaints, *found)) if found else draft


def has_devices(rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether the first rows of a sheet show a column of devices."""
    return understand_rows(rows, "") is not None


def _add_flaws(draft: Draft, flaws: Sequence[str]) -> Draft:
    """The draft with a warning for every cell of its row that has no value."""
    found = (Complaint("row", "warning", flaw, "Open the workbook and save it again.") for flaw in flaws)
    return replace(draft, complaints=(*draft.complaints, *found)) if flaws else draft
