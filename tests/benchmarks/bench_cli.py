"""One look-up from the command line against the same with `xmlrpc.client`, over http on loopback.

Run: python -m tests.benchmarks cli
"""

from __future__ import annotations

import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from typing import Any, cast

from tests.benchmarks.result import Result, compile_all, median, serve_sandbox

PEER = """
import os, sys, xmlrpc.client
url = os.environ["REDIRECTORY_SERVER"].replace("://", "://demo:demo@") + "/apxml/rpc.do"
with xmlrpc.client.ServerProxy(url) as server:
    print(server.autoprov.checkDevice(sys.argv[1]))
"""


def time_run(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Seconds from start to end of a process that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def find_mac(environ: Mapping[str, str]) -> str:
    """A device of the sandbox."""
    url = environ["REDIRECTORY_SERVER"].replace("://", "://demo:demo@") + "/apxml/rpc.do"
    with xmlrpc.client.ServerProxy(url) as server:
        return str(cast(Any, server.autoprov.listDevices())[0][0])


def compare(rounds: int) -> tuple[float, float, float]:
    """(ratio, our seconds, the script's seconds), medians over rounds in turn."""
    compile_all()
    with serve_sandbox(20) as environ:
        mac = find_mac(environ)
        ours = [sys.executable, "-m", "tui", "info", mac]
        peer = [sys.executable, "-c", PEER, mac]
        pairs = [(time_run(ours, environ), time_run(peer, environ)) for _ in range(rounds)]
    return (
        median([a / b for a, b in pairs]),
        median([a for a, _ in pairs]),
        median([b for _, b in pairs]),
    )


def measure(quick: bool = False) -> list[Result]:
    """The results."""
    ratio, ours, peer = compare(3 if quick else 15)
    return [
        Result(
            "look-up from the command line, http, loopback",
            f"{ours * 1000:.0f} ms",
            f"xmlrpc.client {peer * 1000:.0f} ms",
            ratio,
            1.3,
            unit="x",
        )
    ]
