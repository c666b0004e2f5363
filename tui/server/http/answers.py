"""An answer on its way out, and everything the switches can do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from tui.classes import define, field, replace
from tui.server.switching.conditions import Conditions

XML = "text/xml;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
GRAPE = "https://api.grape.gigaset.net/api/v1/"
_PIECE = 64


class ConnectionCut(Exception):
    """The connection ends here, without another byte."""


class AnswerTooLate(Exception):
    """The client in this process has waited as long as it wanted to."""


@define(frozen=True, slots=True)
class Answer:
    """Status, body in pieces, its length if known, content type, more headers, and what to do at the end."""

    status: int
    body: Iterator[bytes]
    length: int | None
    content_type: str = XML
    headers: tuple[tuple[str, str], ...] = ()
    close: Callable[[], None] = field(default=lambda: None)

    @property
    def status_line(self) -> str:
        """Number and phrase."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return f"{self.status} Unnamed"


def whole(
    body: bytes, status: int = 200, content_type: str = XML, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """An answer that is all there."""
    return Answer(status, iter((body,)), len(body), content_type, headers)


def page(status: int, title: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer for people, in HTML."""
    head = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n"
    body = f"{head}<body><h1>{title}</h1>\n{text}\n</body></html>\n"
    return whole(body.encode("utf-8"), status, HTML, headers)


def login_page() -> Answer:
    """The portal's way to say that nobody is signed in."""
    return page(
        200,
        "Login",
        '<form method="post" action="/Editor/"><p>Please enter your user name <input name="user"></p>'
        '<p>Please enter your password <input name="password" type="password"></p></form>',
    )


def _status_page(status: int) -> Answer:
    headers: tuple[tuple[str, str], ...] = ()
    if 300 <= status < 400:
        headers = (("Location", GRAPE),)
    title = Answer(status, iter(()), 0).status_line
    return page(status, title, "<p>The sandbox was told to answer so.</p>", headers)


def replaced_by_switch(conditions: Conditions) -> Answer | None:
    """The page that stands in for the answer, if a switch wants one."""
    if conditions["status"] != "200":
        return _status_page(int(conditions["status"]))
    if conditions["page"] == "login":
        return login_page()
    return None


def _join(answer: Answer) -> bytes:
    return b"".join(answer.body)


def _endless(first: bytes) -> Iterator[bytes]:
    yield first
    row = b"<value><array><data><value>7C2F80FFFFFF</value><value>x</value><value>http://x/</value><value></value>"
    block = (row + b"</data></array></value>") * 500
    while True:
        yield block


_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><methodResponse><params><param><value>&j;</value></param></params></methodResponse>"
)


def _spoil_body(answer: Answer, kind: str) -> Answer:
    if kind == "truncated":
        body = _join(answer)
        return whole(body[: len(body) * 2 // 3], answer.status, answer.content_type, answer.headers)
    if kind == "empty":
        return whole(b"", answer.status, answer.content_type, answer.headers)
    if kind == "binary":
        return whole(bytes(range(256)) * 4, answer.status, answer.content_type, answer.headers)
    if kind == "bomb":
        return whole(_BOMB, answer.status, answer.content_type, answer.headers)
    head = b'<?xml version="1.0" encoding="UTF-8"?><methodResponse><params><param><value><array><data>'
    return replace(answer, body=_endless(head), length=None)


def _recode(answer: Answer) -> Answer:
    text = _join(answer).decode("utf-8").replace('encoding="UTF-8"', 'encoding="ISO-8859-1"', 1)
    body = text.encode("iso-8859-1", "xmlcharrefreplace")
    return whole(body, answer.status, "text/xml;charset=ISO-8859-1", answer.headers)


def _drip(body: Iterator[bytes], seconds: float, pause: Callable[[float], None]) -> Iterator[bytes]:
    for block in body:
        for start in range(0, len(block), _PIECE):
            pause(seconds)
            yield block[start : start + _PIECE]


def _cut_in_the_middle(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionCut


def spoil(answer: Answer, conditions: Conditions, pause: Callable[[float], None]) -> Answer:
    """The answer after the switches for charset, body, length, speed and a cut in the middle."""
    if conditions["names"] == "latin-1" and answer.content_type == XML:
        answer = _closing(_recode(answer), answer)
    if conditions["body"] != "whole":
        answer = _closing(_spoil_body(answer, conditions["body"]), answer)
    if conditions["cut"] == "middle":
        body = _join(answer)
        answer = replace(answer, body=_cut_in_the_middle(body), length=len(body))
    if conditions["length"] == "missing":
        answer = replace(answer, length=None)
    elif answer.length is not None and conditions["length"] != "right":
        answer = replace(
            answer, length=answer.length + 40 if conditions["length"] == "long" else answer.length // 2
        )
    seconds = conditions.seconds("drip")
    if seconds:
        answer = replace(answer, body=_drip(answer.body, seconds, pause))
    return answer


def _closing(answer: Answer, original: Answer) -> Answer:
    return replace(answer, close=original.close)
