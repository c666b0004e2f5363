"""The sandbox inside this process, behind httpx's transport seam: no socket, the same client, the same
failures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpx

from tui.server.http.answers import AnswerTooLate, ConnectionCut
from tui.server.http.wsgi import PATIENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_NO_ANSWER = "Server disconnected without sending a response."
_UNFINISHED = "peer closed connection without sending complete message body"


class EmbeddedTransport(httpx.BaseTransport):
    """Carries requests to a WSGI callable. What the callable cuts, delays or mismeasures becomes the httpx
    error that a socket would give: RemoteProtocolError before or in the middle of the answer,
    ReadTimeout when it comes too late."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one answer; the body is produced while it is read."""
        patience = request.extensions.get("timeout", {}).get("read")

        def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            environ[PATIENCE] = patience
            environ.setdefault("CONTENT_LENGTH", "")
            environ["wsgi.input_terminated"] = True
            return self._application(environ, start_response)

        try:
            reply = httpx.WSGITransport(application).handle_request(request)
        except ConnectionCut:
            raise httpx.RemoteProtocolError(_NO_ANSWER, request=request) from None
        except AnswerTooLate:
            raise httpx.ReadTimeout("timed out", request=request) from None
        assert isinstance(reply.stream, httpx.SyncByteStream)
        length = reply.headers.get("content-length") if request.method != "HEAD" else None
        body = _Carried(reply.stream, request, int(length) if length is not None else None)
        return httpx.Response(reply.status_code, headers=reply.headers, stream=body)


class _Carried(httpx.SyncByteStream):
    """A body held to its Content-Length, as a socket's would be."""

    def __init__(self, stream: httpx.SyncByteStream, request: httpx.Request, length: int | None) -> None:
        self._stream = stream
        self._request = request
        self._left = length
        self.close: Callable[[], None] = stream.close

    def __iter__(self) -> Iterator[bytes]:
        try:
            for block in self._stream:
                if self._left is not None:
                    block = block[: self._left]
                    self._left -= len(block)
                if block:
                    yield block
                if self._left == 0:
                    return
        except ConnectionCut:
            raise httpx.RemoteProtocolError(_UNFINISHED, request=self._request) from None
        except AnswerTooLate:
            raise httpx.ReadTimeout("timed out", request=self._request) from None
        if self._left:
            raise httpx.RemoteProtocolError(_UNFINISHED, request=self._request)
