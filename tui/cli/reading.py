"""Input files of `import`, `plan` and `apply`: read, and every complaint about a row said, in one way."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.cli.terminal.output import Record
from tui.errors import BadRow

if TYPE_CHECKING:
    from tui.intake.rows import Draft


def declare_strict(parser: ArgumentParser) -> None:
    """`--strict`."""
    parser.add_argument(
        "--strict", action="store_true", help="refuse a row that has a warning, as one that has an error"
    )


def read_rows(desk: Desk, *, url: str = "", provider: str = "", guess: bool = True) -> list[Draft]:
    """The rows of the file that the arguments name, each device once, with `--strict` as errors where they
    have warnings. What was understood and what is wrong goes to stderr; the warnings of each device stay with
    the desk for its line of output. Raises InputError, UsageError."""
    from tui.intake.complaints import tell_odd_rows, warnings_by_mac
    from tui.intake.rows import fold_duplicates, refuse_warnings
    from tui.services.files.importing import read_drafts, read_source
    from tui.services.files.reading import naming

    data = read_source(desk.arguments.file)
    with naming(desk.arguments.file):
        intake = read_drafts(data, default_url=url, default_provider=provider, guess=guess)
    desk.say_reading(intake)
    drafts = fold_duplicates(refuse_warnings(intake.drafts) if desk.arguments.strict else intake.drafts)
    _say_bad(desk, drafts)
    for complaint in tell_odd_rows(drafts):
        desk.err.warn(complaint)
    desk.row_warnings = warnings_by_mac(drafts)
    return drafts


def _say_bad(desk: Desk, drafts: Sequence[Draft]) -> None:
    """The rows that are left out: for a person equal complaints together, for a program each by itself."""
    from tui.intake.complaints import complaint_of, tell_bad_rows

    if not desk.err.as_json:
        for text in tell_bad_rows(drafts):
            desk.err.complain(BadRow(text))
        return
    for draft in drafts:
        complaint = complaint_of(draft)
        if complaint is not None:
            device = draft.identifier.mac if draft.identifier else draft.mac_text or None
            error = BadRow(f"line {draft.line}: {complaint}", desk.arguments.file)
            desk.err.complain(error.about(device=device, line=draft.line))


def add_warnings(record: Mapping[str, object], warnings: Sequence[str] | None) -> Record:
    """The record of a device with what was odd about its row; as it is where no rows were read."""
    return record if warnings is None else {**record, "warnings": list(warnings)}


def warnings_of(desk: Desk, macs: Iterable[str]) -> list[str] | None:
    """The warnings about the rows of these devices, with the device in front of each; None without rows."""
    if desk.row_warnings is None:
        return None
    bare = dict.fromkeys(mac[:12] for mac in macs)
    return [f"{mac}: {text}" for mac in bare for text in desk.row_warnings.get(mac, ())]
