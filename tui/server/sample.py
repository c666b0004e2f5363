"""Sample devices: several providers, hosts and families, over years; the same ones on every machine.

They come as in life: a provisioner registers the phones of one customer in one go, out of a carton or a few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tui.server.catalogue import derive_suffix

SECOND_ACCOUNT = "nordtel"

# (OUI, first device number, URL path, whether its URLs carry credentials now and then)
_FAMILIES = (
    (0x7C2F80, 0x300000, "/%DVID/xml/%MACD.xml", False),
    (0x589EC6, 0x100000, "/n610/%MACD.xml", False),
    (0x7C2F80, 0x900000, "/maxwell/%MACD.xml", True),
    (0x002104, 0x200000, "/n720/70/1/%MACD.xml", False),
    (0x589EC6, 0x800000, "/n870/config?mac=%MACC", False),
)
_PROVIDERS = (
    ("Daryna", "http://172.29.0.103/plainxml"),
    ("Nordlicht Telefon", "https://prov.nordlicht.example/gigaset"),
    ("Bürotelefon Köln", "https://telefon.koeln.example/p"),
    ("Müller & Söhne", "http://pbx.mueller-soehne.example"),
    ("Voxtra", "https://rps.voxtra.example/v2"),
    ("Hanse IP", "https://autoprov.hanse-ip.example:8443"),
    ("Alpenfunk", "http://prov.alpenfunk.example"),
    ("Centralino Rossi", "https://centralino-rossi.example/provisioning"),
    ("Téléphonie Léman", "https://leman.example/tel"),
    ("Kantoor Bellen", "https://kantoorbellen.example/gs"),
    ("Lichtblick Pflege", "http://10.20.0.5/prov"),
    ("Stadtwerke Ost", "https://voip.stadtwerke-ost.example"),
)
_BATCH = (5, 60)  # phones of one customer
_SALT = 18340404
_FIRST = int(datetime(2019, 3, 4, 7, 30, tzinfo=UTC).timestamp())
_LAST = int(datetime(2026, 11, 20, 16, 45, tzinfo=UTC).timestamp())


def _moment(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp())


def vendor_rows() -> Iterator[tuple[str, str | None, str, str, int, int]]:
    """The two records of the vendor page's list: MAC, suffix, provider, URL, registered, last request."""
    listed = _moment("2014-11-27 14:23")
    yield (
        "7C2F80820EC0",
        "55DF",
        "Daryna",
        "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml",
        listed,
        listed,
    )
    listed = _moment("2014-11-14 13:25")
    yield "7C2F80807872", None, "Daryna", "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml", listed, listed


def sample_devices(
    count: int, owner: int, second_owner: int, measure: Callable[[str], int]
) -> Iterator[tuple[object, ...]]:
    """`count` devices of `owner`, then a few of `second_owner`, as the store's `fill` takes them.

    `measure` gives the bytes that a text takes in an answer. The vendor page's two records come first.
    """
    for mac, label, provider, url, registered, requested in list(vendor_rows())[:count]:
        length = measure(provider) + measure(url)
        yield mac, label, 0, owner, provider, url, registered, requested, length
    rows = max(0, count - 2)
    place = left = 0
    foreign = min(25, count // 10 + 1) if count else 0
    step = base = began = 0
    last_asked: int | None
    for number in range(rows + foreign):
        if not left:
            place += 1
            mixed = (place * 2654435761 + _SALT) & 0xFFFFFFFF
            left = _BATCH[0] + ((mixed >> 5) % 256) ** 2 * (_BATCH[1] - _BATCH[0] + 1) // 65536
            family, target = mixed % 5, _choose_target(mixed)
            provider, url = target
            length = measure(provider) + measure(url)
            oui, base, _, _ = _FAMILIES[family]
            began = _FIRST + mixed * 7919 % (_LAST - _FIRST - 3600)
            step = 20 + (mixed >> 9) % 40
            unseen = (mixed >> 4) % 9
        left -= 1
        mac = f"{oui:06X}{(base + number) & 0xFFFFFF:06X}"
        registered = began + step * left
        mixed = (number * 2246822519 + 31) & 0xFFFFFFFF
        # Of some customers' phones few have ever asked: they lie in their cartons still.
        asked = (mixed >> 7) % 9
        last_asked = (
            registered + mixed % (_LAST + 1 - registered) if asked > (5 if not unseen else 0) else None
        )
        holder = owner if number < rows else second_owner
        yield mac, derive_suffix(mac), 0, holder, provider, url, registered, last_asked, length


def _choose_target(mixed: int) -> tuple[str, str]:
    """Provider and URL of one customer's phones."""
    _, _, path, credentials = _FAMILIES[mixed % 5]
    # Squaring makes the first providers large and the last ones small, as customers are.
    rank = ((mixed >> 8) & 0xFFF) ** 2 * len(_PROVIDERS) >> 24
    provider, base = _PROVIDERS[rank]
    if credentials and (mixed >> 20) % 3 == 0:
        base = base.replace("://", "://maxwell:gs-2026@", 1)
    return provider, base + path
