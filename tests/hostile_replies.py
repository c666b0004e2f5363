# ruff: noqa: E501 - the tables of replies read better with one kind a line
"""Replies that a hostile or merely broken server may give, made by combination, and a server that gives them."""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Reply = bytes | Callable[[socket.socket, threading.Event], object]

GOOD_ROW = ("7C2F80820EC0", "Daryna", "http://p.example/%MACD.xml", "2015-11-17 04:01")
NASTY = {
    "escape": "\x1b[31m\x1b]0;owned\x07", "c1": "\x9b2J\x9d0;x\x9c", "bidi": "\u202e\u2066evil\u2069",
    "zero width": "\u200b\ufeff\u00ad", "controls": "".join(map(chr, range(1, 32))), "delete": "\x7f\x7f",
    "newlines": "a\r\nb\nc\u2028d\u2029e", "markup": "[red]x[/red] [/] [@click=app.quit]y[/]",
    "formula": "=cmd|' /C calc'!A0", "tags": "\U000e0041\U000e007f", "wide": "漢字👩\u200d👩" * 40, "megabyte": "a" * 1_000_000,
    "megabyte of colons": "a:/" * 300_000, "credentials": "http://me:ge/heim@h/?token=geheim", "empty": "", "blank": " \t ",
    "percent": "%s%n%d{0}{x}", "mask": "········", "noncharacters": "\ufffe\uffff\ufdd0",
}  # fmt: skip
STATUSES = (
    "HTTP/1.1 000 x", "HTTP/1.1 199 x", "HTTP/1.1 204 No Content", "HTTP/1.1 206 Partial", "HTTP/1.1 226 x", "HTTP/1.1 299 x",
    "HTTP/1.1 300 x", "HTTP/1.1 304 x", "HTTP/1.1 400 x", "HTTP/1.1 401 x", "HTTP/1.1 402 x", "HTTP/1.1 403 x", "HTTP/1.1 404 x",
    "HTTP/1.1 407 x", "HTTP/1.1 408 x", "HTTP/1.1 410 x", "HTTP/1.1 413 x", "HTTP/1.1 418 \x1b[31m", "HTTP/1.1 429 x",
    "HTTP/1.1 451 x", "HTTP/1.1 499 x", "HTTP/1.1 500 x", "HTTP/1.1 502 x", "HTTP/1.1 503 x", "HTTP/1.1 599 x", "HTTP/1.1 600 x",
    "HTTP/1.1 999 x", "HTTP/1.1 2000 x", "HTTP/1.1 -200 x", "HTTP/1.1 2e2 x", "HTTP/1.1 ２００ x", "HTTP/1.1 200", "HTTP/1.1  200  OK",
    "HTTP/1.0 200 OK", "HTTP/2 200 OK", "HTTP/9.9 200 OK", "HTTP/1.1", "http/1.1 200 ok", "ICY 200 OK", "200 OK", "SSH-2.0-x",
)  # fmt: skip
HEADERS = (
    "Content-Length: -1", "Content-Length: 1, 2", "Content-Length: +5", "Content-Length: 0x10", "Content-Length: 9" + "9" * 4000,
    "Content-Length: 5", "Content-Length: 99999999", "Content-Length: 0", "Content-Length:", "Content-Length: 10\r\nContent-Length: 20",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: \x1b", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br", "Content-Encoding: gzip, gzip", "Content-Encoding: \x1b[31m",
    "Content-Type: \x1b[31mtext/xml", "Content-Type: text/html", "Content-Type: " + "a" * 60_000, "Content-Type: text/xml; charset=zlib",
    "Content-Type: text/xml; charset=utf-16", "Content-Type: text/xml; charset=utf-7", "Content-Type: text/xml; charset=\x7f",
    "Content-Type: x; " + "charset" * 8000, "X: " + "y" * 200_000, "\r\n".join(f"X-{n}: y" for n in range(500)), "NoColon", " folded: x",
    ": no name", "X: \x00", "X\x1b: y", "X: é漢", "Connection: keep-alive, close, \x1b", "Keep-Alive: timeout=-1", "Set-Cookie: a=b; Domain=.",
    "Location: http://[::1", "WWW-Authenticate: " + "a" * 60_000, "WWW-Authenticate: Digest " + 'a="\\' * 15_000,
)  # fmt: skip


def head(status: str = "HTTP/1.1 200 OK", *headers: str) -> bytes:
    return "\r\n".join((status, *headers, "", "")).encode("utf-8", "surrogatepass")


def whole(body: bytes, *headers: str) -> bytes:
    return head("HTTP/1.1 200 OK", "Content-Type: text/xml", *headers, f"Content-Length: {len(body)}") + body


def document(value: str) -> bytes:
    text = f"<methodResponse><params><param>{value}</param></params></methodResponse>"
    return text.encode("utf-8", "surrogatepass")


def array(*items: str) -> str:
    return f"<value><array><data>{''.join(items)}</data></array></value>"


def texts(*fields: str) -> list[str]:
    return [f"<value>{escape(field)}</value>" for field in fields]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def checked(fields: tuple[str, ...]) -> bytes:
    """The same device for a check, a list and a change: a true boolean, then the fields."""
    return document(array("<value><boolean>1</boolean></value>", *texts(*fields)))


TRUE, FALSE = "<value><boolean>1</boolean></value>", "<value><boolean>0</boolean></value>"


def bodies() -> Iterator[tuple[str, bytes]]:
    """XML, or what stands in its place."""
    for name, nasty in NASTY.items():
        for place in range(4):
            row = list(GOOD_ROW)
            row[place] = nasty
            mac, provider, url, date = row
            yield f"{name} in field {place} of a record", checked((mac, provider, date, url))
            yield f"{name} in field {place} of a row", document(array(array(*texts(*row))))
        yield f"{name} as a refusal", document(array(FALSE, *texts(f"{nasty}:7C2F80820EC0")))
        yield f"{name} as an echo", document(array(FALSE, *texts(f"mac_invalid:{nasty}")))
        yield f"{name} as a password", document(array(TRUE, *texts(f"OK:{nasty}")))
        fault = f"<value><struct><member><name>faultString</name>{texts(nasty)[0]}</member></struct></value>"
        yield f"{name} as a fault", f"<methodResponse><fault>{fault}</fault></methodResponse>".encode()
    deep, wide = 5000, 60_000
    for name, text in {
        "nothing": "", "blanks": " " * 100_000, "a web page": "<!DOCTYPE html><html>x</html>", "json": '{"a": 1}',
        "an entity bomb": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>',
        "an external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "deep elements": "<a>" * 100_000, "an endless comment": "<methodResponse><!--" + "-" * 2_000_000,
        "an endless attribute": "<methodResponse a='" + "b" * 2_000_000, "an endless instruction": "<?" + "x" * 2_000_000,
    }.items():  # fmt: skip
        yield name, text.encode()
    for name, value in {
        "deep arrays": "<value><array><data>" * deep + "</data></array></value>" * deep,
        "many values": array("<value/>" * wide), "an empty array": array(), "no value": "", "nil": "<value><nil/></value>",
        "a struct": "<value><struct/></value>", "a number": "<value><i4>7</i4></value>", "a text": "<value>OK</value>",
        "a huge number": array(TRUE, f"<value><i8>{'9' * 5000}</i8></value>"), "true alone": array(TRUE), "false alone": array(FALSE),
        "true and a refusal": array(TRUE, *texts("mac_invalid:x")), "false and success": array(FALSE, *texts("OK:55DF12345678")),
        "base64 outside ascii": array(TRUE, "<value><base64>é</base64></value>"), "base64": array(TRUE, "<value><base64>QUJD</base64></value>"),
        "another device": array(TRUE, *texts("001122334455", "P", "2015-11-17", "http://h/")), "a short row": array(array(*texts("a"))),
        "a long row": array(array(*texts(*GOOD_ROW, *"xyz"))), "rows after a refusal": array(FALSE, array(*texts(*GOOD_ROW))),
        "a row and a text": array(array(*texts(*GOOD_ROW)), *texts("x")), "many rows": array(array(*texts(*GOOD_ROW)) * 5000),
        "many lines": array(TRUE, *texts(*["OK:55DF12345678"] * 5000)),
    }.items():  # fmt: skip
        yield name, document(value)


def drip(begin: bytes, piece: bytes) -> Reply:
    """`begin` at once, then `piece` over and over until nobody listens."""

    def serve(connection: socket.socket, gone: threading.Event) -> None:
        connection.sendall(begin)
        while not gone.wait(0.02):
            connection.sendall(piece)

    return serve


def flood(begin: bytes, piece: bytes) -> Reply:
    def serve(connection: socket.socket, gone: threading.Event) -> None:
        connection.sendall(begin)
        while not gone.is_set():
            connection.sendall(piece)

    return serve


def transports() -> Iterator[tuple[str, Reply]]:
    """What can go wrong around a body, or without one."""
    good = whole(checked(("7C2F80820EC0", "P", "2015-11-17", "http://h/")))
    for end in (0, 1, 9, 17, 40, len(good) // 2, len(good) - 1):
        yield f"an end after {end} bytes", good[:end]
    chunked = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
    for piece in (
        b"zz\r\n",
        b"-5\r\nabcde\r\n",
        b"f" * 30 + b"\r\n",
        b"5\r\nabc",
        b'5;x="\r\nabcde\r\n0\r\n\r\n',
        b"0" * 70_000,
        b"\r\n",
        b"5\nabcde",
    ):
        yield f"chunks {piece[:12]!r}", chunked + piece
    packed = gzip.compress(good)
    encoded = "Content-Encoding: gzip"
    for name, data in {
        "cut gzip": packed[:-6], "damaged gzip": packed[:20] + b"\0\0\0" + packed[23:], "gzip that is none": b"abc", "empty gzip": b"",
        "zlib for gzip": zlib.compress(good), "a bomb": gzip.compress(b" " * 80_000_000, 1), "two members": packed * 2, "gzip and rest": packed + b"x",
    }.items():  # fmt: skip
        yield name, whole(data, encoded)
    chance = random.Random(7)
    for number in range(12):
        yield f"noise {number}", chance.randbytes(chance.choice((1, 50, 3000)))
        yield f"noise {number} as a body", whole(chance.randbytes(300))
    yield "silence", lambda _connection, gone: gone.wait(10)
    yield "a dripping status", drip(b"HTTP/1.1 2", b"0")
    yield "dripping headers", drip(head().rstrip(b"\r\n") + b"\r\n", b"X: y\r\n")
    yield "dripping interim answers", drip(b"", b"HTTP/1.1 102 x\r\n\r\n")
    yield "a dripping body", drip(head(), b" ")
    yield "a flood of interim answers", flood(b"", b"HTTP/1.1 100 x\r\n\r\n" * 500)
    yield "a flood of headers", flood(head().rstrip(b"\r\n") + b"\r\n", b"X: y\r\n" * 5000)
    yield "a flood of blanks", flood(head(), b" " * 65536)
    row = array(*texts(*GOOD_ROW)).encode()
    yield (
        "a list without end",
        flood(head() + b"<methodResponse><params><param><value><array><data>", row * 500),
    )


def all_replies() -> dict[str, Reply]:
    """Every reply by its name."""
    found: dict[str, Reply] = {name: whole(body) for name, body in bodies()}
    good = checked(("7C2F80820EC0", "P", "2015-11-17", "http://h/"))
    found.update(
        (f"status {status[:24]!a}", head(status, f"Content-Length: {len(good)}") + good)
        for status in STATUSES
    )
    found.update((f"header {line[:40]!a}", head("HTTP/1.1 200 OK", line) + good) for line in HEADERS)
    for code in (301, 302, 303, 307, 308):
        for place in (
            "",
            "http://elsewhere.example/\x1b[31m",
            "//user:pw@h/",
            "javascript:x",
            "http://[",
            "/" * 60_000,
        ):
            found[f"{code} to {place[:20]!a}"] = head(
                f"HTTP/1.1 {code} x", f"Location: {place}", "Content-Length: 0"
            )
    found.update(transports())
    return found


class HostileServer:
    """Gives every connection the reply that is set, and ends it."""

    def __init__(self) -> None:
        self.reply: Reply = b""
        self.answered = 0
        self.gone = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def set(self, reply: Reply) -> None:
        """The reply to give from now on; who is still at an earlier one stops."""
        self.gone.set()
        self.reply, self.gone = reply, threading.Event()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection, self.reply, self.gone), daemon=True
            ).start()

    def _serve(self, connection: socket.socket, reply: Reply, gone: threading.Event) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            request = b""
            while not request.endswith(b"</methodCall>"):
                request += connection.recv(65536) or b"</methodCall>"
            self.answered += 1
            if isinstance(reply, bytes):
                connection.sendall(reply)
            else:
                reply(connection, gone)

    def close(self) -> None:
        self.gone.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    server = HostileServer()
    thread = threading.Thread(target=server.accept)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
