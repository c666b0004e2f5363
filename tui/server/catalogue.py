"""The factory's side: which device has which password.

A MAC password has 12 hex digits and its first four are the MAC-ID suffix (vendor page, four of four
pairs). Of devices that the vendor page does not name, the other eight are derived from the MAC, so that
they never change.
"""

from __future__ import annotations

from hashlib import blake2b

from tui.patterns import pattern

VENDOR_PASSWORDS = {
    "7C2F80820EC0": "55DF75196006",
    "7C2F80208295": "191001882432",
    "7C2F800DA979": "2EE3EECC82C4",
    "7C2F80820ECE": "FEB33F6876E5",
}

_SENT = pattern(r"([0-9A-Fa-f]{12})(?:-([0-9A-Fa-f]{4}))?")


def _digits(mac: str, purpose: bytes, count: int) -> str:
    return blake2b(mac.encode("ascii"), digest_size=count // 2, person=purpose).hexdigest().upper()


def derive_suffix(mac: str) -> str:
    """The four digits on the label of a device that nobody has named yet."""
    return VENDOR_PASSWORDS[mac][:4] if mac in VENDOR_PASSWORDS else _digits(mac, b"label", 4)


def derive_password(mac: str, suffix: str | None = None, rotation: int = 0) -> str:
    """The MAC password: 12 upper-case hex digits beginning with `suffix`; `rotation` counts its changes."""
    label = suffix or derive_suffix(mac)
    vendor = VENDOR_PASSWORDS.get(mac)
    if rotation == 0 and vendor is not None and vendor.startswith(label):
        return vendor
    return label + _digits(mac, b"secret%d" % (rotation % 10**9), 8)


def read_identifier(sent: str) -> tuple[str, str | None] | None:
    """MAC and suffix in upper case of `XXXXXXXXXXXX` or `XXXXXXXXXXXX-XXXX`; None for anything else."""
    match = _SENT.fullmatch(sent)
    if match is None:
        return None
    return match[1].upper(), match[2].upper() if match[2] else None
