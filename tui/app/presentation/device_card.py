"""What Device Info says of one device, as lines: the record, what this machine knows, and the three
stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.presentation.outcomes import SIGNS
from tui.app.presentation.registrations import clock
from tui.app.widgets.device_lines import show_date, show_target, show_text
from tui.classes import define
from tui.model.addresses import find_vendor, group_by_colons
from tui.model.device import DeviceCard
from tui.model.outcome import Operation, Result
from tui.model.secrets import MASK, Secret
from tui.model.template import expand
from tui.model.text.dates import parse_server_date
from tui.model.text.inert import make_inert
from tui.services.storage.selection import spell_outcome

if TYPE_CHECKING:
    from tui.services.storage.journal import JournalRow

LABEL = 15
# The server states no zone for its dates: a later date counts only if it is later in every zone.
ZONE_DOUBT = timedelta(hours=14)


@define(frozen=True)
class Known:
    """A look-up's result: the card, this device's records, and when the card is from (empty: just now).
    `untold` says why the journal could not be read, if so: the server's record is shown all the same."""

    card: DeviceCard
    records: tuple[JournalRow, ...] = ()
    from_list: str = ""
    trouble: str = ""
    untold: str = ""


def draw_facts(known: Known, reveal: bool, dvid: str) -> Content:
    """The facts, label and value a line; foreign text inert, secrets masked unless revealed."""
    card = known.card
    vendor = find_vendor(card.mac)
    lines = [
        _line("MAC", Content.assemble(card.mac, (f"   {group_by_colons(card.mac)}   {vendor}", "dim"))),
        _line(
            "MAC-ID",
            Content.assemble(card.mac_id, ("   ! not the suffix known here: compare the label", "$doubt"))
            if card.suffix_doubt and card.mac_id
            else card.mac_id
            or Content.styled(
                "could not be read" if card.trouble else "not known here: not registered from here", "dim"
            ),
        ),
        _line("MAC password", draw_password(card.password, reveal, card.trouble)),
    ]
    if card.found:
        url = show_text(card.url, reveal)
        expanded = show_text(expand(card.url, card.mac, dvid), reveal)
        lines += [
            _line("Provider", show_text(card.provider, reveal)),
            _line("URL", url),
            _line(
                "as this phone",
                expanded if expanded != url else Content.styled("the same: nothing to expand", "dim"),
            ),
            _line(
                "Server date",
                Content.assemble(
                    show_date(card.server_date),
                    ("   registered or last asked" if card.server_date.strip() else "", "dim"),
                ),
            ),
        ]
    return Content("\n").join(lines)


def draw_password(password: Secret | None, reveal: bool, trouble: str = "") -> Content:
    """The MAC password: its first four digits are on the label, the rest is masked until asked for. `trouble`
    is why the vault could not be read, if so."""
    if password is None and trouble:
        return Content.styled("could not be read", "dim")
    if password is None:
        return Content.styled("not known here: a registration returns it", "dim")
    if reveal:
        return Content.styled(make_inert(password.reveal()), "bold")
    return Content.assemble(f"{make_inert(password.beginning)}{MASK}", ("   v reveals", "dim"))


def draw_stages(known: Known) -> Content:
    """Stored, asked, fetched: a sign and a word each; what cannot be known is said to be so."""
    card = known.card
    if not card.found:
        return Content("")
    stored = "the server has the record" if not known.from_list else f"in the list from {known.from_list}"
    asked, why = judge_asked(known)
    sign, colour = {"yes": ("✓", "$good"), "no": ("○", "dim"), "open": ("?", "$doubt")}[asked]
    return Content("\n").join(
        [
            _stage("✓", "stored", stored, "$good"),
            _stage(sign, "asked", why, colour),
            _stage("·", "fetched", "not seen by this server; t fetches the URL as the phone would", "dim"),
        ]
    )


def judge_asked(known: Known) -> tuple[str, str]:
    """Whether the phone has called since its record was stored: yes, no or open, and why."""
    date = parse_server_date(known.card.server_date)
    if date.never:
        return "no", "not yet: the server has no date for it"
    if date.moment is None:
        return "open", "the server's date has a shape that is not known"
    change = next(
        (
            row
            for row in known.records
            if row.result is Result.STORED
            and row.operation in (Operation.REGISTER, Operation.RETARGET, Operation.UNDO)
        ),
        None,
    )
    if change is None:
        return "open", "cannot be told: the date may be the registration's own"
    registered = datetime.fromisoformat(change.at).astimezone(UTC).replace(tzinfo=None)
    shown = f"{clock(change.at)} on {datetime.fromisoformat(change.at).astimezone():%Y-%m-%d}"
    if date.moment - registered > ZONE_DOUBT:
        return "yes", f"the server's date is later than the change from here, {shown}"
    if registered - date.moment > ZONE_DOUBT:
        return "no", f"the server's date is older than the change from here, {shown}"
    return "open", "too close to the change from here to tell; w watches"


_HEADS = {
    "mac_not_found": "○ Not found: no record",
    "mac_invalid": "? Not taken: the server calls this MAC-ID invalid",
    "mac_not_exist": "? Not known to the vendor",
}
UNTOLD = "? Not told: the server does not say whether there is a record"


def draw_missing(known: Known) -> Content:
    """The server has no record, or does not take the identifier: its word, what that means, and the next
    step.
    """
    card = known.card
    lines = [Content.styled(_HEADS.get(card.code, UNTOLD), "bold")]
    if card.code == "mac_invalid":
        lines += [
            Content("Two things can be meant, and the server does not say which:"),
            Content("  the suffix is wrong: its four digits do not belong to this MAC"),
            Content("  the MAC is wrong: mistyped, or bare where the MAC-ID is needed"),
            Content("Compare both with the label; the suffix is also called CRC or PIN."),
        ]
    else:
        lines.append(Content(show_text(card.message)))
    lines.append(Content.assemble(("The server said ", "dim"), show_text(card.code) or "nothing"))
    if card.found is False:
        lines.append(Content.assemble(("n", "bold"), " registers it: the MAC-ID is carried over"))
    return Content("\n").join(lines)


def draw_records(records: Sequence[JournalRow]) -> list[Content]:
    """This device's own history, newest first."""
    lines = []
    for record in records:
        word = spell_outcome(record.result, record.code)
        sign, colour = SIGNS.get(word, ("·", "dim"))
        target = ""
        if record.after is not None:
            target = show_target(record.after.provider, record.after.url)
        elif record.before is not None:
            target = f"was {show_target(*record.before[1:3])}"
        lines.append(
            Content.assemble(
                (f"{datetime.fromisoformat(record.at).astimezone():%Y-%m-%d %H:%M}  ", "dim"),
                f"{record.operation.value:<11}",
                (f"{sign} {word:<10}", colour),
                target,
            )
        )
    return lines


def _line(label: str, value: str | Content) -> Content:
    return Content.assemble((f"{label:<{LABEL}}", "dim"), value)


def _stage(sign: str, word: str, about: str, colour: str) -> Content:
    return Content.assemble(
        (f"{sign} {word:<{LABEL - 2}}", f"bold {colour}" if colour != "dim" else "dim"), (about, "dim")
    )
