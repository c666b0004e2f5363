"""What each method does to the store, and what it answers."""

from __future__ import annotations

import re

from tui.classes import replace
from tui.patterns import pattern
from tui.server.batch import Batch, Change
from tui.server.calls import Call, DeviceList, Refusal, ServerFault, named_macs, no_match
from tui.server.catalogue import derive_suffix, read_identifier
from tui.server.rows import DATE_LENGTHS, measure_frame, measure_row, measure_text, spell_date
from tui.server.store import Store, StoredDevice, Transaction
from tui.server.switching.conditions import Conditions
from tui.wire.xmlrpc import methods

COLLEAGUE_PROVIDER = "Colleague"
COLLEAGUE_URL = "http://colleague.example/%MACD.xml"
_MOST_PROVIDERS = 10_000
_SCHEMES = {
    "schemes": pattern(r"(?:https?|ftp|tftp)://[^\s/?#]", re.IGNORECASE),
    "http": pattern(r"https?://[^\s/?#]", re.IGNORECASE),
}
_UNPRINTABLE = pattern(r"[\x00-\x1f\x7f-\x9f]")


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
        raise no_match(params)

    def _change_one(self, call: Call) -> list[object]:
        change = self._single[call.method]
        try:
            with self._store.change() as transaction:
                return [True, change(transaction, call, str(call.params[0]))]
        except Refusal as refusal:
            return [False, refusal.line]

    def _change_list(self, call: Call, change: Change) -> list[object]:
        sent = call.params[0]
        if not isinstance(sent, list | tuple) or not all(isinstance(text, str) for text in sent):
            raise no_match(call.params)
        limit = call.conditions["batch"]
        if limit != "any" and len(sent) > int(limit):
            raise ServerFault(0, f"Too many devices in one call: {len(sent)}, at most {limit}")
        return Batch(self._store, call, change).run([str(text) for text in sent])

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
        row = measure_row(("0" * 12, "", "", "0" * DATE_LENGTHS[form]), typed=typed)
        bare = measure_row(("0" * 12, "", "", ""), typed=typed)
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
            raise no_match(call.params)
        wanted = list(dict.fromkeys(value for value in given if isinstance(value, str)))
        if not all(isinstance(value, str) for value in given) or len(wanted) > _MOST_PROVIDERS:
            raise no_match(call.params[:8])
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
