"""Blocks of `key: value` or `key = value`: INI, YAML, TOML, labels, what programs print of one device."""

from __future__ import annotations

import re

from tui.intake.recognition.header import is_identifier
from tui.intake.recognition.headings import names_mac
from tui.intake.records.objects import MOST_LEFT, is_target
from tui.patterns import pattern

_PAIR = pattern(r"\s{0,40}(?:[-*]\s+)?[\"']?([^\W\d_][\w .()/-]{0,40}?)[\"']?\s{0,4}[:=]\s{0,8}(.*)")
_SECTION = pattern(r"\s*\[{1,2}[^\[\]]{1,80}\]{1,2}\s*|\s*(?:---|===|\*\*\*)[-=*]*\s*")
_DEVICE_TITLE = pattern(
    r"\s*(?:\[\s*[\"']?([0-9A-Fa-f][^\[\]\"']{10,40})[\"']?\s*\]"
    r"|(?:-\s+)?[\"']?([0-9A-Fa-f][0-9A-Fa-f:._ /-]{10,40}?)[\"']?\s*:)\s*"
)
_QUOTED = pattern(r"\"([^\"]*)\"(?:\s*[,;]?\s*(?:#.*)?)?$|'([^']*)'(?:\s*[,;]?\s*(?:#.*)?)?$")
_REMARK = pattern(r"(?<=\S)\s+[#;]\s.*")
_ITEM = pattern(r"\s*[-*]\s+\S")
Record = tuple[int, dict[str, str]]


class Blocks:
    """Records of lines `key: value`, as they come. `left` names the targets that belong to no device;
    `remarked` if a value had a remark behind it, which was taken off."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.left: list[str] = []
        self.several = False
        self.remarked = False
        self._current: dict[str, str] = {}
        self._begun = 0
        self._parted = False

    def part(self) -> None:
        """A blank line or a heading: what follows is another block."""
        self.close()
        self._parted = True

    def begin(self, number: int, device: str) -> None:
        """A heading that is a device: `[7C2F80000001]`, `7C2F80000001:`."""
        self.close()
        self._begun, self._current, self._parted = number, {"mac": device}, False

    def add(self, number: int, key: str, value: str, item: bool) -> None:
        """One pair; `item` if a list sign stands before it."""
        if item or key in self._current:
            self.close()
        if not self._current:
            self._begun = number
        self._current[key] = value
        self._parted = False

    def close(self) -> None:
        """End the block: a record if it names a device, else more of the one before, else left over."""
        block, self._current = self._current, {}
        last = self.records[-1][1] if self.records else None
        if any(names_mac(key) for key in block):
            self.several |= len(block) > 1
            self.records.append((self._begun, block))
        elif block and last is not None and not self._parted and not any(key in last for key in block):
            last.update(block)
        elif len(self.left) < MOST_LEFT:
            self.left += [
                f"{key} {value}, in the block from line {self._begun} on"
                for key, value in block.items()
                if is_target(key)
            ]


def read_records(text: str) -> Blocks | None:
    """The blocks of a text, None if it is not made so."""
    blocks = Blocks()
    pairs = lines = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        title = _DEVICE_TITLE.fullmatch(line) if len(line) < 100 else None
        if title is not None and is_identifier(title[1] or title[2]):
            blocks.begin(number, title[1] or title[2])
            continue
        if not line.strip() or _SECTION.fullmatch(line):
            blocks.part()
            continue
        if line.lstrip().startswith(("#", ";")):
            continue
        lines += 1
        match = _PAIR.fullmatch(line) if len(line) < 4096 else None
        if match is None or match[2].lstrip().startswith("//"):
            if lines > 20 and pairs * 5 < lines * 4:
                return None
            continue
        pairs += 1
        quoted = _QUOTED.match(match[2].strip())
        value = quoted[1] or quoted[2] or "" if quoted else _REMARK.sub("", match[2]).strip().strip("\"',;")
        blocks.remarked |= not quoted and _REMARK.search(match[2]) is not None
        blocks.add(number, match[1].strip(), value, _ITEM.match(line) is not None)
    blocks.close()
    # A list in which every line names its device by a label is one of lines, not of blocks.
    if not blocks.records or pairs * 5 < lines * 4 or not blocks.several:
        return None
    return blocks
