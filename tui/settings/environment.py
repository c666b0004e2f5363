"""The environment variables that a person may set, and what each does."""

from __future__ import annotations

from typing import NamedTuple


class Variable(NamedTuple):
    """A variable; the value of a `secret` one is never shown."""

    name: str
    about: str
    secret: bool = False


VARIABLES = (
    Variable("REDIRECTORY_HOME", "folder that holds settings, journal, data and cache"),
    Variable("REDIRECTORY_ACCOUNT", "account to use"),
    Variable("REDIRECTORY_SERVER", "server to use, without a stored account"),
    Variable("REDIRECTORY_USER", "user name at that server"),
    Variable("REDIRECTORY_PASSWORD", "password of the account", secret=True),
    Variable("REDIRECTORY_SANDBOX_PASSWORD", "password that sandbox serve asks for", secret=True),
    Variable("REDIRECTORY_LOG", "file that every exchange with the server is noted in, without its values"),
    Variable("REDIRECTORY_LOG", "file to which every exchange with the server is logged, without values"),
    Variable("REDIRECTORY_FULL_REPAINT", "draw every frame whole, for a terminal that shows remains"),
    Variable("SSL_CERT_FILE", "certificates that are trusted beside those of the system"),
    Variable("SSL_CERT_DIR", "folder of certificates that are trusted beside those of the system"),
    Variable("HTTPS_PROXY", "proxy on the way to https servers"),
    Variable("HTTP_PROXY", "proxy on the way to http servers"),
    Variable("ALL_PROXY", "proxy where none of the two is named"),
    Variable("NO_PROXY", "names, addresses and networks that are reached without a proxy"),
    Variable("NO_COLOR", "no colours in the application"),
)
