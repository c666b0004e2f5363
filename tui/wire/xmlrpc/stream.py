"""listDevices read while it arrives: the fast path for the usual layout, the strict reader for everything
else."""

from __future__ import annotations

from sys import getsizeof

from tui.errors import Applied, Fault, Unreadable
from tui.model.device import DeviceRow
from tui.wire.xmlrpc.answers import decode_answer, decode_row, is_refusal
from tui.wire.xmlrpc.charsets import Transcoder
from tui.wire.xmlrpc.codec import fault_error, too_much, unreadable
from tui.wire.xmlrpc.fast_rows import FastRows, Interner
from tui.wire.xmlrpc.reader import RESPONSE, TreeReader
from tui.wire.xmlrpc.values import Limits, Malformed, TooMuch, Value

_DATA = b"<data>"
_AFTER_REFUSAL = "it holds rows after a refusal"
_SLICE = 64 * 1024
_TINY, _SMALL = 64, 1024
_CELL_END = b"</value>"
_USUAL = getsizeof("7C2F80820EC0") + getsizeof("2015-11-17 04:01")
_HEADER_SPAN = 64 * 1024
_DEFAULT_LIMITS = Limits()


class RowReader:
    """Rows out of a listDevices answer fed in pieces of any size.

    `fast=False` leaves the fast path out; the rows are the same. Each row is a plain, inert tuple of MAC,
    provider, URL and date. Feed and close raise Fault for a fault or a refusal, Unreadable for anything that
    is not such an answer.
    """

    def __init__(
        self, *, charset: str | None = None, limits: Limits = _DEFAULT_LIMITS, fast: bool = True
    ) -> None:
        self._limits = limits
        self._transcoder = Transcoder(charset, mending=True)
        self._strict = TreeReader(RESPONSE, limits, self._take)
        self._interner = Interner()
        self._fast = FastRows(self._interner, limits) if fast else None
        self._opened = not fast
        self._buffer = b""
        self._rows: list[DeviceRow] = []
        self._refusal: list[Value] | None = None
        self._items = 0
        self._row_bytes = 0
        self._size = 0
        self._pending = bytearray()

    def feed(self, chunk: bytes) -> list[DeviceRow]:
        """The rows that `chunk` completed; those at the end of a small one may come with the next."""
        # What a piece costs goes with what is held back of the row before it: small pieces are gathered.
        if self._pending or len(chunk) < _TINY:
            self._pending += chunk
            small = len(chunk) < _TINY and len(self._pending) < _SMALL
            if small and not self._pending.endswith(_CELL_END):
                return []
            chunk = bytes(self._pending)
            self._pending.clear()
        return self._guarded(chunk, final=False)

    def close(self) -> list[DeviceRow]:
        """The last rows, after the answer ended; raises if it did not end as it must."""
        rows = self._guarded(bytes(self._pending), final=False) if self._pending else []
        rows += self._guarded(b"", final=True)
        if self._refusal is not None:
            lines = decode_answer(self._refusal).lines
            fault = fault_error(0, lines[0].text if lines else "")
            raise Fault(
                "The server refused to list devices.",
                fault.detail,
                code=0,
                text=fault.text,
                applied=Applied.NO,
            )
        return rows

    def _guarded(self, chunk: bytes, final: bool) -> list[DeviceRow]:
        self._size += len(chunk)
        try:
            if self._size > self._limits.list_bytes:
                raise TooMuch(f"it is larger than {self._limits.list_bytes:,} bytes", "list_mib")
            if final and not self._size:
                raise Malformed("it is empty")
            data = self._transcoder.feed(chunk, final)
            for start in range(0, len(data), _SLICE):
                self._advance(data[start : start + _SLICE], False)
            if final:
                self._advance(b"", True)
            fault = self._strict.fault
            if final and fault is None and not self._strict.streamed:
                self._strict.response()
                raise Malformed("it is not a list of devices")
            self._check_amount()
        except TooMuch as flaw:
            failure = too_much(flaw)
        except Malformed as flaw:
            failure = unreadable(str(flaw))
        else:
            if final and fault is not None:
                declined = fault_error(*fault)
                declined.applied = Applied.NO
                raise declined
            rows, self._rows = self._rows, []
            return rows
        raise failure

    def _check_amount(self) -> None:
        if self._items > self._limits.rows:
            raise TooMuch(f"it has more than {self._limits.rows:,} rows", "list_rows")
        if self._interner.size + self._row_bytes > self._limits.kept_bytes:
            limit = self._limits.kept_bytes >> 20
            raise TooMuch(f"its {self._items:,} rows hold more than {limit:,} MiB of text", "list_rows")

    def _advance(self, data: bytes, final: bool) -> None:
        if not self._opened:
            self._buffer += data
            at = self._buffer.find(_DATA)
            if at < 0 and not final and len(self._buffer) < _HEADER_SPAN:
                return
            self._opened = True
            data, self._buffer = self._buffer, b""
            if at >= 0:
                self._strict.feed(data[: at + len(_DATA)])
                data = data[at + len(_DATA) :]
            if not self._strict.between_rows:
                self._fast = None
        if self._fast is not None:
            data = self._race(self._fast, data, final)
        if self._fast is None or final:
            self._strict.feed(data, final)

    def _race(self, fast: FastRows, data: bytes, final: bool) -> bytes:
        """Lets the fast path take what it can; the rest is for the strict reader if it is to go on, else
        kept."""
        data = self._buffer + data
        self._buffer = b""
        while True:
            rows, data, odd = fast.take(data)
            if rows and self._refusal is not None:
                raise Malformed(_AFTER_REFUSAL)
            self._items += len(rows)
            self._rows += rows
            if final:
                return data
            if not odd:
                self._buffer = data
                return b""
            edge = fast.edge(data)
            if edge > 0:
                self._strict.feed(data[:edge])
                data = data[edge:]
                if self._strict.between_rows:
                    continue
            self._fast = None
            return data

    def _take(self, item: Value) -> None:
        self._items += 1
        if self._refusal is not None:
            if isinstance(item, list):
                raise Malformed(_AFTER_REFUSAL)
            self._refusal.append(item)
        elif self._items == 1 and not isinstance(item, list):
            if item is True:  # every other method leads with it
                return
            if not is_refusal([item]):
                raise Malformed("its rows are not lists")
            self._refusal = [item]
        else:
            self._rows.append(self._row(item))

    def _row(self, item: Value) -> DeviceRow:
        try:
            mac, provider, url, date = decode_row(item)
        except Unreadable as error:
            reason = error.detail
        else:
            self._row_bytes += getsizeof(mac) + getsizeof(date) - _USUAL
            return (mac, self._interner.one(provider), self._interner.one(url), date)
        raise Malformed(f"row {self._items} has another shape. {reason.rstrip('.')}")
