"""Registering many devices at a server that takes 100 ms for each call, against one stdlib `xmlrpc.client`
script per device (scaled from a sample). The goal is 300 times faster with default settings.

    python tests/benchmarks/bench_bulk.py [--devices 10000] [--delay 100] [--chunk N] [--connections N]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
GOAL = 300
PROVIDER = "Benchmark"
TEMPLATE = "http://prov.example.net/%DVID/%MACD.xml"

SERVER = """
import sys
from tui.server.sandbox import Sandbox
from tui.server.http.serve import serve
with Sandbox(None, switches=[f"delay={sys.argv[1]}ms"]) as sandbox:
    serve(sandbox, "127.0.0.1", 0, lambda url: print(url, flush=True))
"""
SCRIPT = """
import sys, xmlrpc.client
server, mac_id, url, provider = sys.argv[1:]
print(xmlrpc.client.ServerProxy(server).autoprov.registerDevice(mac_id, url, provider))
"""


@dataclass(frozen=True)
class Report:
    """Seconds for all devices, seconds of one script call, devices stored, and this process's peak memory
    in MiB."""

    devices: int
    stored: int
    seconds: float
    script_seconds: float
    peak_mib: float

    @property
    def ratio(self) -> float:
        """How many times faster than one script call per device."""
        return self.script_seconds * self.devices / self.seconds


@contextmanager
def serving(delay_ms: int) -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(delay_ms)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def time_script(url: str, sample: int) -> float:
    """Median seconds of one device registered by one run of a script, interpreter included."""
    server = url.replace("://", "://demo:demo@") + "/apxml/rpc.do"
    seconds: list[float] = []
    for number in range(sample):
        arguments = [server, f"589EC6{number:06X}-0000", TEMPLATE, PROVIDER]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", SCRIPT, *arguments], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def time_bulk(
    url: str, devices: int, chunk: int | None, connections: int | None, home: Path
) -> tuple[float, int]:
    """Seconds from the first look at the account to the last outcome, journal on disk, and how many are
    stored."""
    from tui.model.addresses import Identifier
    from tui.model.outcome import Result
    from tui.model.registration import Registration, Target
    from tui.model.secrets import Secret
    from tui.services.changes.registering import register
    from tui.services.session import Batching, open_session
    from tui.settings.accounts import Account
    from tui.settings.files.paths import gather_places

    target = Target(TEMPLATE, PROVIDER)
    wanted = [
        Registration(Identifier(f"7C2F80{number:06X}", f"{number * 7919 % 65536:04X}"), target)
        for number in range(devices)
    ]
    with open_session(Account("bench", url, "demo"), Secret("demo"), gather_places(home)) as session:
        default = session.batching
        session.batching = Batching(chunk or default.chunk, connections or default.connections)
        started = time.perf_counter()
        stored = sum(outcome.result is Result.STORED for outcome in register(session, wanted))
        return time.perf_counter() - started, stored


def compare(
    devices: int, sample: int, delay_ms: int, chunk: int | None = None, connections: int | None = None
) -> Report:
    """Both ways against one sandbox; without chunk or connections as the settings have it by default."""
    with serving(delay_ms) as url, TemporaryDirectory() as home:
        script = time_script(url, sample)
        seconds, stored = time_bulk(url, devices, chunk, connections, Path(home))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Report(devices, stored, seconds, script, peak)


def main(words: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (
        ("devices", 10_000),
        ("sample", 10),
        ("delay", 100),
        ("chunk", None),
        ("connections", None),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(words)
    report = compare(given.devices, given.sample, given.delay, given.chunk, given.connections)
    print(f"{'one script call per device':34}{report.script_seconds * report.devices:10.1f} s (scaled)")
    how = f"lists of {given.chunk or 'default'}, {given.connections or 'default'} connections"
    print(f"{how:34}{report.seconds:10.2f} s")
    print(f"{'stored':34}{report.stored:10} of {report.devices}")
    print(f"{'peak memory':34}{report.peak_mib:10.0f} MiB")
    print(f"{'times faster':34}{report.ratio:10.0f} (goal {GOAL})")
    return 0 if report.ratio >= GOAL and report.stored == report.devices else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
