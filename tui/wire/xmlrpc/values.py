"""What an XML-RPC body can hold, and how much of it is read."""

from __future__ import annotations

from tui.classes import define

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


# dateTime.iso8601 stays a string: nothing here computes with it.
Value: TypeAlias = "bool | int | float | str | bytes | list[Value] | dict[str, Value] | None"


@define(slots=True)
class MethodCall:
    """A method name, as written, and its parameters."""

    name: str
    params: list[Value]


@define(frozen=True, slots=True)
class Limits:
    """Upper bounds for what is read: bytes of a body after decompression (`list_bytes` for a streamed
    listDevices answer), rows of a list, how many times a body may grow by decompression, nesting depth and
    number of elements, characters of one text and bytes of one markup token."""

    body_bytes: int = 64 * 1024 * 1024
    list_bytes: int = 1024 * 1024 * 1024
    rows: int = 1_500_000
    ratio: int = 200
    depth: int = 40
    elements: int = 4_000_000
    text: int = 1024 * 1024

    @property
    def kept_bytes(self) -> int:
        """Memory that the texts of a list may take: what the rows need on average, but 256 MiB at least."""
        return max(256 * 1024 * 1024, self.rows * 170)


class Malformed(ValueError):
    """A body that is not well-formed XML-RPC or is over a limit; the text says why and quotes no content.
    `line` is that of a document that is not well-formed, 1-based."""

    line: int | None = None


class TooMuch(Malformed):
    """A body over a limit that the person can raise: `setting` is its key under [link] in config.toml."""

    def __init__(self, reason: str, setting: str) -> None:
        super().__init__(reason)
        self.setting = setting
