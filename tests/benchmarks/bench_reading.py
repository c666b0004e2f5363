"""Reading a listDevices answer: our reader against `xmlrpc.client.loads`, time and peak memory, as ratios.

Run: python tests/benchmarks/bench_reading.py [ROWS]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from itertools import cycle

from tui.wire.xmlrpc.stream import RowReader
from tui.wire.xmlrpc.writer import encode_list_answer

CHUNK = 64 * 1024
READERS = ("xmlrpc.client", "strict", "fast")
_PROVIDERS = ("Daryna", "Nordwind Telecom", "Beispiel Systemhaus & Co", "Acme VoIP")
_URLS = (
    "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml",
    "https://prov.example.net/gigaset/%DVID/%MACD.xml?tenant=42",
    "https://user:secret@phones.example.org/%MACC",
)


def sample_rows(count: int) -> Iterator[tuple[str, str, str, str]]:
    """`count` realistic rows."""
    names, urls = cycle(_PROVIDERS), cycle(_URLS)
    for number in range(count):
        date = f"2015-{number % 12 + 1:02}-{number % 28 + 1:02} {number % 24:02}:{number % 60:02}"
        yield (f"7C2F80{number & 0xFFFFFF:06X}", next(names), next(urls), date)


def answer(count: int, typed: bool = False) -> bytes:
    """A listDevices answer of `count` rows."""
    return b"".join(encode_list_answer(sample_rows(count), typed=typed))


def read_peer(body: bytes) -> int:
    """Rows that xmlrpc.client reads."""
    return len(xmlrpc.client.loads(body)[0][0])  # type: ignore[arg-type]


def read_ours(body: bytes, fast: bool = True) -> int:
    """Rows that our reader reads, fed as the client feeds it."""
    reader = RowReader(fast=fast)
    rows = []
    for start in range(0, len(body), CHUNK):
        rows += reader.feed(body[start : start + CHUNK])
    rows += reader.close()
    return len(rows)


def reader_named(name: str) -> Callable[[bytes], int]:
    """One of READERS."""
    if name == "xmlrpc.client":
        return read_peer
    return lambda body: read_ours(body, fast=name == "fast")


def median_seconds(read: Callable[[bytes], int], body: bytes, rounds: int = 3) -> float:
    """Median time of reading `body`."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        read(body)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def streamed_peak(name: str, count: int) -> int:
    """Peak resident kB of this process after reading `count` rows that arrive in pieces."""
    pieces = encode_list_answer(sample_rows(count))
    if name == "xmlrpc.client":
        parser, target = xmlrpc.client.getparser()
        for piece in pieces:
            parser.feed(piece)
        parser.close()
        kept: object = target.close()
    else:
        reader = RowReader(fast=name == "fast")
        rows = []
        for piece in pieces:
            rows += reader.feed(piece)
        rows += reader.close()
        kept = rows
    assert kept
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def peak_in_subprocess(name: str, count: int) -> int:
    """`streamed_peak` in a process of its own."""
    command = [sys.executable, __file__, "--peak", name, str(count)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def table(count: int, rounds: int = 3) -> list[str]:
    """The lines of the result."""
    lines = [f"{count:,} rows", "reader             typed        ms  x faster  peak MiB   ratio"]
    peaks = {name: peak_in_subprocess(name, count) for name in READERS}
    for typed in (False, True):
        body = answer(count, typed)
        base = median_seconds(read_peer, body, rounds)
        for name in READERS:
            spent = base if name == "xmlrpc.client" else median_seconds(reader_named(name), body, rounds)
            peak, ratio = peaks[name] / 1024, peaks[name] / peaks["xmlrpc.client"]
            lines.append(
                f"{name:<16}{typed!s:>8}{spent * 1000:>10.1f}{base / spent:>10.2f}{peak:>10.1f}{ratio:>8.2f}"
            )
    return lines


def main(arguments: list[str]) -> None:
    """Prints the table, or one peak for `--peak READER ROWS`."""
    if arguments[:1] == ["--peak"]:
        print(streamed_peak(arguments[1], int(arguments[2])))
        return
    print("\n".join(table(int(arguments[0]) if arguments else 100_000)))


if __name__ == "__main__":
    main(sys.argv[1:])
