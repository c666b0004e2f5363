"""The phone's side: digest authentication, the provisioning URL, and a phone to play.

That a phone signs in by digest with its MAC and MAC password and is given the URL is known; the real host,
path and answer are not. `GET /phone/<MAC>` is the sandbox's own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.classes import replace
from tui.errors import CutOff, LoginRefused, NotReached, ServerFailed, Unreadable, UsageError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.server.http.answers import Answer, whole
from tui.server.store import Store
from tui.wire.digest import answer_digest, pick_digest, read_challenges

if TYPE_CHECKING:
    import httpx

REALM = "Gigaset Redirect sandbox phones"
NONCE_SECONDS = 60
_NONCE = pattern(r"([0-9a-f]{1,12})\.([0-9a-f]{16})\.[0-9a-f]{32}")
_TEXT = "text/plain;charset=UTF-8"
_HASHES: dict[str, Callable[[bytes], Any]] = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}
_MOST_URL_BYTES = 64 * 1024
_SECONDS = 30.0  # for the whole exchange


class PhoneDesk:
    """Answers phones (RFC 7616, MD5 and SHA-256, qop auth) and notes when they asked. A nonce is good for one
    answer within NONCE_SECONDS: what was overheard cannot be sent again."""

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._used: dict[str, int] = {}  # by nonce: when it was used; the oldest first

    def _nonce(self, moment: int, salt: str) -> str:
        stamp = f"{moment:x}.{salt}"
        return f"{stamp}.{hmac.new(self._key, stamp.encode('ascii'), hashlib.sha256).hexdigest()[:32]}"

    def _use_up(self, nonce: str) -> bool:
        """Whether the nonce is ours, young enough and not used yet; from now on it is used."""
        match = _NONCE.fullmatch(nonce)
        if match is None or not hmac.compare_digest(self._nonce(int(match[1], 16), match[2]), nonce):
            return False
        with self._lock:
            now = self._now()
            while self._used and now - next(iter(self._used.values())) > NONCE_SECONDS:
                del self._used[next(iter(self._used))]
            if nonce in self._used or not 0 <= now - int(match[1], 16) <= NONCE_SECONDS:
                return False
            self._used[nonce] = now
        return True

    def _challenge(self, *, stale: bool = False) -> Answer:
        nonce = self._nonce(self._now(), secrets.token_hex(8))
        tail = ", stale=true" if stale else ""
        headers = tuple(
            (
                "WWW-Authenticate",
                f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}"{tail}',
            )
            for name in _HASHES
        )
        return whole(b"Sign in with the MAC and the MAC password.\n", 401, _TEXT, headers)

    def answer(self, mac: str, environ: dict[str, Any]) -> Answer:
        """The provisioning URL as plain text; 401 without a valid digest; 404 without a record."""
        sent = read_challenges([environ.get("HTTP_AUTHORIZATION", "")])
        if len(sent) != 1 or sent[0][0] != "digest":
            return self._challenge()
        fields = sent[0][1]
        with self._store.read() as transaction:
            device = transaction.find(mac)
        # An unknown phone is checked against a password that nobody has: the same answer as for a wrong one.
        password = device.password if device else secrets.token_hex(6)
        if fields.get("username", "").upper() != mac or not _is_valid(fields, password, environ):
            return self._challenge()
        if not self._use_up(fields["nonce"]):
            return self._challenge(stale=True)
        with self._store.change() as transaction:
            device = transaction.find(mac)
            if device is None or device.owner is None:
                return whole(b"There is no redirect record for this phone.\n", 404, _TEXT)
            transaction.put(replace(device, requested=self._now()))
        return whole(device.url.encode("utf-8"), 200, _TEXT)


def _is_valid(fields: dict[str, str], password: str, environ: dict[str, Any]) -> bool:
    digest = _HASHES.get(fields.get("algorithm", "MD5").upper())
    needed = ("nonce", "uri", "response", "nc", "cnonce")
    if digest is None or any(name not in fields for name in needed) or fields.get("qop") != "auth":
        return False
    query = environ.get("QUERY_STRING", "")
    if fields["uri"] != environ["PATH_INFO"] + (f"?{query}" if query else "") or fields.get("realm") != REALM:
        return False

    def h(text: str) -> str:
        return str(digest(text.encode("utf-8", "replace")).hexdigest())

    secret = h(f"{fields['username']}:{REALM}:{password}")
    asked = h(f"{environ['REQUEST_METHOD']}:{fields['uri']}")
    expected = h(f"{secret}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth:{asked}")
    return hmac.compare_digest(expected.encode(), fields["response"].casefold().encode("utf-8", "replace"))


def play_phone(
    base_url: str, mac: str, password: Secret | str, *, transport: httpx.BaseTransport | None = None
) -> str:
    """Ask a sandbox as the phone `mac` does at its first start; the provisioning URL it is given, made
    inert.

    `base_url` is the sandbox's address, with or without a path. Raises LoginRefused for a wrong MAC
    password, ServerFailed for a phone without a record, NotReached, CutOff, Unreadable, and UsageError for
    an address that is none.
    """
    import httpx

    secret = password.reveal() if isinstance(password, Secret) else password
    try:
        url = httpx.URL(base_url if "://" in base_url else f"http://{base_url}").copy_with(
            raw_path=f"/phone/{mac}".encode("ascii"), fragment=None
        )
    except (httpx.InvalidURL, UnicodeEncodeError):
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError("Not a sandbox's address.", hint="Write it as http://127.0.0.1:8642.")
    where = f"{url.host}:{url.port}" if url.port else url.host
    try:
        status, text = _ask(url, mac, Secret(secret), transport)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise NotReached(
            "The sandbox was not reached.", f"Nothing answers at {where}.", "Is it running?"
        ) from None
    except (httpx.HTTPError, httpx.StreamError, ValueError):
        raise CutOff("The connection was cut.", f"{where} did not finish its answer.", "Try again.") from None
    if text is None:
        raise Unreadable("The answer is too long to be a URL.", f"{where} sent more than 64 kB.")
    if status == 401:
        raise LoginRefused(
            "The phone was not let in.", f"{mac} with this MAC password.", "Check the MAC password."
        )
    if status == 404:
        raise ServerFailed(
            "There is no redirect record.", f"{mac} is not registered.", "Register it.", status=404
        )
    if status != 200:
        raise ServerFailed("The sandbox did not answer with a URL.", f"HTTP status {status}.", status=status)
    return make_inert(text.decode("utf-8", "replace"))


def _ask(
    url: httpx.URL, mac: str, password: Secret, transport: httpx.BaseTransport | None
) -> tuple[int, bytes | None]:
    """Status and body of the answer to a phone that signs in by digest; None for a body that is too long."""
    from tui.wire.links.deadline import Deadline
    from tui.wire.links.http_client import open_client

    deadline = Deadline(time.monotonic)
    deadline.begin(time.monotonic() + _SECONDS)
    headers = {"Accept-Encoding": "identity"}
    with open_client(deadline, transport=transport, headers=headers, tls=url.scheme == "https") as client:
        status, challenge, text = _get(client, url, None)
        if status == 401 and challenge is not None:
            authorization = answer_digest(challenge, mac, password, url.raw_path.decode("ascii"))
            status, _, text = _get(client, url, authorization.encode("latin-1"))
    return status, text


def _get(
    client: httpx.Client, url: httpx.URL, authorization: bytes | None
) -> tuple[int, dict[str, str] | None, bytes | None]:
    import httpx

    headers = {b"Authorization": authorization} if authorization else {}
    text = b""
    with client.stream("GET", url, headers=headers, timeout=_SECONDS / 2) as reply:
        if reply.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx.DecodingError("compressed, which was not asked for")
        for block in reply.iter_bytes():
            text += block
            if len(text) > _MOST_URL_BYTES:
                return reply.status_code, None, None
        offered = [value for name, value in reply.headers.raw if name.lower() == b"www-authenticate"]
    challenges = read_challenges(value.decode("latin-1") for value in offered)
    return reply.status_code, pick_digest(challenges), text
