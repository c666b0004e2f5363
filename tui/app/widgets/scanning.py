"""Tells a scanner's burst from a person's keys while no text field has the focus, without making any key
wait.
"""

from __future__ import annotations

from tui.app.widgets.field import Entry

# A person does not type two keys within this; keyboard scanners send one every few milliseconds.
GAP = 0.045
# The first keys of a burst act as usual; from here on it cannot be a person.
CERTAIN = 6
# What a MAC-ID is written with, on a computer that is set to another keyboard too, and AIM prefixes.
NOT_WHOLE = "not a whole MAC-ID yet"
_SIGNS = frozenset("0123456789abcdefABCDEF-:./ ]ßd+'_*")


class BurstWatch:
    """Feed it every key. The keys of a MAC-ID that began outside a text field are kept even if one of them
    moved the
    focus into a field; Enter at the end of a whole identifier belongs to the scan."""

    def __init__(self) -> None:
        self._text = ""
        self._last = float("-inf")
        self._done = ""

    def take(self, key: str, character: str | None, when: float, typing: bool) -> bool:
        """Whether the key belongs to a scan and must go no further. `typing`: a text field has the focus
        now.
        """
        self._done = ""
        near = when - self._last <= GAP
        self._last = when
        if key == "enter" and near and self._text:
            scanned, self._text = self._text, ""
            self._done = read_scan(scanned)
            return bool(self._done)
        if character is None or character not in _SIGNS:
            self._text = ""
            return False
        if not near:
            self._text = ""
        if not self._text and typing:
            return False
        self._text += character
        return len(self._text) > CERTAIN

    def join(self, text: str, when: float) -> str:
        """A text that came in one piece, behind the keys of the same burst that came before it."""
        before = self._text if when - self._last <= 2 * GAP else ""
        self._text = ""
        return before + text

    def finished(self) -> str:
        """The identifier that the last key ended, if it did."""
        return self._done


class ScanLine:
    """What became of the texts that the MAC-ID field was given: a refused one is counted and never stands in
    front of the next."""

    def __init__(self) -> None:
        self._refused = ""
        self._count = 0

    def split(self, written: str) -> tuple[str, ...]:
        """The codes in what the field holds, at least one text."""
        from tui.intake.recognition.scanner import clean_scan

        texts = clean_scan(written).texts
        if self._refused and written.startswith(self._refused) and not any(map(read_scan, texts)):
            behind = clean_scan(written[len(self._refused) :]).texts
            texts = behind if any(map(read_scan, behind)) else texts
        return texts or ("",)

    def find_flaw(self, text: str) -> str:
        """Why a text is no MAC-ID although it is complete: an article number, or a number that may be one."""
        from tui.intake.recognition.finding import name_code
        from tui.model.identifiers import doubt_number

        code = name_code(text.strip())
        return doubt_number(text) or (f"{code}, no MAC-ID" if code else "")

    def refuse(self, written: str) -> None:
        """The text was not registered, and stays in the field."""
        self._refused = written
        self._count += 1

    def accept(self) -> None:
        """A text was registered."""
        self._refused = ""

    def tell(self) -> str:
        """`2 scans refused`, empty if there is none."""
        return f"{self._count} scan{'' if self._count == 1 else 's'} refused" if self._count else ""


def read_scan(text: str) -> str:
    """The MAC or MAC-ID that a scan is, as it was scanned or as the scanner meant it; empty if it is none."""
    from tui.intake.recognition.scanner import clean_scan
    from tui.model.identifiers import recognise

    meant = clean_scan(text).texts
    return meant[0] if len(meant) == 1 and recognise(meant[0]).identifier is not None else ""


class ScanEntry(Entry):
    """Takes what a scanner adds away from a pasted code, and keeps the words about it."""

    notes: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        from tui.intake.recognition.scanner import clean_scan

        scan = clean_scan(text)
        self.notes = scan.notes
        return " ".join(scan.texts)
