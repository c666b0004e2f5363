"""XML-RPC clients that others wrote, and readings of the vendor's page in other languages.

A client is called with URL, user and password. Its standard input has a call a line: the method and, after
tabs, `s:TEXT` or `sl:A,B,C`. It writes the values of each answer, one a line, a row's cells between tabs, or
`fault NUMBER TEXT` or `status NUMBER`, and then a line with a dot.

`python -m tests.foreign.clients` names those that this machine cannot run; with `install` it first gets what
they need.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.foreign.digest_servers import SERVERS

HERE = Path(__file__).parent
ASKED = os.environ.get("FOREIGN", "") not in ("", "0")


@dataclass(frozen=True)
class Client:
    """`command` runs it, where {here} is this folder and {built} the folder for what `build` makes; `probe`
    ends with 0 where the machine has what it needs, which `packages` of Debian bring."""

    name: str
    command: tuple[str, ...]
    probe: tuple[str, ...]
    packages: tuple[str, ...] = ()
    build: tuple[str, ...] = ()

    def is_here(self) -> bool:
        """Whether this machine can run it."""
        if shutil.which(self.probe[0]) is None:
            return False
        return subprocess.run(self.probe, cwd=HERE, capture_output=True, timeout=60).returncode == 0

    def fill(self, words: tuple[str, ...], built: Path) -> list[str]:
        """The words of a command with the folders in their places."""
        return [word.format(here=HERE, built=built) for word in words]


def _script(name: str, program: str, file: str, probe: str, *packages: str) -> Client:
    return Client(name, (program, f"{{here}}/{file}"), (program, *probe.split("|")), packages)


_PYTHON = sys.executable
_NPM = "-e|require('xmlrpc')"

CLIENTS = (
    _script("python-xmlrpc-client", _PYTHON, "xmlrpc_client.py", "-V"),
    _script("python-elementtree", _PYTHON, "elementtree.py", "-V"),
    _script("python-urllib-minidom", _PYTHON, "minidom.py", "-V"),
    _script("python-chunked-gzip", _PYTHON, "chunked.py", "-V"),
    _script("python-socket", _PYTHON, "socket_client.py", "-V"),
    _script("node-npm-xmlrpc", "node", "xmlrpc_package.js", _NPM, "nodejs", "npm"),
    _script("node-http", "node", "plain.js", "-v", "nodejs"),
    _script("node-fetch", "node", "fetch.mjs", "-e|fetch", "nodejs"),
    _script("perl-rpc-xml", "perl", "rpc_xml.pl", "-MRPC::XML::Client|-e1", "librpc-xml-perl"),
    _script("perl-frontier", "perl", "frontier.pl", "-MFrontier::Client|-e1", "libfrontier-rpc-perl"),
    _script("perl-xmlrpc-lite", "perl", "xmlrpc_lite.pl", "-MXMLRPC::Lite|-e1", "libxmlrpc-lite-perl"),
    _script("perl-socket", "perl", "socket.pl", "-MIO::Socket::INET|-MMIME::Base64|-e1", "perl"),
    _script("ruby-xmlrpc-gem", "ruby", "xmlrpc_gem.rb", "-rxmlrpc/client|-e1", "ruby", "ruby-xmlrpc"),
    _script("ruby-net-http-rexml", "ruby", "net_http.rb", "-rnet/http|-rrexml/document|-e1", "ruby"),
    _script("php-streams", "php", "stream.php", "-v", "php-cli"),
    _script("lua-socket", "lua5.4", "luasocket.lua", "-e|require('socket.http')", "lua5.4", "lua-socket"),
    _script("tcl-socket", "tclsh", "socket.tcl", "/dev/null", "tcl"),
    Client(
        "curl-awk",
        ("sh", "{here}/curl.sh"),
        ("sh", "-c", "command -v curl && command -v awk && command -v sed"),
        ("curl", "mawk", "sed"),
    ),
    Client(
        "java-http-dom",
        ("java", "-cp", "{built}", "HttpDom"),
        ("javac", "-version"),
        ("default-jdk-headless",),
        ("javac", "-d", "{built}", "{here}/HttpDom.java"),
    ),
    Client(
        "java-urlconnection-stax",
        ("java", "-cp", "{built}", "UrlStax"),
        ("javac", "-version"),
        ("default-jdk-headless",),
        ("javac", "-d", "{built}", "{here}/UrlStax.java"),
    ),
    Client(
        "c-socket",
        ("{built}/scan",),
        ("cc", "--version"),
        ("gcc", "libc6-dev"),
        ("cc", "-o", "{built}/scan", "{here}/scan.c"),
    ),
    Client(
        "rust-std",
        ("{built}/scan",),
        ("rustc", "--version"),
        ("rustc",),
        ("rustc", "-o", "{built}/scan", "{here}/scan.rs"),
    ),
)


def install() -> None:
    """Get what is missing: the npm package beside this file, Debian's packages where we are root."""
    if shutil.which("npm") and not (HERE / "node_modules" / "xmlrpc").is_dir():
        _run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
    wanted = sorted({name for one in (*CLIENTS, *SERVERS) if not one.is_here() for name in one.packages})
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted])


def _run(words: list[str]) -> None:
    """A failure is seen afterwards, by what is still missing."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(words, cwd=HERE, env=environ, stdout=subprocess.DEVNULL, timeout=300, check=False)


def main() -> None:
    """Install if asked; name what is missing."""
    if "install" in sys.argv[1:]:
        install()
    programs = (*CLIENTS, *SERVERS)
    missing = [one for one in programs if not one.is_here()]
    if missing:
        print(
            f"Left out: {len(missing)} of {len(programs)} foreign programs, which this machine cannot run:"
            f" {', '.join(one.name for one in missing)}. make test FOREIGN=1 installs what they need.",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
