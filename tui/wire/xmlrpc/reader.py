"""The strict reader: XML-RPC out of UTF-8, on expat, with a grammar and bounds of our own."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from xml.parsers import expat

from tui.patterns import pattern
from tui.wire.xmlrpc.charsets import ReferenceMender, TextMender
from tui.wire.xmlrpc.values import Limits, Malformed, MethodCall, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


CALL, RESPONSE = "methodCall", "methodResponse"

_SCALARS: Final = frozenset(
    {
        "string",
        "i4",
        "int",
        "i8",
        "i1",
        "i2",
        "biginteger",
        "boolean",
        "double",
        "float",
        "bigdecimal",
        "base64",
    }
    | {"dateTime.iso8601", "dateTime", "nil"}
)
_INSIDE: Final[dict[str, frozenset[str]]] = {
    CALL: frozenset({"methodName", "params"}),
    RESPONSE: frozenset({"params", "fault"}),
    "params": frozenset({"param"}),
    "param": frozenset({"value"}),
    "fault": frozenset({"value"}),
    "value": _SCALARS | {"array", "struct"},
    "array": frozenset({"data"}),
    "data": frozenset({"value"}),
    "struct": frozenset({"member"}),
    "member": frozenset({"name", "value"}),
}
_REPEATS: Final = frozenset({"params", "data", "struct"})
_ONE_CHILD: Final = frozenset({RESPONSE, "value"})
_NEEDS: Final[dict[str, frozenset[str]]] = {
    CALL: frozenset({"methodName"}),
    "param": frozenset({"value"}),
    "fault": frozenset({"value"}),
    "array": frozenset({"data"}),
    "member": frozenset({"name", "value"}),
}
_TEXT: Final = _SCALARS | {"value", "name", "methodName"}
_INTEGER = pattern(r"[+-]?[0-9]{1,40}")
_NUMBER = pattern(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?")
_BOOLEANS: Final = {"1": True, "0": False, "true": True, "false": False}
_NOTHING: Final[frozenset[str]] = frozenset()
_UNSET: Final = object()
_SLICE: Final = 64 * 1024
_ROW_DEPTH: Final = 7  # the sentinel, methodResponse, params, param, value, array, data


def scalar(tag: str, text: str) -> Value:
    """The value that a typed element spells. Raises Malformed."""
    if tag == "string":
        return text
    bare = text.strip()
    if tag == "boolean":
        if bare.lower() in _BOOLEANS:
            return _BOOLEANS[bare.lower()]
    elif tag in ("double", "float", "bigdecimal"):
        if _NUMBER.fullmatch(bare):
            return float(bare)
    elif tag.startswith("dateTime"):
        return bare
    elif tag == "nil":
        if not bare:
            return None
    elif tag == "base64":
        try:
            return binascii.a2b_base64(bare)
        except ValueError:  # binascii.Error among them; a character outside ASCII raises its base class
            pass
    elif _INTEGER.fullmatch(bare):
        return int(bare)
    raise Malformed(f"a <{tag}> does not hold what its type says")


class RootClosed(Exception):
    """The root element ended; `index` is the byte where its end tag starts."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class TreeReader:
    """Reads one document with the given root (CALL or RESPONSE) from pieces of UTF-8 of any size.

    With `on_item`, the items of the top-level array of a response are handed to it one by one and not kept.
    With `stop_at_root_end`, feed raises RootClosed there, so that another document may follow. Characters
    that XML cannot carry are mended in a response, which is only shown, and refused in a call, which is
    sent. Raises Malformed.
    """

    def __init__(
        self,
        root: str,
        limits: Limits,
        on_item: Callable[[Value], None] | None = None,
        *,
        stop_at_root_end: bool = False,
    ) -> None:
        self._root = root
        self._inside = {**_INSIDE, "": frozenset({root})}
        self._most_elements = limits.elements
        self._most_depth = limits.depth
        self._limits = limits
        self._on_item = on_item
        self._stop = stop_at_root_end
        self._stack = [""]
        self._seen: list[tuple[str, ...]] = [()]
        self._text: list[str] = []
        self._length = 0
        self._holding: list[object] = []
        self._lists: list[list[Value]] = []
        self._structs: list[dict[str, Value]] = []
        self._members: list[tuple[str, object]] = []
        self._elements = 0
        self._fed = 0
        self._mender = TextMender() if root == RESPONSE else ReferenceMender()
        self._params: list[Value] = []
        self._name: str | None = None
        self._fault: object = _UNSET
        self.streamed = False
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        defer = getattr(parser, "SetReparseDeferralEnabled", None)
        if defer is not None:  # a deferred token would make `between_rows` stale
            defer(False)
        self._parser = parser

    @property
    def between_rows(self) -> bool:
        """Whether the reader stands at the edge of an item of the top-level array with all it was fed behind
        it: not, for one, inside a comment that holds what looks like rows."""
        return (
            len(self._stack) == _ROW_DEPTH
            and self._stack[-1] == "data"
            and self._mender.settled
            and self._parser.CurrentByteIndex == self._fed
        )

    def feed(self, data: bytes, final: bool = False) -> None:
        """Reads a piece. Raises Malformed; after that the reader is of no use."""
        if len(data) <= _SLICE:
            self._parse(data, final)
            return
        for start in range(0, len(data), _SLICE):
            self._parse(data[start : start + _SLICE], final and start + _SLICE >= len(data))

    def _parse(self, data: bytes, final: bool) -> None:
        data = self._mender.feed(data, final)
        self._fed += len(data)
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            malformed = Malformed(_reason(error))
            malformed.line = error.lineno
            raise malformed from None
        # An unfinished tag or comment is scanned from its start each time: it must not grow without end.
        if self._fed - self._parser.CurrentByteIndex > self._limits.text and not final:
            raise Malformed("a tag or comment in it is too long")

    def response(self) -> Value:
        """The value of a response that was read to its end. Raises Malformed; a fault is told by `fault`."""
        if len(self._params) != 1:
            raise Malformed("it holds no value" if not self._params else "it holds more than one value")
        return self._params[0]

    @property
    def fault(self) -> tuple[int, str] | None:
        """Code and text if the response was a fault; what is missing in it is 0 and empty."""
        value = self._fault
        if value is _UNSET:
            return None
        if not isinstance(value, dict):
            raise Malformed("its fault is not a struct")
        code, text = value.get("faultCode"), value.get("faultString")
        if isinstance(code, str) and _INTEGER.fullmatch(code.strip()):
            code = int(code)
        return (code if isinstance(code, int) else 0), (text if isinstance(text, str) else "")

    def call(self) -> MethodCall:
        """The call that was read to its end."""
        return MethodCall(self._name or "", self._params)

    def _doctype(self, *_: object) -> None:
        raise Malformed("it has a document type declaration, which is never read")

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._limits.text:
            raise Malformed("a text in it is too long")
        self._text.append(text)

    def _take_text(self) -> str:
        text = "".join(self._text) if self._text else ""
        self._text.clear()
        self._length = 0
        return text

    def _refuse_text(self, tag: str) -> None:
        if self._take_text().strip(" \t\r\n"):
            raise Malformed(f"there is text beside the elements of <{tag}>")

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        stack = self._stack
        parent = stack[-1]
        allowed = self._inside.get(parent, _NOTHING)
        if tag not in allowed:
            tag = tag.rpartition(":")[2]
            if tag not in allowed:
                raise Malformed(
                    f"an element stands inside <{parent}> where it cannot be"
                    if parent
                    else f"its outermost element is not <{self._root}>"
                )
        self._elements += 1
        if self._elements > self._most_elements:
            raise Malformed("it has too many elements")
        if len(stack) > self._most_depth:
            raise Malformed("its elements are nested too deeply")
        if self._text:
            self._refuse_text(parent)
        if parent not in _REPEATS:
            seen = self._seen[-1]
            if tag in seen or (seen and parent in _ONE_CHILD):
                raise Malformed(f"<{parent}> holds one element too many")
            self._seen[-1] = (*seen, tag)
        stack.append(tag)
        self._seen.append(())
        if tag == "value":
            self._holding.append(_UNSET)
        elif tag == "data":
            self._lists.append([])
            if len(stack) == _ROW_DEPTH and self._on_item is not None:
                self.streamed = True
        elif tag == "struct":
            self._structs.append({})
        elif tag == "member":
            self._members.append(("", _UNSET))

    def _end(self, _tag: str) -> None:
        stack = self._stack
        tag = stack.pop()
        seen = self._seen.pop()
        if tag in _TEXT and not (tag == "value" and seen):
            self._close_text(tag, self._take_text())
            return
        if self._text:
            self._refuse_text(tag)
        if tag in _NEEDS and not _NEEDS[tag].issubset(seen):
            raise Malformed(f"<{tag}> is incomplete")
        if tag == "value":
            self._deliver(self._holding.pop())
        elif tag == "array":
            self._holding[-1] = self._lists.pop()
        elif tag == "member":
            name, value = self._members.pop()
            self._structs[-1][name] = value  # type: ignore[assignment]
        elif tag == "struct":
            self._holding[-1] = self._structs.pop()
        elif tag == self._root:
            if tag == RESPONSE and not seen:
                raise Malformed("it holds no value")
            if self._stop:
                raise RootClosed(self._parser.CurrentByteIndex)

    def _close_text(self, tag: str, text: str) -> None:
        if tag == "value":
            self._holding.pop()
            self._deliver(text)
        elif tag == "methodName":
            self._name = text.strip()
        elif tag == "name":
            self._members[-1] = (text, self._members[-1][1])
        else:
            self._holding[-1] = scalar(tag, text)

    def _deliver(self, value: object) -> None:
        parent = self._stack[-1]
        if parent == "data":
            if self._on_item is not None and len(self._stack) == _ROW_DEPTH:
                self._elements = 0
                self._on_item(value)  # type: ignore[arg-type]
            else:
                self._lists[-1].append(value)  # type: ignore[arg-type]
        elif parent == "member":
            self._members[-1] = (self._members[-1][0], value)
        elif parent == "param":
            self._params.append(value)  # type: ignore[arg-type]
        else:
            self._fault = value


def _reason(error: expat.ExpatError) -> str:
    return f"it is not well-formed XML ({expat.ErrorString(error.code)}, line {error.lineno})"
