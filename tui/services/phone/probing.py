"""The test of a provisioning URL: fetched as the phone would fetch it, and reported. It changes nothing.

The order of a phone is the vendor's: without credentials, on 401 by digest with its MAC and MAC password,
then by digest with the user and password in the URL.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from tui.classes import define
from tui.errors import RedirectoryError, StoreError, UsageError
from tui.model.addresses import Identifier
from tui.model.secrets import Secret, mask_credentials
from tui.model.template import expand
from tui.model.text.inert import make_inert
from tui.model.vendor import DEFAULT_DVID
from tui.patterns import pattern
from tui.services.devices.look_up import look_up
from tui.services.phone.fetching import MOST_BYTES, SECONDS, Fetch, FetchStep, Reply, Trouble, name_status
from tui.services.session import Session

if TYPE_CHECKING:
    import httpx

Body = Literal["", "provisioning", "xml", "html", "other", "empty"]

_HTML = pattern(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@define(frozen=True, slots=True)
class ProbeReport:
    """What the phone would meet. `url` is masked; `status`, `content_type`, `size` in bytes and `body` are
    those of the last answer; `root` is the root element of an XML body. `ok` means that a phone gets
    something it may use."""

    mac: str
    url: str
    ok: bool
    verdict: str
    status: int | None = None
    content_type: str = ""
    size: int | None = None
    body: Body = ""
    root: str = ""
    tls: str = ""
    redirects: tuple[str, ...] = ()
    milliseconds: float | None = None
    steps: tuple[FetchStep, ...] = ()

    def __str__(self) -> str:
        facts = [self.url, self.verdict]
        if self.status is not None:
            facts.append(f"HTTP {self.status}, {self.content_type or 'no type'}, {self.size} bytes.")
        if self.tls:
            facts.append(f"TLS: {self.tls}.")
        facts += [f"{step.tried}: {step.note}." for step in self.steps]
        return " ".join(facts)

    def record(self) -> dict[str, object]:
        """The report as plain fields, for JSON, CSV or a card."""
        return {
            "mac": self.mac,
            "url": self.url,
            "ok": self.ok,
            "verdict": self.verdict,
            "status": self.status,
            "content_type": self.content_type,
            "size": self.size,
            "body": self.body,
            "root": self.root,
            "tls": self.tls,
            "redirects": " → ".join(self.redirects),
            "milliseconds": None if self.milliseconds is None else round(self.milliseconds),
            "steps": "; ".join(f"{step.tried}: {step.status or step.note}" for step in self.steps),
        }


def probe(
    session: Session | None,
    identifier: Identifier,
    *,
    url: str | None = None,
    password: Secret | None = None,
    dvid: str | None = None,
    withheld: str = "",
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ProbeReport:
    """Fetches the URL of the device's record, or `url`, as this phone would. The MAC password is `password`
    or the vault's; `withheld` says why neither is used. What fails on the way is in the report; raised are
    UsageError without URL and session, RedirectoryError if there is no record, and LinkError or Fault if the
    redirect server cannot be asked for it."""
    if session is not None:
        dvid = dvid or session.dvid
        if password is None:
            password = _recall(session, identifier.mac)
    if url is None:
        if session is None:
            raise UsageError(
                "There is no URL to test.", "", "Give a URL, or sign in to test that of the record."
            )
        card = look_up(session, identifier)
        if not card.found:
            raise RedirectoryError(
                "There is no record whose URL could be tested."
                if card.found is False
                else "The server does not tell a URL that could be tested.",
                f"{card.mac}: {card.code}.",
                card.message,
            )
        url = card.url
    expanded = expand(url, identifier.mac, dvid or DEFAULT_DVID)
    return _Probe(identifier.mac, expanded, Fetch(identifier.mac, password, transport, clock, withheld)).run()


def _recall(session: Session, mac: str) -> Secret | None:
    try:
        entry = session.journal.recall(session.account_key, mac)
        if entry is not None and entry.password is not None:
            entry.password.reveal()  # which the vault's key may be missing for
    except StoreError:
        return None
    return entry.password if entry is not None else None


class _Probe:
    def __init__(self, mac: str, url: str, fetch: Fetch) -> None:
        self.mac = mac
        self.url = url
        self.fetch = fetch

    def run(self) -> ProbeReport:
        started = self.fetch.clock()
        try:
            reply = self.fetch.get(self.url)
        except Trouble as trouble:
            return self._report(False, str(trouble))
        return self._judge(reply, (self.fetch.clock() - started) * 1000)

    def _report(self, ok: bool, verdict: str, **facts: Any) -> ProbeReport:
        return ProbeReport(
            self.mac,
            make_inert(mask_credentials(self.url)),
            ok,
            verdict,
            tls=self.fetch.tls,
            redirects=tuple(self.fetch.redirects),
            steps=tuple(self.fetch.steps),
            **facts,
        )

    def _judge(self, reply: Reply, milliseconds: float) -> ProbeReport:
        body, root, product = _look_at(reply)
        ok, verdict = False, ""
        if reply.status == 401:
            verdict = "The server wants a login that this test could not give: " + "; ".join(
                f"{step.tried}: {step.note}" for step in self.fetch.steps[-2:]
            )
        elif reply.status != 200:
            verdict = f"HTTP {reply.status}, {name_status(reply.status)}: a phone gets no configuration."
        elif not reply.whole:
            verdict = f"The answer was not read to its end: over {MOST_BYTES >> 20} MiB or {SECONDS:.0f} s."
        elif body == "provisioning":
            ok, verdict = True, f"A provisioning XML{f' for product {product}' if product else ''}."
        elif body == "xml":
            verdict = f"An XML file, but its root is {root!r}, not provisioning."
        elif body == "html":
            verdict = "A web page, not a configuration."
        elif body == "empty":
            verdict = "The answer is empty."
        else:
            ok, verdict = True, "A file that is not XML: what it holds cannot be judged from here."
        return self._report(
            ok,
            verdict,
            status=reply.status,
            content_type=reply.content_type,
            size=reply.size,
            body=body,
            root=root,
            milliseconds=milliseconds,
        )


def _look_at(reply: Reply) -> tuple[Body, str, str]:
    """What the body is, its root element and the product it names; only its beginning is parsed, up to the
    root."""
    if reply.status != 200:
        return "", "", ""
    if not reply.start.strip():
        return "empty", "", ""
    if reply.encoded and reply.encoded.lower() != "identity":
        return "other", "", ""
    if _HTML.match(reply.start):
        return "html", "", ""
    from xml.parsers import expat

    found: list[tuple[str, str]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append((make_inert(name)[:80], make_inert(attributes.get("productID", ""))[:80]))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    try:
        for place in range(0, len(reply.start), 1024):
            parser.Parse(reply.start[place : place + 1024])
            if found:
                break
    except expat.ExpatError:
        if not found:
            return "other", "", ""
    if not found:
        return "other", "", ""
    root, product = found[0]
    name = root.rpartition(":")[2]
    return (
        ("provisioning" if name.lower() == "provisioning" else "html" if name.lower() == "html" else "xml"),
        root,
        product,
    )
