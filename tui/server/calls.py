"""One call as the handlers see it, and the two ways to decline it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.classes import define
from tui.server.catalogue import read_identifier
from tui.server.store import Snapshot
from tui.server.switching.conditions import Conditions
from tui.wire.xmlrpc import methods


class ServerFault(Exception):
    """The call is answered with an XML-RPC fault."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Refusal(Exception):
    """One device is answered with `code:echo`."""

    def __init__(self, code: str, echo: str) -> None:
        super().__init__(code)
        self.line = f"{code}:{echo}"


@define(frozen=True, slots=True)
class Call:
    """One call: who asks, what, under which conditions, and when (seconds since 1970)."""

    account: int
    method: str
    params: Sequence[object]
    conditions: Conditions
    now: int


@define(frozen=True, slots=True)
class DeviceList:
    """The answer to listDevices: rows that flow, and the bytes of the whole answer; to be closed."""

    rows: Iterator[tuple[str, str, str, str]]
    length: int
    snapshot: Snapshot


_JAVA = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    int: "java.lang.Integer",
    float: "java.lang.Double",
    list: "[Ljava.lang.Object;",
    dict: "java.util.Map",
    bytes: "[B",
    type(None): "null",
}


def no_match(params: Sequence[object]) -> ServerFault:
    signature = ", ".join(_JAVA.get(type(value), "java.lang.Object") for value in params)
    return ServerFault(0, f"No method matching arguments: {signature}")


def resolve_method(name: str, conditions: Conditions) -> str:
    """The method meant by `name`. Raises ServerFault for one that does not exist."""
    if conditions["prefix"] == "accepted" and name.startswith("autoprovider."):
        name = name.replace("autoprovider.", "autoprov.", 1)
    if name not in methods.METHODS:
        raise ServerFault(0, f"No such handler: {name}")
    return name


def named_macs(params: Sequence[object]) -> set[str]:
    """The MACs that a call names in its first parameter."""
    first = params[0] if params else None
    texts = first if isinstance(first, list | tuple) else [first]
    return {parsed[0] for text in texts if isinstance(text, str) and (parsed := read_identifier(text))}
