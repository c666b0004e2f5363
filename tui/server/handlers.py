"""What each method does to the store, and what it answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from tui.server.catalogue import derive_suffix, read_identifier
from tui.server.conditions import Conditions
from tui.server.store import Snapshot, Store, StoredDevice, Transaction
from tui.wire import codec, methods

COLLEAGUE_PROVIDER = "Colleague"
COLLEAGUE_URL = "http://colleague.example/%MACD.xml"
_MOST_PROVIDERS = 10_000
_SCHEMES = {
    "schemes": re.compile(r"(?:https?|ftp|tftp)://[^\s/?#]", re.IGNORECASE),
    "http": re.compile(r"https?://[^\s/?#]", re.IGNORECASE),
}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who asks, what, under which conditions, and when (seconds since 1970)."""

    account: int
    method: str
    params: Sequence[object]
    conditions: Conditions
    now: int


@dataclass(frozen=True, slots=True)
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


def _no_match(params: Sequence[object]) -> ServerFault:
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


@lru_cache(maxsize=4096)
def measure_text(text: str) -> int:
    """The bytes that `text` takes in a row of an answer, escapes included."""
    return _measure_row(("", text, "", ""), typed=False) - _measure_row(("", "", "", ""), typed=False)


@lru_cache(maxsize=16)
def _measure_row(row: tuple[str, str, str, str], *, typed: bool) -> int:
    return sum(map(len, codec.encode_list_answer([row], typed=typed))) - measure_frame(typed=typed)


def measure_frame(*, typed: bool) -> int:
    """The bytes of an answer without rows."""
    return sum(map(len, codec.encode_list_answer([], typed=typed)))


@lru_cache(maxsize=8192)
def _spell_day(day: int) -> str:
    return datetime.fromtimestamp(day * 86400, UTC).strftime("%Y-%m-%d")


_FORMS = {"minutes": 16, "day": 10, "seconds": 19}


def spell_date(moment: int | None, form: str) -> str:
    """A moment as the server writes it, in UTC: `2015-11-17 04:01`, `2015-11-17` or `2015-11-17 04:01:30`."""
    if moment is None:
        return ""
    day, second = divmod(moment, 86400)
    return f"{_spell_day(day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"[: _FORMS[form]]


_Change: TypeAlias = Callable[[Transaction, Call, str], str]


class Handlers:
    """The six methods over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._single = {
            methods.REGISTER: self._register_one,
            methods.DEREGISTER: self._deregister_one,
        }

    def handle(self, call: Call) -> list[object] | DeviceList:
        """Carry out the call. Raises ServerFault for parameters the method does not take."""
        params = call.params
        match call.method:
            case methods.REGISTER if len(params) == 3 and all(isinstance(value, str) for value in params):
                return self._change_one(call)
            case methods.DEREGISTER if len(params) == 1 and isinstance(params[0], str):
                return self._change_one(call)
            case methods.REGISTER_LIST if len(params) == 3 and all(
                isinstance(text, str) for text in params[1:]
            ):
                return self._change_list(call, self._register_one)
            case methods.DEREGISTER_LIST if len(params) == 1:
                return self._change_list(call, self._deregister_one)
            case methods.CHECK if len(params) == 1 and isinstance(params[0], str):
                return self._check(call, params[0])
            case methods.LIST:
                return self._list(call)
        raise _no_match(params)

    def _change_one(self, call: Call) -> list[object]:
        change = self._single[call.method]
        try:
            with self._store.change() as transaction:
                return [True, change(transaction, call, str(call.params[0]))]
        except Refusal as refusal:
            return [False, refusal.line]

    def _change_list(self, call: Call, change: _Change) -> list[object]:
        sent = call.params[0]
        if not isinstance(sent, list | tuple) or not all(isinstance(text, str) for text in sent):
            raise _no_match(call.params)
        limit = call.conditions["batch"]
        if limit != "any" and len(sent) > int(limit):
            raise ServerFault(0, f"Too many devices in one call: {len(sent)}, at most {limit}")
        return _Batch(self._store, call, change).run([str(text) for text in sent])

    def _register_one(self, transaction: Transaction, call: Call, sent: str) -> str:
        url, provider = str(call.params[1]), str(call.params[2])
        conditions = call.conditions
        device, suffix, echo = identify(transaction, sent, conditions)
        if not _url_passes(url, conditions["url"]):
            raise Refusal("url_invalid", url)
        if not _name_passes(provider, conditions["name"]):
            raise Refusal("name_invalid", provider)
        if device.owner is not None and not (
            device.owner == call.account and conditions["own"] == "overwrite"
        ):
            raise Refusal("mac_already_in_use", echo)
        if conditions["names"] == "question-marks":
            url, provider = (text.encode("ascii", "replace").decode("ascii") for text in (url, provider))
        again = device.registered is not None and conditions["password"] == "rotated"
        label = (
            suffix if suffix and (device.suffix is None or conditions["factory"] == "open") else device.suffix
        )
        device = replace(
            device,
            suffix=label,
            rotation=device.rotation + again,
            owner=call.account,
            provider=provider,
            url=url,
            registered=call.now,
            requested=None,
            length=measure_text(provider) + measure_text(url),
        )
        transaction.put(device)
        return f"OK:{device.password}"

    def _deregister_one(self, transaction: Transaction, call: Call, sent: str) -> str:
        device, _, echo = identify(transaction, sent, call.conditions)
        mine = device.owner == call.account
        if device.owner is None or not (mine or call.conditions["foreign-deregister"] == "allowed"):
            raise Refusal("mac_not_found", echo)
        transaction.put(device.without_record())
        return "OK"

    def _check(self, call: Call, sent: str) -> list[object]:
        conditions = call.conditions
        try:
            with self._store.read() as transaction:
                device, _, echo = identify(transaction, sent, conditions)
        except Refusal as refusal:
            return [False, refusal.line]
        if device.owner is None or not (device.owner == call.account or conditions["foreign"] == "visible"):
            return [False, f"mac_not_found:{echo}"]
        moment = device.registered if conditions["date"] == "registration" else device.requested
        return [True, device.mac, device.provider, spell_date(moment, conditions["date-form"]), device.url]

    def _list(self, call: Call) -> DeviceList:
        conditions = call.conditions
        providers = self._read_providers(call)
        owner = None if conditions["foreign"] == "visible" else call.account
        snapshot = self._store.snapshot(owner, providers)
        typed = conditions["strings"] == "typed"
        form, by_request = conditions["date-form"], conditions["date"] == "last-request"
        count, length = snapshot.measure()
        dated = snapshot.count_requested() if by_request else count
        # "0" is a text like any other where an empty one may be spelt differently.
        row = _measure_row(("0" * 12, "", "", "0" * _FORMS[form]), typed=typed)
        bare = _measure_row(("0" * 12, "", "", ""), typed=typed)
        return DeviceList(
            (
                (mac, provider, url, spell_date(requested if by_request else registered, form))
                for mac, provider, url, registered, requested in snapshot.rows()
            ),
            measure_frame(typed=typed) + dated * row + (count - dated) * bare + length,
            snapshot,
        )

    def _read_providers(self, call: Call) -> list[str] | None:
        form, given = call.conditions["list-providers"], list(call.params)
        if not given:
            return None
        array = given[0]
        if len(given) == 1 and isinstance(array, list | tuple) and form != "several":
            given = list(array)
        elif form == "array" and len(given) > 1:
            raise _no_match(call.params)
        wanted = list(dict.fromkeys(value for value in given if isinstance(value, str)))
        if not all(isinstance(value, str) for value in given) or len(wanted) > _MOST_PROVIDERS:
            raise _no_match(call.params[:8])
        if call.conditions["filter"] == "case-insensitive":
            folded = {name.casefold() for name in wanted}
            return [name for name in self._store.providers() if name.casefold() in folded]
        return wanted

    def interfere(self, call: Call) -> None:
        """Do what the switch `writer` says a colleague does just before this call."""
        deed = call.conditions["writer"]
        if deed == "none" or call.method == methods.LIST:
            return
        with self._store.change() as transaction:
            for mac in sorted(named_macs(call.params)):
                device = transaction.find(mac) or StoredDevice(mac)
                if deed == "deregisters" and device.owner == call.account:
                    transaction.put(device.without_record())
                elif (deed == "retargets" and device.owner == call.account) or (
                    deed == "registers" and device.owner is None
                ):
                    length = measure_text(COLLEAGUE_PROVIDER) + measure_text(COLLEAGUE_URL)
                    transaction.put(
                        replace(device, owner=call.account, provider=COLLEAGUE_PROVIDER, url=COLLEAGUE_URL,
                                registered=call.now, requested=None, length=length)
                    )  # fmt: skip


def identify(
    transaction: Transaction, sent: str, conditions: Conditions
) -> tuple[StoredDevice, str | None, str]:
    """The device meant, the suffix sent, and the echo for errors about it. Raises Refusal."""
    parsed = read_identifier(sent)
    if parsed is None:
        raise Refusal("mac_invalid", sent)
    mac, suffix = parsed
    echo = mac if conditions["echo"] == "mac" else sent
    factory = conditions["factory"]
    device = transaction.find(mac)
    if device is None:
        if factory == "strict":
            raise Refusal("mac_not_exist", echo)
        device = StoredDevice(mac)
    label = device.suffix or (derive_suffix(mac) if factory == "strict" else None)
    if suffix is None:
        bare = conditions["bare"]
        if bare == "never" or (bare == "unlabelled" and device.suffix is not None):
            raise Refusal("mac_invalid", echo)
    elif factory != "open" and label not in (None, suffix):
        raise Refusal(conditions["suffix"], echo)
    return device, suffix, echo


class _Batch:
    """A list call, under the switches `bulk`, `bulk-report` and `order`."""

    def __init__(self, store: Store, call: Call, change: _Change) -> None:
        self._store = store
        self._call = call
        self._change = change
        self._failed: list[str] = []
        self._lines: list[str] = []

    def run(self, sent: list[str]) -> list[object]:
        """Carry out the list and say how it went."""
        conditions = self._call.conditions
        with suppress(_TakeBack), self._store.change() as transaction:
            rest = self._run_until_refused(transaction, sent, go_on=conditions["bulk"] != "until")
            if rest:
                with suppress(_TakeBack), transaction.attempt():
                    self._run_until_refused(transaction, rest, go_on=True, stored=False)
                    raise _TakeBack
            if self._failed and conditions["bulk"] == "nothing":
                raise _TakeBack
        lines = self._lines
        if self._failed and conditions["bulk-report"] != "each":
            # A server that stopped at the first error knows of no other.
            known_all = conditions["bulk-report"] == "all" and conditions["bulk"] != "until"
            lines = self._failed if known_all else self._failed[:1]
        elif self._failed and conditions["bulk"] == "nothing":
            lines = [line if line in self._failed else "OK" for line in lines]
        if conditions["order"] == "shuffle":
            shuffled = random.Random(len(lines)).sample(lines, len(lines))
            lines = shuffled if shuffled != lines else lines[::-1]
        return [not self._failed, *lines]

    def _run_until_refused(
        self, transaction: Transaction, sent: list[str], *, go_on: bool, stored: bool = True
    ) -> list[str]:
        for position, text in enumerate(sent):
            try:
                line = self._change(transaction, self._call, text)
            except Refusal as refusal:
                self._failed.append(refusal.line)
                self._lines.append(refusal.line)
                if not go_on:
                    return sent[position + 1 :]
            else:
                self._lines.append(line if stored else "OK")
        return []


class _TakeBack(Exception):
    """Nothing of this is to be stored."""


def _url_passes(url: str, rule: str) -> bool:
    if not url.strip():
        return False
    if rule.startswith("max:"):
        return len(url) <= int(rule[4:])
    return rule == "any" or (_SCHEMES[rule].match(url) is not None and not _UNPRINTABLE.search(url))


def _name_passes(name: str, rule: str) -> bool:
    if not name.strip():
        return False
    if rule.startswith("max:"):
        return len(name) <= int(rule[4:])
    return rule == "any" or (not _UNPRINTABLE.search(name) and (rule == "printable" or name.isascii()))
