"""One account at one server, or at the embedded sandbox: the client, the journal and the lists that belong
to it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from tui.classes import define
from tui.errors import StoreError, UsageError
from tui.model.device import DeviceRow
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.settings.accounts import Account
from tui.settings.config import Config, LinkSettings
from tui.settings.files.paths import Places, gather_places
from tui.settings.files.private import is_there
from tui.wire.endpoint import is_plain_http_to_stranger, parse_server
from tui.wire.links.link import Route
from tui.wire.links.proxies import find_proxy
from tui.wire.links.trust import Trust, describe_trust
from tui.wire.xmlrpc.methods import ENDPOINT_PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tempfile import TemporaryDirectory
    from typing import Self

    from httpx import BaseTransport

    from tui.server.sandbox import Sandbox
    from tui.services.storage.journal import Journal
    from tui.services.storage.list_cache import OfflineLists
    from tui.wire.client import RedirectClient

LOG_VARIABLE = "REDIRECTORY_LOG"
SANDBOX = "sandbox"
SANDBOX_USER = "demo"
_SANDBOX_URL = f"http://sandbox.localhost{ENDPOINT_PATH}"
# Nobody's device (an all-zero MAC): asking for it shows whether the login is taken and changes nothing.
_NO_DEVICE = "000000000000"


@define(frozen=True, slots=True)
class Batching:
    """How bulk changes are cut: devices in one list call, and connections used at the same time."""

    chunk: int = 50
    connections: int = 6


@define(frozen=True, slots=True)
class Wait:
    """A call without an answer so far: to which host, for how many seconds, and after how many it is given
    up."""

    server: str
    seconds: float
    limit: float


class Session:
    """Made by `open_session` and `open_rehearsal`; client, journal and lists are opened when first used.

    May be used by several threads. `journal` raises StoreError if it cannot be opened, `client` UsageError
    once the session is closed and for a log that cannot be written.
    """

    def __init__(
        self,
        account: Account,
        places: Places,
        connect: Callable[[], RedirectClient],
        *,
        server_url: str,
        account_key: str,
        title: str,
        warnings: tuple[str, ...] = (),
        config: Config | None = None,
        sandbox: Sandbox | None = None,
        folder: TemporaryDirectory[str] | None = None,
    ) -> None:
        config = config or Config()
        self.account = account
        self.places = places
        self.server_url = server_url
        self.account_key = account_key
        self.title = title
        self.warnings = warnings
        self.batching = Batching(config.link.chunk, config.link.connections)
        self.keeps_lists = config.list.offline
        self.dvid = config.register.dvid
        self.sandbox = sandbox
        self._folder = folder
        self._connect = connect
        self._client: RedirectClient | None = None
        self._journal: Journal | None = None
        self._lists: OfflineLists | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._users = 0

    @property
    def rehearsal(self) -> bool:
        """Whether this is the embedded sandbox."""
        return self.sandbox is not None

    @property
    def client(self) -> RedirectClient:
        """The connection to the server."""
        with self._lock:
            if self._client is None:
                self._refuse_if_closed()
                self._client = self._connect()
            return self._client

    @property
    def journal(self) -> Journal:
        """The journal of this machine."""
        with self._lock:
            if self._journal is None:
                self._refuse_if_closed()
                from tui.services.storage.journal import Journal
                from tui.services.storage.vault_key import ask_for_key

                self._journal = Journal(self.places.journal_file, ask_for_key(self.places))
            return self._journal

    @property
    def remark(self) -> str:
        """What the folder of the journal lacks, as a sentence; empty if nothing, or before it is opened."""
        return self._journal.remark if self._journal is not None else ""

    @property
    def lists(self) -> OfflineLists:
        """The lists of devices kept on this machine."""
        with self._lock:
            if self._lists is None:
                from tui.services.storage.list_cache import OfflineLists

                self._lists = OfflineLists(self.places.lists_file)
            return self._lists

    @property
    def last_round_trip_ms(self) -> float | None:
        """Milliseconds of the last answer; None before the first."""
        client = self._client
        return None if client is None else client.last_round_trip_ms

    @property
    def waiting(self) -> Wait | None:
        """The call that has waited longest for the first byte of its answer; None if none waits."""
        client = self._client
        wait = None if client is None else client.waiting
        return None if wait is None else Wait(urlsplit(self.server_url).netloc, *wait)

    def check_login(self) -> float:
        """Milliseconds of one harmless question. Raises LinkError, LoginRefused among them, and Fault."""
        return self.ask_login()[0]

    def ask_login(self) -> tuple[float, str]:
        """Milliseconds of one harmless question, and the server's word in the answer. Raises LinkError,
        LoginRefused among them, and Fault."""
        client = self.client
        started = time.perf_counter()
        found = client.check_device(_NO_DEVICE)
        lines = getattr(found, "lines", ())
        return (time.perf_counter() - started) * 1000, lines[0].code if lines else "a record"

    def rename(self, account: Account) -> None:
        """Go by another name of the same login."""
        self.account = account
        self.title = _find_title(account, self.account_key)

    def hold(self) -> None:
        """Counts one more user, who gives it back with `release`. Raises UsageError once it is closed."""
        with self._lock:
            self._refuse_if_closed()
            self._users += 1

    def release(self) -> None:
        """Counts one user less; the last one closes the session."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self.close()

    def close(self) -> None:
        """Ends connections and files, and removes what was only for this session. Twice does no harm."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
            journal, self._journal = self._journal, None
            lists = self._lists
        if self.sandbox is not None:
            self.sandbox.wake()
        if client is not None:
            client.close()
        if journal is not None:
            journal.close()
        if lists is not None:
            lists.close()
        if self.sandbox is not None:
            self.sandbox.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise UsageError("The session is closed.", self.title, "Sign in again.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Session({self.title!r})"


def open_session(account: Account, password: Secret, places: Places, config: Config | None = None) -> Session:
    """A session with the account's server; nothing is sent yet. An account whose source is "sandbox" gets the
    embedded sandbox that keeps its devices. Raises UsageError for a server address that cannot be one."""
    if account.source == "sandbox":
        return _open_sandbox(account, places, config, keep=True)
    config = config or Config()
    server_url = parse_server(account.server)
    warnings: tuple[str, ...] = ()
    route = find_route(account, places)
    proxy = find_proxy(server_url, account=route.proxy)
    if proxy is not None and server_url.startswith("http:"):
        warnings = (
            f"The address is plain http through the proxy {proxy.shown} of {proxy.variable}:"
            " it sees user, password and MAC passwords in clear.",
        )
    elif is_plain_http_to_stranger(server_url):
        warnings = (
            "The address is plain http: user, password and MAC passwords cross the network in clear.",
        )
    link = config.link

    def connect() -> RedirectClient:
        return _make_client(server_url, account.user, password, link, route=route)

    key = find_account_key(account)
    return Session(
        account,
        places,
        connect,
        server_url=server_url,
        account_key=key,
        title=_find_title(account, key),
        warnings=warnings,
        config=config,
    )


def _make_client(
    server_url: str,
    user: str,
    password: Secret,
    link: LinkSettings,
    transport: BaseTransport | None = None,
    route: Route | None = None,
) -> RedirectClient:
    from tui.wire.client import Limits, RedirectClient, Timeouts

    tell = None
    if log := os.environ.get(LOG_VARIABLE):
        from tui.services.debug_log import open_log

        tell = open_log(log)
    return RedirectClient(
        server_url,
        user,
        password,
        transport=transport,
        timeouts=Timeouts(connect=link.connect, read=link.read, call=link.call, listing=link.list_call),
        limits=Limits(rows=link.list_rows, list_bytes=link.list_mib << 20, ratio=link.list_ratio),
        tell=tell,
        route=route or Route(),
    )


def open_rehearsal(
    *,
    sample: int = 200,
    switches: Iterable[str] = (),
    places: Places | None = None,
    config: Config | None = None,
) -> Session:
    """A session with a sandbox in memory, filled with sample devices. Without `places` journal and lists
    live in a private folder that is removed at the end. Raises UsageError for a switch that does not
    exist."""
    account = Account(SANDBOX_USER, SANDBOX, SANDBOX_USER, None, "sandbox")
    return _open_sandbox(account, places, config, sample=sample, switches=switches)


def _open_sandbox(
    account: Account,
    places: Places | None,
    config: Config | None,
    *,
    sample: int = 200,
    switches: Iterable[str] = (),
    keep: bool = False,
) -> Session:
    from tui.server.sandbox import Sandbox
    from tui.settings.files.private import close_folder, make_throwaway

    store = close_folder(places.data) / places.sandbox_file.name if keep and places is not None else None
    sandbox = Sandbox(store, accounts={account.user: account.user}, sample=sample, switches=switches)
    folder: TemporaryDirectory[str] | None = None
    if places is None:
        from pathlib import Path

        try:
            folder = make_throwaway("rehearsal")
        except OSError as error:
            sandbox.close()
            raise StoreError(
                "There is no room for the rehearsal.",
                f"{error.strerror}.",
                "Set TMPDIR to a writable folder.",
            ) from error
        places = gather_places(Path(folder.name))

    def connect() -> RedirectClient:
        from tui.server.http.embedded import EmbeddedTransport

        link, transport = (config or Config()).link, EmbeddedTransport(sandbox.wsgi)
        return _make_client(_SANDBOX_URL, account.user, Secret(account.user), link, transport)

    return Session(
        account,
        places,
        connect,
        server_url=_SANDBOX_URL,
        account_key=find_account_key(account),
        title=f"{make_inert(account.name)} · {SANDBOX}",
        config=config,
        sandbox=sandbox,
        folder=folder,
    )


def find_route(account: Account, places: Places) -> Route:
    """How the account is reached; file names are taken from the folder of the settings, ~ is the home."""
    files = (
        str(places.config / os.path.expanduser(name)) if name else ""
        for name in (account.ca_file, account.client_cert)
    )
    return Route(Trust(*files), account.proxy)


def describe_certificates() -> str:
    """Whose certificates every connection trusts, as a clause."""
    return make_inert(describe_trust())


def _find_title(account: Account, key: str) -> str:
    name, host = make_inert(account.name), key.rpartition("@")[2]
    return name if host in name else f"{name} · {host}"


def check_server(text: str) -> str:
    """The address that `text` means, with its path. Raises UsageError if it can be none."""
    return parse_server(text)


def find_account_key(account: Account) -> str:
    """`user@host[:port]`, with a path only where it is not the documented one: what journal, vault and
    lists of the account go by. Raises UsageError for a server address that cannot be one."""
    if account.source == "sandbox":
        return f"{account.user}@{SANDBOX}"
    parts = urlsplit(parse_server(account.server))
    host = (parts.hostname or "").rstrip(".")
    default = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    path = "" if parts.path == ENDPOINT_PATH else parts.path
    return f"{account.user}@{f'[{host}]' if ':' in host else host}{port}{path}"


@define(frozen=True, slots=True)
class Vault:
    """The vault of one account, without a connection."""

    journal: Journal
    account_key: str


@contextmanager
def open_vault(account: Account, places: Places) -> Iterator[Vault]:
    """The account's part of the vault. Raises StoreError; UsageError if this machine has no journal yet."""
    if not is_there(places.journal_file):
        raise UsageError(
            "The vault is empty.",
            f"{places.journal_file} does not exist.",
            "It fills with every registration made from this machine.",
        )
    from tui.services.storage.journal import Journal
    from tui.services.storage.vault_key import ask_for_key

    with Journal(places.journal_file, ask_for_key(places)) as journal:
        yield Vault(journal, find_account_key(account))


@define(frozen=True, slots=True)
class OfflineAccount:
    """What this machine knows of an account without asking: the list of `at`, and MAC-IDs by MAC; `trouble`
    says why those cannot be read, if so."""

    at: datetime
    rows: list[DeviceRow]
    mac_ids: Mapping[str, str]
    trouble: str = ""


@contextmanager
def open_offline(account: Account, places: Places) -> Iterator[OfflineAccount]:
    """The account's list as last received. Raises StoreError; UsageError if none was kept."""
    from tui.services.storage.list_cache import OfflineLists

    key = find_account_key(account)
    lists = OfflineLists(places.lists_file)
    try:
        kept = lists.load(key)
    finally:
        lists.close()
    if kept is None:
        raise UsageError(
            "There is no list to show offline.",
            f"None of {make_inert(key)} was kept on this machine.",
            "List the devices once with a connection.",
        )
    mac_ids: dict[str, str] = {}
    trouble = ""
    if is_there(places.journal_file):
        from tui.services.storage.journal import Journal

        try:
            with Journal(places.journal_file) as journal:
                known = journal.recall_many(key).values()
                mac_ids = {entry.mac: entry.mac_id for entry in known if entry.mac_id}
        except StoreError as error:
            trouble = error.describe()
    yield OfflineAccount(kept.at, kept.rows, mac_ids, trouble)
