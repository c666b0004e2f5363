"""XML-RPC call files as the portal takes them: which calls they hold, on which devices, and what is wrong
with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tui.classes import define, field, replace
from tui.errors import IdentifierError, InputError, NotACall
from tui.intake.encoding import check_size, is_workbook
from tui.intake.records.markup import explain_markup, is_markup, read_markup
from tui.model.addresses import Identifier, note_prefix
from tui.model.identifiers import parse_identifier
from tui.model.registration import Target
from tui.model.secrets import mask_credentials
from tui.model.template import find_other_mac, lint, lint_provider
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.xmlrpc import methods
from tui.wire.xmlrpc.codec import MethodCall, Value, decode_calls

_BY_LOWER_NAME = {name.lower(): name for name in methods.METHODS}
_SHOWN = 80
_WEB_PAGE = pattern(r"\s*<\s*(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MULTICALL = "system.multicall"
_MOST_CALLS = 10_000


@define(frozen=True, slots=True)
class UploadCall:
    """One call of a file. `macs` are the devices as they will be sent, `written` as the file has them;
    `complaints` say what is wrong, and `sendable` whether that leaves something to send. `corrected` tells
    what was put right, None if nothing was."""

    number: int
    method: str
    title: str
    macs: tuple[str, ...]
    target: Target | None
    providers: tuple[str, ...]
    complaints: tuple[str, ...]
    corrected: str | None
    sendable: bool
    changes: bool
    identifiers: tuple[Identifier, ...] = field(repr=False)
    call: MethodCall = field(repr=False)
    written: tuple[str, ...] = field(default=(), repr=False)

    @property
    def removes(self) -> bool:
        """Whether it takes the records of its devices away."""
        return self.method in (methods.DEREGISTER, methods.DEREGISTER_LIST)


def read_calls(data: bytes | str) -> list[UploadCall]:
    """The calls in a file or text, one document or several one after another, those of a multicall each by
    itself. What was read against a declaration is told with the first call. Raises InputError for everything
    that is not XML-RPC, in terms of what it is instead."""
    check_size(len(data))
    if isinstance(data, bytes) and is_workbook(data):
        raise _not_a_call("It does not begin with a tag.")
    decoded = read_markup(data)
    text = decoded.text
    if not is_markup(text):
        raise _not_a_call("It does not begin with a tag." if text.strip() else "It is empty.")
    if _WEB_PAGE.match(text):
        raise NotACall(
            "This is a web page, not an XML-RPC call.",
            "It is HTML.",
            "Download the file itself, or start from a template: redirectory template register.",
        )
    try:
        decoded_calls = decode_calls(text.encode("utf-8", "replace"))
    except InputError as error:
        flaw, hint, line = explain_markup(text)
        if not flaw:
            raise
        detail = f"It cannot be read: {flaw}."
        raise InputError(error.title, detail, hint or error.hint).about(line=line) from None
    calls = [examine_call(call, number) for number, call in enumerate(_unfold(decoded_calls), 1)]
    if calls and decoded.notes:
        notes = " ".join((*decoded.notes, calls[0].corrected or "")).strip()
        calls[0] = replace(calls[0], corrected=notes)
    return calls


def _not_a_call(detail: str) -> NotACall:
    hint = "A list of devices is imported; a call to start from: redirectory template register."
    return NotACall("This is not an XML-RPC call.", detail, hint)


def _unfold(calls: Iterable[MethodCall]) -> Iterator[MethodCall]:
    """Every call, with those inside a `system.multicall` in its place. Raises InputError on too many."""
    count = 0
    for call in calls:
        inner = _read_multicall(call) if call.name.strip() == _MULTICALL else None
        for each in inner or [call]:
            count += 1
            if count > _MOST_CALLS:
                raise InputError(
                    "The file holds too many calls.", f"Over {_MOST_CALLS:,}.", "Split the file."
                )
            yield each


def _read_multicall(call: MethodCall) -> list[MethodCall]:
    """The calls in a multicall; none if it is not made as one, and then it is shown as it is."""
    if len(call.params) != 1 or not isinstance(call.params[0], list):
        return []
    found: list[MethodCall] = []
    for item in call.params[0]:
        name = item.get("methodName") if isinstance(item, dict) else None
        params = item.get("params", []) if isinstance(item, dict) else None
        if not isinstance(name, str) or not isinstance(params, list):
            return []
        found.append(MethodCall(name, params))
    return found


def examine_call(call: MethodCall, number: int = 1) -> UploadCall:
    """What a call means and what is wrong with it; well-formed MAC-IDs are put into the server's spelling."""
    return _Examination(call, number).result()


class _Examination:
    def __init__(self, call: MethodCall, number: int) -> None:
        self.number = number
        self.complaints: list[str] = []
        self.corrections: list[str] = []
        self.sendable = True
        self.identifiers: list[Identifier] = []
        self.written: list[str] = []
        self.name = self._read_name(call.name)
        self.method = methods.METHODS.get(self.name)
        self.params = list(call.params)

    def refuse(self, complaint: str) -> None:
        """Notes a flaw that leaves nothing to send."""
        self.complaints.append(complaint)
        self.sendable = False

    def result(self) -> UploadCall:
        """Reads the parameters by the table of methods."""
        target: Target | None = None
        providers: tuple[str, ...] = ()
        if self.method is None:
            known = ", ".join(name.removeprefix(methods.PREFIX) for name in methods.METHODS)
            self.refuse(f"Unknown method {_shown(self.name)}. Known are {known}.")
        elif self.method.variadic:
            providers = self._read_providers()
        elif len(self.params) != len(self.method.parameters):
            self.refuse(
                f"{_short(self.name)} takes {len(self.method.parameters)} parameters"
                f" ({', '.join(self.method.parameters)}); the file has {len(self.params)}."
            )
        else:
            self.params[0] = self._read_devices(
                self.params[0], several=self.method.parameters[0] == "mac_ids"
            )
            if len(self.params) == 3:
                target = self._read_target()
        return UploadCall(
            self.number,
            make_inert(self.name)[:200],
            self._title(providers),
            tuple(identifier.wire for identifier in self.identifiers),
            target,
            providers,
            tuple(self.complaints),
            " ".join(self.corrections) or None,
            self.sendable,
            self.method is None or self.method.changes,
            tuple(self.identifiers),
            MethodCall(self.name, self.params),
            tuple(self.written),
        )

    def _read_name(self, name: str) -> str:
        bare = name.strip()
        if bare.lower().startswith(methods.MISSPELT_PREFIX):
            self.corrections.append(
                f"The prefix {methods.MISSPELT_PREFIX} is a misprint of the vendor's page; it is sent as"
                f" {methods.PREFIX}."
            )
            bare = methods.PREFIX + bare[len(methods.MISSPELT_PREFIX) :]
        elif "." not in bare and (methods.PREFIX + bare).lower() in _BY_LOWER_NAME:
            self.corrections.append(f"The prefix {methods.PREFIX} was missing.")
            bare = methods.PREFIX + bare
        known = _BY_LOWER_NAME.get(bare.lower(), bare)
        if known != bare:
            self.corrections.append(f"The method is spelt {known}.")
        return known

    def _read_devices(self, value: Value, *, several: bool) -> Value:
        if several:
            if isinstance(value, str) and value.strip():
                # The script's own notation, typed into a text: the server wants an array.
                value = [item for item in re.split(r"[,;\s]+", value) if item]
                self.corrections.append(f"The list was one text; it is sent as an array of {len(value)}.")
            if not isinstance(value, list):
                self.refuse("The first parameter must be an array of MAC-IDs.")
                return value
            if not value:
                self.refuse("The array of MAC-IDs is empty.")
            spelt = [self._read_device(item, f"MAC-ID {place}") for place, item in enumerate(value, 1)]
            seen: set[str] = set()
            for identifier in self.identifiers:
                if identifier.mac in seen:
                    self.complaints.append(f"{identifier.mac} is in the array twice.")
                seen.add(identifier.mac)
            if self.name == methods.REGISTER_LIST:
                self._warn_of_equal_suffixes()
            return list(spelt)
        return self._read_device(value, "The MAC-ID")

    def _warn_of_equal_suffixes(self) -> None:
        """A password is told by the suffix that it starts with."""
        counted = Counter({one.mac: one.suffix for one in self.identifiers}.values())
        for suffix, count in counted.items():
            if suffix is not None and count > 1:
                self.complaints.append(
                    f"{count} devices have the suffix {suffix}: an answer that is not in order does not tell"
                    " whose MAC password is whose. Put them into calls of their own to be sure."
                )

    def _read_device(self, value: Value, what: str) -> Value:
        text = _text(value)
        if text is None:
            self.refuse(f"{what} is not text.")
            return value
        if not text.strip():
            self.refuse(f"{what} is empty.")
            return value
        self.written.append(text)
        try:
            identifier = parse_identifier(text)
        except IdentifierError as error:
            # Sent all the same: the portal does, and the server's own word on it is what the person wants.
            self.complaints.append(f"{what} {_shown(text)}: {error.detail or error.title}")
            self.identifiers.append(Identifier(make_inert(text.strip())[:_SHOWN]))
            return text
        if identifier.wire != text:
            self.corrections.append(f"{_shown(text)} is sent as {identifier.wire}.")
        if note := note_prefix(identifier.mac):
            self.complaints.append(f"{identifier.mac}: {note}")
        self.identifiers.append(identifier)
        return identifier.wire

    def _read_target(self) -> Target | None:
        url, provider = _text(self.params[1]), _text(self.params[2])
        if url is None or provider is None:
            self.refuse("URL and provider must be text.")
            return None
        self.params[1:] = [url, provider]
        several = len(self.identifiers) > 1
        findings = [*lint(url, bulk=several), *lint_provider(provider)]
        others = {identifier.mac: find_other_mac(url, identifier.mac) for identifier in self.identifiers}
        named = next(((mac, other) for mac, other in others.items() if other), None)
        if named is not None:
            self.complaints.append(f"The URL names {named[1]}, another device than {named[0]}.")
        for finding in findings:
            if finding.level == "error":
                self.refuse(finding.text)
            elif finding.level == "warning":
                self.complaints.append(finding.text)
        return Target(url, provider)

    def _read_providers(self) -> tuple[str, ...]:
        found: list[str] = []
        for param in self.params:
            for item in param if isinstance(param, list) else [param]:
                text = _text(item)
                if text is None:
                    self.refuse("A provider's name is not text.")
                else:
                    found.append(text)
        return tuple(found)

    def _title(self, providers: Sequence[str]) -> str:
        count = len(self.identifiers)
        devices = self.identifiers[0].wire if count == 1 else f"{count} devices"
        if self.method is None:
            return f"Unknown method {_shown(self.name)}"
        if self.method.variadic:
            named = ", ".join(_shown(provider) for provider in providers)
            return f"List the devices of {named}" if providers else "List all devices"
        verbs = {methods.CHECK: "Check", methods.REGISTER: "Register", methods.REGISTER_LIST: "Register"}
        return f"{verbs.get(self.name, 'Deregister')} {devices}"


def _text(value: Value) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(text: str) -> str:
    return repr(mask_credentials(make_inert(text))[:_SHOWN])


def _short(name: str) -> str:
    return name.removeprefix(methods.PREFIX)
