"""The redirect server as a client sees it: six typed calls, and any other call as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from tui.errors import Applied, Fault, RedirectoryError, Unreadable
from tui.model.device import DeviceRow
from tui.model.secrets import Secret
from tui.wire.links import faults
from tui.wire.links.connection import Connection, Reply, Timeouts
from tui.wire.links.link import Route
from tui.wire.xmlrpc.answers import Answer, CheckedDevice, decode_answer, decode_check
from tui.wire.xmlrpc.codec import charset_of, decode_response, encode_call, unreadable
from tui.wire.xmlrpc.methods import (
    CHECK,
    DEREGISTER,
    DEREGISTER_LIST,
    LIST,
    REGISTER,
    REGISTER_LIST,
    changes_records,
)
from tui.wire.xmlrpc.values import Limits, MethodCall, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    import httpx

    from tui.wire.exchanges import Tell

__all__ = ["Limits", "RedirectClient", "Timeouts"]

_TIMEOUTS = Timeouts()
_ROUTE = Route()
_NOT_OURS = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, RecursionError, MemoryError)
_LIMITS = Limits()


class RedirectClient:
    """Calls to one server with one account; may be used by several threads at once.

    Every call raises from the tree in `tui.errors` only: NotReached, CutOff, LoginRefused, ServerFailed,
    Unreadable, Fault, and InputError for what XML cannot carry; `applied` of the error tells whether a change
    may have been made. `tell` is called with every exchange once it has ended.
    """

    def __init__(
        self,
        server_url: str,
        user: str,
        password: Secret,
        *,
        transport: httpx.BaseTransport | None = None,
        timeouts: Timeouts = _TIMEOUTS,
        limits: Limits = _LIMITS,
        clock: Callable[[], float] = time.monotonic,
        tell: Tell | None = None,
        route: Route = _ROUTE,
    ) -> None:
        self._timeouts = timeouts
        self._limits = limits
        self._connection = Connection(
            server_url,
            user,
            password,
            transport=transport,
            timeouts=timeouts,
            clock=clock,
            tell=tell,
            route=route,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def expect_many(self) -> None:
        """Says that several calls will soon be made at the same time, so that they need not wait for that."""
        self._connection.expect_many()

    def rest(self) -> None:
        """Closes the connections that no call is using."""
        self._connection.rest()

    @property
    def call_seconds(self) -> float:
        """The time limit of a whole call."""
        return self._timeouts.call

    def close(self) -> None:
        """Closes every connection."""
        self._connection.close()

    @property
    def last_round_trip_ms(self) -> float | None:
        """Milliseconds from sending the last request to the head of its answer; None before the first."""
        return self._connection.round_trip_ms

    @property
    def waiting(self) -> tuple[float, float] | None:
        """Seconds that the oldest call without an answer has waited, and its limit; None if none waits."""
        return self._connection.waiting

    def register_device(self, mac_id: str, url: str, provider: str) -> Answer:
        """Registers one device."""
        return self._change(REGISTER, mac_id, url, provider)

    def register_device_list(self, mac_ids: Sequence[str], url: str, provider: str) -> Answer:
        """Registers several devices for one URL and one provider."""
        return self._change(REGISTER_LIST, list(mac_ids), url, provider)

    def deregister_device(self, mac_id: str) -> Answer:
        """Removes the record of one device."""
        return self._change(DEREGISTER, mac_id)

    def deregister_device_list(self, mac_ids: Sequence[str]) -> Answer:
        """Removes the records of several devices."""
        return self._change(DEREGISTER_LIST, list(mac_ids))

    def check_device(self, mac_id: str) -> CheckedDevice | Answer:
        """The record of one device, or the refusal."""
        value = self._call(CHECK, [mac_id])
        with _only_ours():
            return decode_check(value)

    def list_devices(self, *providers: str) -> Iterator[list[DeviceRow]]:
        """The account's records, all or those of the providers, in batches as they arrive. Rows handed on
        before an error is raised stand; the list is complete only if the iterator ends without one."""
        body = encode_call(LIST, list(providers))
        seconds = self._timeouts.listing
        with self._connection.post(
            body, name=LIST, params=providers, changes=False, seconds=seconds
        ) as reply:
            from tui.wire.xmlrpc.stream import RowReader

            reader = RowReader(charset=charset_of(reply.content_type), limits=self._limits)
            for piece in reply.pieces(self._limits.list_bytes, self._limits.ratio, listing=True):
                if rows := _read(reply, reader.feed, piece):
                    yield rows
                time.sleep(0)  # lets other threads have the interpreter: parsing must never delay a key
            if rows := _read(reply, reader.close):
                yield rows

    def send(self, call: MethodCall) -> Value:
        """Sends any call and gives the value of the answer as it is."""
        return self._call(call.name, call.params)

    def _change(self, name: str, *params: Value) -> Answer:
        value = self._call(name, list(params))
        try:
            with _only_ours():
                return decode_answer(value)
        except Unreadable as flaw:
            failure = flaw
        failure.applied = Applied.MAYBE
        raise failure

    def _call(self, name: str, params: list[Value]) -> Value:
        changes = changes_records(name)
        body = encode_call(name, params)
        failure: RedirectoryError
        seconds = self._timeouts.call
        with self._connection.post(body, name=name, params=params, changes=changes, seconds=seconds) as reply:
            answer = b"".join(reply.pieces(self._limits.body_bytes, self._limits.ratio))
            try:
                with _only_ours():
                    charset = charset_of(reply.content_type)
                    return decode_response(answer, charset=charset, limits=self._limits)
            except Unreadable as flaw:
                failure = faults.not_xml_rpc(reply.status, reply.content_type, flaw, changes)
            except Fault as fault:
                fault.applied = faults.outcome_of(changes)
                failure = fault
            reply.failed(failure)
        raise failure


@contextmanager
def _only_ours() -> Iterator[None]:
    """Turns what a defect of the reading raises into Unreadable: the call was sent, and its outcome must be
    told by an error that says so."""
    try:
        yield
    except _NOT_OURS as error:
        kind = type(error).__name__
    else:
        return
    raise unreadable(f"reading it failed ({kind})")


def _read(reply: Reply, step: Callable[..., list[DeviceRow]], *piece: bytes) -> list[DeviceRow]:
    try:
        with _only_ours():
            return step(*piece)
    except Unreadable as flaw:
        failure = faults.not_xml_rpc(reply.status, reply.content_type, flaw, changes=False)
    raise failure
