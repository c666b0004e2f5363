"""Calls to start from, one for each kind of file that the portal takes (the vendor page offers the same
seven)."""

from __future__ import annotations

from collections.abc import Sequence

from tui.errors import UsageError
from tui.wire.xmlrpc import methods

_URL = "https://provisioning.example.net/%DVID/xml/%MACD.xml"
_PROVIDER = "Example Telecom"
_ONE = "7C2F80820EC0-55DF"
_SEVERAL = ("7C2F80820EC0-55DF", "7C2F80208295-1910")

_CALLS: dict[str, tuple[str, tuple[str | Sequence[str], ...]]] = {
    "register": (methods.REGISTER, (_ONE, _URL, _PROVIDER)),
    "register-list": (methods.REGISTER_LIST, (_SEVERAL, _URL, _PROVIDER)),
    "deregister": (methods.DEREGISTER, (_ONE,)),
    "deregister-list": (methods.DEREGISTER_LIST, (_SEVERAL,)),
    "list": (methods.LIST, ()),
    "list-provider": (methods.LIST, (_PROVIDER,)),
    "check": (methods.CHECK, (_ONE,)),
}
TEMPLATES: tuple[str, ...] = tuple(_CALLS)


def template(name: str) -> str:
    """The XML-RPC call of that name, ready to be edited. Raises UsageError for a name that is not in
    TEMPLATES."""
    if name not in _CALLS:
        raise UsageError("There is no such template.", repr(name), f"Choose one of {', '.join(TEMPLATES)}.")
    method, params = _CALLS[name]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<methodCall>", f"  <methodName>{method}</methodName>"]
    lines.append("  <params>" if params else "  <params/>")
    for param in params:
        lines.append("    <param>")
        if isinstance(param, str):
            lines.append(f"      <value><string>{param}</string></value>")
        else:
            lines += ["      <value>", "        <array>", "          <data>"]
            lines += [f"            <value><string>{one}</string></value>" for one in param]
            lines += ["          </data>", "        </array>", "      </value>"]
        lines.append("    </param>")
    if params:
        lines.append("  </params>")
    return "\n".join([*lines, "</methodCall>", ""])
