"""The test of a login, told step by step: the way to the server, its certificates, and what it answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui.classes import define
from tui.errors import RedirectoryError
from tui.services.session import Session, find_route
from tui.wire.links.proxies import find_proxy
from tui.wire.links.trust import describe_trust

if TYPE_CHECKING:
    from tui.wire.links.certificates import Certificate

_SECONDS = 10.0


@define(frozen=True, slots=True)
class LoginReport:
    """What a test of a login has met. `tls` is the version, empty for plain http or where `trouble` says why
    the handshake could not be looked at; `error` is what the login ended with, None if it was accepted."""

    server: str
    proxy: str
    tls: str
    chain: tuple[Certificate, ...]
    trusted: str
    client_cert: str
    trouble: str
    milliseconds: float | None
    answer: str
    error: RedirectoryError | None


def try_login(session: Session) -> LoginReport:
    """Look at the way to the server, then ask one harmless question with the account's password. Raises
    UsageError for settings of the account that cannot be used."""
    url = session.server_url
    route = find_route(session.account, session.places)
    proxy = None if session.rehearsal else find_proxy(url, account=route.proxy)
    tls, trouble = "", ""
    chain: tuple[Certificate, ...] = ()
    if url.startswith("https:"):
        from tui.wire.links.certificates import look_at

        try:
            shown = look_at(url, _SECONDS, trust=route.trust, proxy=proxy)
            tls, chain = shown.version, shown.chain
        except (OSError, UnicodeError) as error:
            trouble = str(error) or type(error).__name__
    milliseconds, answer, failure = None, "", None
    try:
        milliseconds, answer = session.ask_login()
    except RedirectoryError as error:
        failure = error
    return LoginReport(
        url,
        f"{proxy.shown} ({proxy.variable})" if proxy else "",
        tls,
        chain,
        describe_trust(route.trust),
        route.trust.client_cert,
        trouble,
        milliseconds,
        answer,
        failure,
    )


def describe_certificate(certificate: Certificate) -> str:
    """Subject, issuer and dates in one line, with a word where it is not valid today."""
    begins, ends = certificate.begins, certificate.ends
    dates = f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}" if begins and ends else "dates cannot be read"
    now = datetime.now(UTC)
    doubt = ""
    if begins and now < begins:
        doubt = ", not valid yet"
    elif ends and now > ends:
        doubt = ", expired"
    return f"{certificate.subject}; issued by {certificate.issuer}; {dates}{doubt}"
