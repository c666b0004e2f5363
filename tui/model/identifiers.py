"""What people write for a MAC or MAC-ID: parse, normalise, recognise."""

from __future__ import annotations

from tui.classes import define
from tui.model.addresses import Identifier, State, find_vendor, group_by_colons, note_prefix
from tui.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.model.reading import Reading

_PLAIN = pattern(r"[0-9A-F]{12}(?:-[0-9A-F]{4})?")


@define(frozen=True, slots=True)
class Recognition:
    """What a text is so far. `kind` is `MAC-ID`, `bare MAC` or what is missing, `spelling` how it was
    written, `vendor` the owner of its prefix (empty if not in the table), `note` a warning that never
    refuses, `complaint` a sentence and `position` the 0-based place of what is wrong.
    """

    state: State
    identifier: Identifier | None = None
    kind: str = ""
    spelling: str = ""
    vendor: str = ""
    prefix: str = ""
    note: str = ""
    complaint: str = ""
    position: int | None = None

    @property
    def summary(self) -> str:
        """One line for beside the field: `MAC-ID · Gigaset 7C:2F:80`, or the complaint."""
        if self.complaint:
            return self.complaint
        named = f"{self.vendor.split()[0]} {self.prefix}" if self.vendor else ""
        how = f"from {self.spelling}" if self.spelling not in ("", "plain") else ""
        return " · ".join(part for part in (self.kind, how, named) if part)


def parse_identifier(text: str) -> Identifier:
    """The identifier that `text` spells, in any of the spellings in use. Raises IdentifierError naming the
    flaw.

    Accepted: 12 hex digits in equal groups, as `tui.model.spellings` has them, then optionally a separator or
    brackets and four hex digits; or 16 digits run together. Any case. Quotes and characters without a width
    are passed over.
    """
    if is_plain(text):
        return Identifier(text[:12], text[13:] or None)
    return read_identifier(text).identifier


def is_plain(text: str) -> bool:
    """Whether the text is written as the server does: capital digits, and a hyphen before the suffix."""
    return _PLAIN.fullmatch(text) is not None


def read_identifier(text: str) -> Reading:
    """As `parse_identifier`, with the spelling and what was mended."""
    # Imported late: most identifiers are written plainly, and start-up is counted.
    from tui.model.reading import read_spelling

    return read_spelling(text)


def recognise(text: str) -> Recognition:
    """What `text` is so far, for feedback at every key; never raises."""
    from tui.model.reading import examine

    state, reading, digits, complaint, position = examine(text)
    if reading is None:
        begun = state is State.PARTIAL
        return Recognition(
            state,
            kind=_say_missing(len(digits)) if begun else "",
            vendor=find_vendor(digits) if begun and len(digits) >= 6 else "",
            prefix=group_by_colons(digits[:6]) if begun and len(digits) >= 6 else "",
            complaint=complaint,
            position=position,
        )
    identifier = reading.identifier
    return Recognition(
        state,
        identifier,
        "MAC-ID" if identifier.suffix else "bare MAC",
        reading.spelling,
        find_vendor(identifier.mac),
        group_by_colons(identifier.mac[:6]),
        doubt_number(text) or note_prefix(identifier.mac),
    )


def _say_missing(digits: int) -> str:
    if digits < 12:
        return f"{digits} of 12 digits"
    return f"{digits - 12} of 4 suffix digits"


def doubt_number(text: str) -> str:
    """A sentence if the text is 12 or 16 decimal digits run together whose prefix is not known for these
    phones, as article and serial numbers are; else empty."""
    bare = text.strip()
    if len(bare) not in (12, 16) or not (bare.isascii() and bare.isdigit()) or find_vendor(bare):
        return ""
    if not bare.strip("0"):
        return ""
    what = "an article number" if len(bare) == 12 else "a serial number"
    return (
        f"{len(bare)} decimal digits, and {group_by_colons(bare[:6])} is no prefix known for these phones:"
        f" this looks like {what}."
    )
