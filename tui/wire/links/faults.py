"""Every way in which a call can fail, as one error that says what to do and whether a change may have been
made."""

from __future__ import annotations

from urllib.parse import urlsplit

from tui.errors import Applied, CutOff, LinkError, LoginRefused, NotReached, ServerFailed, Unreadable
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.links.proxies import ACCOUNT_SETTING
from tui.wire.links.trust import ORDINARY, Trust, describe_trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.wire.links.proxies import Proxy

_REASON = 160
# A gateway stopped waiting for the server behind it: RFC 9110 15.6.5, and 524 of one maker.
_GATEWAY_TIMED_OUT = (504, 524)


def where(url: str) -> str:
    """Host and port of an address, for a message."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the server"
    return make_inert(f"{host}:{port}" if port else host)[:_REASON] or "the server"


def outcome_of(changes: bool) -> Applied:
    """What a failure after sending leaves open: a change may have been made, a look-up changes nothing."""
    return Applied.MAYBE if changes else Applied.NO


def _after(changes: bool) -> str:
    if changes:
        return "The change may have been made: look the device up before you send it again."
    return "Looking it up changed nothing. Try again."


_CERTIFICATE_ALERTS = pattern(
    r"ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED"
    r"|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE)"
)


def wants_certificate(error: Exception) -> bool:
    """Whether the server ended the handshake over the certificate that it was shown, or missed."""
    return _CERTIFICATE_ALERTS.search(str(error)) is not None


def certificate_refused(url: str, trust: Trust) -> NotReached:
    """The server takes only clients with a certificate of its liking; it has read nothing of the call."""
    shown = f"It was shown {make_inert(trust.client_cert)}." if trust.client_cert else "None was shown."
    return NotReached(
        "The server wants a client certificate.",
        f"{where(url)}. {shown}",
        "Set client_cert of the account to a PEM file with a certificate that this server takes, and its key."
        " Nothing was changed.",
    )


def not_reached(
    url: str, reason: str, proxy: Proxy | None = None, through: bool = False, trust: Trust = ORDINARY
) -> NotReached:
    """No connection; `reason` is the operating system's or the TLS library's word. With a `proxy`, `through`
    says whether it was reached: what failed lies behind it then. `trust` is what the account adds."""
    if _CERTIFICATE_ALERTS.search(reason):
        return certificate_refused(url, trust)
    reason = make_inert(reason)[:_REASON].strip()
    if proxy is not None and not through:
        return NotReached(
            "The proxy on the way cannot be used.",
            f"{proxy.shown}, named by {proxy.variable}, on the way to {where(url)}: {reason or 'no answer'}.",
            "Correct proxy of the account, or set it to none. Nothing was sent."
            if proxy.variable == ACCOUNT_SETTING
            else f"Correct or unset {proxy.variable}, or except {where(url)} in NO_PROXY. Nothing was sent.",
        )
    hint = "Check the server address and the network. Nothing was sent."
    lowered = reason.lower()
    if "certificate" in lowered:
        trusted = make_inert(describe_trust(trust))
        hint = (
            f"Its certificate is not trusted here. Trusted are {trusted}. Check address and clock,"
            " or name the certificate of its issuer in ca_file of the account. Nothing was sent."
        )
    elif "ssl" in lowered or "tls" in lowered:
        hint = "Check that this port speaks https. Nothing was sent."
    detail = f"{where(url)}: {reason}." if reason else f"{where(url)}."
    return NotReached("The server cannot be reached.", detail, hint)


def was_closed(url: str) -> NotReached:
    """The server had closed a kept connection before the first byte of the call was sent."""
    return NotReached(
        "The connection had been closed.",
        f"{where(url)}: it was closed before anything was sent.",
        "Nothing was sent. Try again.",
    )


def cut_off(url: str, reason: str, changes: bool) -> CutOff:
    """The connection ended early or a limit ran out after sending began; `reason` is a sentence of ours."""
    return CutOff(
        "The connection was cut off.", f"{where(url)}: {reason}", _after(changes), applied=outcome_of(changes)
    )


def ended_early(url: str, changes: bool) -> CutOff:
    """The connection ended, or what came was no HTTP."""
    return cut_off(url, "the answer ended before it was complete.", changes)


def out_of_time(url: str, seconds: float, changes: bool) -> CutOff:
    """No complete answer within the time limit of `seconds`; the server may still be at work on the call."""
    error = CutOff(
        "The server did not answer in time.",
        f"{where(url)}: no complete answer within {seconds:g} s.",
        _after(changes),
        applied=outcome_of(changes),
    )
    error.late = changes
    return error


def not_xml_rpc(status: int, content_type: str, flaw: Unreadable, changes: bool) -> Unreadable:
    """An answer with a good status that is no XML-RPC, told by status and content type, never by its body."""
    kind = make_inert(content_type.partition(";")[0]).strip()[:80] or "no content type"
    hint = flaw.hint
    if "html" in kind.lower():
        hint = "This looks like a web page: check the server address, the sign-in and any proxy on the way."
    if changes:
        hint += " The change may have been made: look the device up."
    return Unreadable(flaw.title, f"HTTP {status}, {kind}. {flaw.detail}", hint, applied=outcome_of(changes))


def status_error(
    url: str, status: int, location: str, changes: bool, proxy: Proxy | None = None
) -> LinkError:
    """The error for an HTTP status other than 200; of a redirect only the host is told."""
    server = where(url)
    if proxy is not None and status != 407:
        server += f" (through the proxy {proxy.shown} of {proxy.variable})"
    if status in (401, 403):
        return LoginRefused(
            "The server refused the login.",
            f"{server}: HTTP {status}.",
            "Check user name and password. It is not tried again by itself: the account might get locked.",
        )
    if 300 <= status < 400:
        target = _target(url, location)
        return ServerFailed(
            "The server points elsewhere.",
            f"{server}: HTTP {status} to {target}. Not followed: the password goes nowhere else.",
            "If the service has moved, enter its new address in the account.",
            status=status,
            applied=Applied.NO,
        )
    if status in (404, 410):
        title, hint = (
            "There is no redirect service at this address.",
            "Check host and path; the service may have moved.",
        )
    elif status == 407:
        title, hint = (
            "The proxy on the way wants a login.",
            f"Set it in the variable {proxy.variable if proxy else 'HTTPS_PROXY or HTTP_PROXY'}.",
        )
    elif status == 413:
        title, hint = "The request is too large for the server.", "Send smaller lists."
    elif status == 429:
        title, hint = "The server asks for fewer requests.", "Wait a while, then try again."
    elif 400 <= status < 500:
        title, hint = "The server declined the HTTP request.", "Check the server address."
    else:
        title, hint = "The server failed.", _after(changes)
    applied = Applied.NO if 400 <= status < 500 else outcome_of(changes)
    error = ServerFailed(title, f"{server}: HTTP {status}.", hint, status=status, applied=applied)
    error.late = changes and status in _GATEWAY_TIMED_OUT
    return error


def _target(url: str, location: str) -> str:
    try:
        host = urlsplit(location).hostname
    except ValueError:
        return "an unreadable address"
    if not host or host == urlsplit(url).hostname:
        return "another address on the same host"
    return make_inert(host)[:_REASON]
