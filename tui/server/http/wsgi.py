"""The sandbox as one WSGI callable: who asks, what is asked, and the way to its answer."""

from __future__ import annotations

import binascii
import hmac
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from tui.errors import InputError
from tui.server.calls import Call, DeviceList, ServerFault, named_macs, resolve_method
from tui.server.catalogue import read_identifier
from tui.server.handlers import Handlers
from tui.server.http import answers
from tui.server.http.answers import Answer, AnswerTooLate, ConnectionCut, page, whole
from tui.server.phone import PhoneDesk
from tui.server.switching.conditions import Conditions, Switchboard
from tui.wire.xmlrpc import codec, methods
from tui.wire.xmlrpc.codec import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

MOST_BYTES = 32 * 1024 * 1024
PATIENCE = "redirectory.patience"
_LIMITS = Limits(body_bytes=MOST_BYTES)
_BLOCK = 64 * 1024

_WELCOME = """<p>This is a sandbox: a stand-in for the Gigaset redirect server on this machine.
It redirects no real phone.</p>
<p>XML-RPC calls go to <code>POST /apxml/rpc.do</code> with HTTP Basic authentication.</p>
<p>A phone asks at <code>GET /phone/&lt;MAC&gt;</code> with HTTP digest (user: MAC,
password: MAC password). That path and its answer are the sandbox's own; those of the real
server are not known.</p>"""


class _Body:
    """A WSGI body that closes what it reads from."""

    def __init__(self, answer: Answer, *, silent: bool) -> None:
        self._blocks = iter(()) if silent else answer.body
        self.close = answer.close

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks


class Application:
    """The WSGI callable. `pause(seconds)` is what waits wherever a switch says so."""

    def __init__(
        self,
        handlers: Handlers,
        desk: PhoneDesk,
        board: Switchboard,
        accounts: Mapping[str, tuple[int, str]],
        now: Callable[[], int],
        pause: Callable[[float], None],
    ) -> None:
        self._handlers = handlers
        self._desk = desk
        self._board = board
        self._accounts = accounts
        self._now = now
        self._pause = pause

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionCut and AnswerTooLate for whoever carries the bytes."""
        try:
            answer = self._route(environ)
        except _Refused as refused:
            answer = refused.answer
        except sqlite3.Error as error:
            answer = page(
                500, "500 Internal Server Error", f"<p>The store failed: {type(error).__name__}.</p>"
            )
        headers = [("Content-Type", answer.content_type), *answer.headers]
        if answer.length is not None:
            headers.append(("Content-Length", str(answer.length)))
        start_response(answer.status_line, headers)
        return _Body(answer, silent=environ["REQUEST_METHOD"] == "HEAD")

    def _route(self, environ: dict[str, Any]) -> Answer:
        path, verb = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == methods.ENDPOINT_PATH:
            _require(verb, "POST")
            return self._answer_call(environ)
        if path.startswith("/phone/") and (read_identifier(path[7:]) or ("", ""))[1] is None:
            _require(verb, "GET")
            return self._desk.answer(path[7:].upper(), environ)
        if path in ("", "/"):
            _require(verb, "GET", "HEAD")
            return page(200, "Redirectory sandbox", _WELCOME)
        return page(404, "404 Not Found", "<p>There is nothing here.</p>")

    def _answer_call(self, environ: dict[str, Any]) -> Answer:
        account = self._sign_in(environ.get("HTTP_AUTHORIZATION", ""))
        if account is None:
            return self._refuse_login()
        body = _read_body(environ)
        try:
            call = codec.decode_call(
                body, charset=codec.charset_of(environ.get("CONTENT_TYPE")), limits=_LIMITS
            )
        except InputError as error:
            return whole(
                codec.encode_fault(0, f"Failed to parse XML-RPC request: {error.detail or error.title}")
            )
        name = call.name.replace(methods.MISSPELT_PREFIX, methods.PREFIX, 1)
        conditions = self._board.begin_call(name, named_macs(call.params))
        waiting = _Patience(environ.get(PATIENCE), self._pause)
        waiting.pause(conditions.seconds("delay"))
        if conditions["cut"] == "before":
            raise ConnectionCut
        answer = self._obey(account, call.name, call.params, conditions)
        if conditions["cut"] == "after":
            answer.close()
            raise ConnectionCut
        if waiting.over:
            answer.close()
            raise AnswerTooLate
        return answers.spoil(answer, conditions, waiting.pause_or_give_up)

    def _obey(self, account: int, name: str, params: list[Any], conditions: Conditions) -> Answer:
        typed = conditions["strings"] == "typed"
        replaced = answers.replaced_by_switch(conditions)
        fault, error = conditions["fault"], conditions["error"]
        try:
            method = resolve_method(name, conditions)
            if replaced is None and fault == "none" and (error == "none" or method == methods.LIST):
                return self._carry_out(Call(account, method, params, conditions, self._now()), typed)
            if conditions["applied"] == "yes":
                self._carry_out(Call(account, method, params, conditions, self._now()), typed).close()
        except ServerFault as reason:
            if replaced is None and fault == "none":
                return whole(codec.encode_fault(reason.code, reason.text, typed=typed))
        if replaced is not None:
            return replaced
        if fault != "none":
            number, _, text = fault.partition(":")
            return whole(
                codec.encode_fault(int(number), text or "The sandbox was told to fault", typed=typed)
            )
        if ":" not in error:
            error = ":".join([error, *sorted(named_macs(params))[:1]])
        return whole(codec.encode_response([False, error], typed=typed))

    def _carry_out(self, call: Call, typed: bool) -> Answer:
        self._handlers.interfere(call)
        result = self._handlers.handle(call)
        if not isinstance(result, DeviceList):
            return whole(codec.encode_response(result, typed=typed))  # type: ignore[arg-type]
        body = codec.encode_list_answer(result.rows, typed=typed)
        return Answer(200, body, result.length, close=result.snapshot.close)

    def _sign_in(self, authorization: str) -> int | None:
        """The number of the account that the Basic credentials open."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            pair = binascii.a2b_base64(encoded.strip().encode("latin-1"), strict_mode=True)
        except (binascii.Error, UnicodeEncodeError):
            return None
        user, colon, password = pair.partition(b":")
        number, expected = self._accounts.get(user.decode("utf-8", "replace"), (0, ""))
        # Compared even for an unknown user, so that the time taken does not tell users apart.
        same = hmac.compare_digest(password, expected.encode("utf-8"))
        return number if same and number and colon and scheme.casefold() == "basic" else None

    def _refuse_login(self) -> Answer:
        challenge = (("WWW-Authenticate", 'Basic realm="Gigaset Redirect sandbox", charset="UTF-8"'),)
        match self._board.begin_call("", ())["login"]:
            case "403":
                return page(403, "403 Forbidden", "<p>This account may not do that.</p>")
            case "fault":
                return whole(codec.encode_fault(0, "Not authorized"))
            case "html":
                return answers.login_page()
        return page(401, "401 Unauthorized", "<p>User name and password are needed.</p>", challenge)


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Patience:
    """How long a client in this process waits for a byte; over a socket the client keeps its own watch."""

    def __init__(self, seconds: float | None, pause: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._pause = pause
        self.over = False

    def pause(self, seconds: float) -> None:
        """Wait; beyond the client's patience only note that it has gone, for the server works on."""
        if self._seconds is not None and seconds >= self._seconds:
            self.over = True
            seconds = self._seconds
        if seconds:
            self._pause(seconds)

    def pause_or_give_up(self, seconds: float) -> None:
        """Wait between two pieces of an answer. Raises AnswerTooLate."""
        self.pause(seconds)
        if self.over:
            raise AnswerTooLate


def _require(verb: str, *allowed: str) -> None:
    if verb not in allowed:
        text = f"<p>Allowed here: {', '.join(allowed)}.</p>"
        raise _Refused(page(405, "405 Method Not Allowed", text, (("Allow", ", ".join(allowed)),)))


def _too_large() -> _Refused:
    return _Refused(page(413, "413 Request Entity Too Large", f"<p>At most {MOST_BYTES} bytes are read.</p>"))


def _read_body(environ: dict[str, Any]) -> bytes:
    """The body, unpacked. Raises _Refused for one that is too large or packed in a way that is not known."""
    stream: BinaryIO = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH", "")
    if length and not (length.isascii() and length.isdigit()):
        raise _Refused(page(400, "400 Bad Request", "<p>Content-Length is not a number.</p>"))
    if length and int(length) > MOST_BYTES:
        raise _too_large()
    if not length and not environ.get("wsgi.input_terminated"):
        return b""
    body = stream.read(int(length) if length else MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise _too_large()
    match environ.get("HTTP_CONTENT_ENCODING", "identity").strip().casefold():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "deflate":
            return _unpack(body)
    raise _Refused(page(415, "415 Unsupported Media Type", "<p>Only gzip and deflate are read.</p>"))


def _unpack(packed: bytes) -> bytes:
    opener = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        body = opener.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        body = b""
    if len(body) > MOST_BYTES:
        raise _too_large()
    if not opener.eof:
        raise _Refused(page(400, "400 Bad Request", "<p>The packed body is damaged.</p>"))
    return body
