"""A server that serves a fixed number of connections at a time and keeps each as long as its client does,
like a Perl or Python server of one process (or of a few); whoever comes next waits unheard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx

from tui.server.http.embedded import EmbeddedTransport
from tui.server.sandbox import Sandbox


class FewConnections:
    """The sandbox behind `servers` threads, each with one connection; a call takes `seconds`."""

    def __init__(self, sandbox: Sandbox, servers: int, seconds: float = 0.0) -> None:
        self.methods: list[str] = []
        self.accepted = 0
        self._ended = threading.Event()
        self._transport = EmbeddedTransport(sandbox.wsgi)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads = [threading.Thread(target=self._serve) for _ in range(servers)]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.methods.append(
                    body.partition(b"<methodName>")[2].partition(b"</methodName>")[0].decode()
                )
                request = httpx.Request("POST", outer.url, headers=dict(self.headers), content=body)
                answer = outer._transport.handle_request(request)
                content = answer.read()
                outer._ended.wait(seconds)
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._handler = Handler
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/apxml/rpc.do"

    def _serve(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            with connection:
                connection.settimeout(20)
                try:
                    self._handler(connection, address, self)  # type: ignore[arg-type]
                except OSError:
                    continue

    def close(self) -> None:
        self._ended.set()
        # Closing alone does not wake a thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(sandbox: Sandbox, servers: int, seconds: float = 0.0) -> Iterator[FewConnections]:
    server = FewConnections(sandbox, servers, seconds)
    try:
        yield server
    finally:
        server.close()
