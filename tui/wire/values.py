"""What an XML-RPC body can hold, and how much of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

# dateTime.iso8601 stays a string: nothing here computes with it.
Value: TypeAlias = bool | int | float | str | bytes | list["Value"] | dict[str, "Value"] | None


@dataclass(slots=True)
class MethodCall:
    """A method name, as written, and its parameters."""

    name: str
    params: list[Value]


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for what is read: bytes of a body after decompression (`list_bytes` for a streamed
    listDevices answer), nesting depth and number of elements, characters of one text and bytes of one markup
    token."""

    body_bytes: int = 64 * 1024 * 1024
    list_bytes: int = 2 * 1024 * 1024 * 1024
    depth: int = 40
    elements: int = 4_000_000
    text: int = 1024 * 1024


class Malformed(ValueError):
    """A body that is not well-formed XML-RPC or is over a limit; the text says why and quotes no content."""
