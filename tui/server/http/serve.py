"""The sandbox over real HTTP, carried by waitress."""

from __future__ import annotations

import ipaddress
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from tui.errors import UsageError
from tui.model.text.inert import make_inert
from tui.server.http.answers import ConnectionCut
from tui.server.http.wsgi import MOST_BYTES
from tui.server.sandbox import Sandbox

MOST_CONNECTIONS = 100
_THREADS = 16
_SECONDS_TO_FINISH = 1
_SECONDS_UNREAD = 60  # how long an answer may wait for its reader while it holds a thread


class _Task(WSGITask):  # type: ignore[misc]
    """A request whose answer may be cut off: what was written is sent, then the connection is closed."""

    def service(self) -> None:
        try:
            super().service()
        except ConnectionCut:
            self.close_on_finish = True
        self.channel.served_at = time.monotonic()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.opened_at = time.monotonic()
        self.served_at = 0.0  # never
        super().__init__(*arguments, **options)


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """Never full of connections that ask nothing: above MOST_CONNECTIONS the one that was served longest ago
    makes room, before all others one that never sent a whole request, however busy it looks."""

    channel_class = _Channel

    def handle_accept(self) -> None:
        super().handle_accept()
        if len(self.active_channels) > MOST_CONNECTIONS:
            idle = [channel for channel in self.active_channels.values() if not channel.requests]
            if idle:
                min(idle, key=lambda channel: (channel.served_at, channel.opened_at)).handle_close()

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.total_outbufs_len and channel.last_activity < now - _SECONDS_UNREAD:
                channel.handle_close()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class Serving:
    """A sandbox bound to an address: `run` answers until `stop`, which any thread or signal handler may
    call."""

    def __init__(self, sandbox: Sandbox, host: str, port: int, *, allow_remote: bool = False) -> None:
        """Bind. Raises UsageError for an address that cannot be had, or that others can reach: without
        `allow_remote`, or while an account has the default password or none."""
        if not allow_remote and not is_loopback(host):
            raise UsageError(
                "The sandbox is for this machine only.",
                f"{make_inert(host) or 'An empty address'} can be reached from outside, and passwords and MAC"
                " passwords would cross the network unencrypted.",
                "Use 127.0.0.1, or allow remote access explicitly.",
            )
        if sandbox.is_open_to_all and not is_loopback(host):
            raise UsageError(
                "The sandbox needs a password of its own before others may reach it.",
                "Everybody knows the default one.",
                "Set REDIRECTORY_SANDBOX_PASSWORD to a password that is used nowhere else.",
            )
        for name in ("waitress", "waitress.queue"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self._sandbox = sandbox
        self._map: dict[int, wasyncore.dispatcher] = {}
        self._stopped = threading.Event()
        self._dispatcher = ThreadedTaskDispatcher()
        try:
            settings = Adjustments(
                host=host,
                port=port,
                threads=_THREADS,
                ident="redirectory-sandbox",
                max_request_body_size=MOST_BYTES,
                outbuf_high_watermark=1024 * 1024,
                outbuf_overflow=16 * 1024 * 1024,
                # Above what makes room by itself: reached only while that many requests are worked on.
                connection_limit=4 * MOST_CONNECTIONS,
                cleanup_interval=5,
            )
            # Deprecated as a keyword only; otherwise a slow answer is held back until there are 18 kB of it.
            settings.send_bytes = 1
            self._server = _Server(
                sandbox.wsgi,
                self._map,
                dispatcher=self._dispatcher,
                adj=settings,
                sockinfo=settings.listen[0],
            )
        except (OSError, ValueError, OverflowError) as error:
            wasyncore.close_all(self._map, ignore_all=True)
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"The address {make_inert(host)}:{port} cannot be used.",
                f"{reason}.",
                "Port 0 picks a free one.",
            ) from None
        self._dispatcher.set_thread_count(_THREADS)

    @property
    def url(self) -> str:
        """Where it answers, without a path."""
        host = str(self._server.effective_host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.effective_port}"

    def run(self) -> None:
        """Answer requests until stopped; then end pauses, drop connections and give the address back."""
        try:
            while not self._stopped.is_set():
                wasyncore.loop(timeout=30, use_poll=True, map=self._map, count=1)
        finally:
            self._sandbox.wake()
            for channel in list(self._server.active_channels.values()):
                channel.handle_close()
            self._dispatcher.shutdown(timeout=_SECONDS_TO_FINISH)
            wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """Let `run` return soon."""
        self._stopped.set()
        self._server.pull_trigger()


def serve(
    sandbox: Sandbox, host: str, port: int, announce: Callable[[str], None], *, allow_remote: bool = False
) -> None:
    """Serve until SIGINT or SIGTERM; port 0 picks a free one. `announce` is given the URL once it answers.

    Raises UsageError for an address that cannot be had. An address that others can reach is refused unless
    `allow_remote`, because the sandbox speaks plain HTTP with passwords in it.
    """
    serving = Serving(sandbox, host, port, allow_remote=allow_remote)

    def finish(_number: int, _frame: FrameType | None) -> None:
        serving.stop()

    on_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, finish) for number in (signal.SIGINT, signal.SIGTERM) if on_main}
    try:
        announce(serving.url)
        serving.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
