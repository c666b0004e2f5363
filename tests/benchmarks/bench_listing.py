"""A long device list over http: first row, total, CPU and peak memory of the client against `xmlrpc.client`.

Run: python -m tests.benchmarks listing
"""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.bench_reading import answer
from tests.benchmarks.result import ROOT, Result, compile_all, make_environ

PIECE = 16 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"


def serve(body: bytes, rate: float | None, count: int) -> tuple[socket.socket, threading.Thread]:
    """A server that answers `count` requests with `body`, at `rate` bytes a second if given."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        for _ in range(count):
            connection, _peer = listener.accept()
            with connection:
                received = b""
                while b"</methodCall>" not in received:
                    received += connection.recv(65536)
                connection.sendall(HEAD % len(body))
                started = time.perf_counter()
                for start in range(0, len(body), PIECE):
                    if rate is not None:
                        wait = start / rate - (time.perf_counter() - started)
                        threading.Event().wait(max(0.0, wait))
                    connection.sendall(body[start : start + PIECE])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return listener, thread


def fetch(client: str, url: str) -> dict[str, float]:
    """Seconds to the first row and to the last, CPU seconds and peak MiB of this process, rows read."""
    started, used = time.perf_counter(), time.process_time()
    first = 0.0
    count = 0
    kept: list[object] = []
    if client == "xmlrpc.client":
        import xmlrpc.client

        rows = xmlrpc.client.ServerProxy(url).autoprov.listDevices()
        first = time.perf_counter() - started
        kept.append(rows)
        count = len(rows)  # type: ignore[arg-type]
    else:
        from tui.model.secrets import Secret
        from tui.wire.client import RedirectClient

        with RedirectClient(url, "demo", Secret("demo")) as link:
            for batch in link.list_devices():
                first = first or time.perf_counter() - started
                count += len(batch)
                kept += batch
    return {
        "first": first,
        "total": time.perf_counter() - started,
        "cpu": time.process_time() - used,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": count,
    }


@contextmanager
def serving(rows: int, rate: float | None, count: int) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_listing", "serve", str(rows), str(rate or 0)]
    process = subprocess.Popen(
        [*command, str(count)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=make_environ("/nowhere")
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


def fetch_apart(client: str, url: str) -> dict[str, float]:
    """`fetch` in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_listing", "fetch", client, url]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=make_environ("/nowhere")
    )
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def compare(rows: int, rate: float | None) -> dict[str, dict[str, float]]:
    """What `fetch` says of both clients."""
    clients = ("ours", "xmlrpc.client")
    with serving(rows, rate, len(clients)) as url:
        return {client: fetch_apart(client, url) for client in clients}


def measure(quick: bool = False) -> list[Result]:
    """The results."""
    compile_all()
    rows = 50_000 if quick else 1_000_000
    loopback = compare(rows, None)
    paced = compare(2_000 if quick else 10_000, 1_250_000)
    results = []
    for where, found, goal in (("loopback", loopback, 100.0), ("10 Mbit/s", paced, 40.0)):
        ours, peer = found["ours"], found["xmlrpc.client"]
        results.append(
            Result(
                f"first of {ours['rows']:,.0f} rows, {where}",
                f"{ours['first'] * 1000:.1f} ms",
                f"xmlrpc.client {peer['first'] * 1000:,.0f} ms",
                peer["first"] / ours["first"],
                goal,
                least=True,
                unit="x",
            )
        )
    ours, peer = loopback["ours"], loopback["xmlrpc.client"]
    results.append(
        Result(
            f"all of {rows:,} rows, loopback",
            f"{ours['total']:.2f} s",
            f"xmlrpc.client {peer['total']:.2f} s",
        )
    )
    for what, name, goal, unit in (("client CPU", "cpu", 0.25, "s"), ("peak memory", "peak", 0.6, "MiB")):
        results.append(
            Result(
                f"{what} for {rows:,} rows",
                f"{ours[name]:.1f} {unit}",
                f"xmlrpc.client {peer[name]:.1f} {unit}",
                ours[name] / peer[name],
                goal,
                unit="x",
            )
        )
    return results


def main(words: list[str]) -> None:
    if words[0] == "serve":
        listener, thread = serve(answer(int(words[1])), float(words[2]) or None, int(words[3]))
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        thread.join()
    else:
        print(json.dumps(fetch(words[1], words[2])))


if __name__ == "__main__":
    main(sys.argv[1:])
