"""What the vendor publishes about its phones: DX800 patch, families, timing, rival sources of the URL."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_DVID = "42/2"

# Vendor page, "DX800 enabling Redirect Server"; the code bytes are ASCII "444".
DX800_SETTINGS: tuple[tuple[str, str], ...] = (
    ("BS_IP_Data1.ucB_HAS_PROVISIONING_CODE", "1"),
    ("BS_IP_Data1.ucB_SHOW_PROVISIONING_CODE_IN_HS", "1"),
    ("BS_IP_Data1.ucB_AUTOPROVISIONING", "0"),
    ("BS_IP_Data1.ucI_AUTOPROVISIONING_STYLE", "0"),
    ("BS_IP_Data1.ucB_AUTO_UPDATE_PROFILE", "1"),
    ("BS_IP_Data3.ucI_ONESHOT_PROVISIONING_MODE_1", "1"),
    ("BS_IP_Data1.aucS_AUTOPROVISIONING_CODE", "0x34,0x34,0x34"),
)
DX800_READY_PATCHES: tuple[tuple[str, str], ...] = (
    ("Dutch variant", "DX800_Provisioning_Norm_patch.cfg"),
    ("German variant", "DX800_Provisioning_Norm_patch_de.cfg"),
)


def write_dx800_patch() -> str:
    """The seven settings that switch the redirect server on in a DX800, one `name=value` a line (vendor
    page).
    """
    return "".join(f"{name}={value}\n" for name, value in DX800_SETTINGS)


@dataclass(frozen=True, slots=True)
class Family:
    """A family of devices. `url_credentials` tells whether it takes a user and password out of the URL: True,
    or False where nobody claims it; `since` is the software needed. `credential_limit` is in characters for
    each of the two, `asks_after` and `configured_after` in seconds from boot. None where unknown.
    """

    name: str
    models: tuple[str, ...]
    url_credentials: bool
    since: str = ""
    credential_limit: int | None = None
    dvid: str | None = None
    asks_after: int | None = None
    configured_after: int | None = None


# Vendor page for Maxwell; the vendor's digest pages for the N series.
FAMILIES: tuple[Family, ...] = (
    Family("Maxwell", ("Maxwell Basic", "Maxwell 2", "Maxwell 3", "Maxwell 4"), True),
    Family("Maxwell 10", ("Maxwell 10",), False, asks_after=50, configured_after=120),
    Family("N610/N670/N870", ("N610", "N670", "N870", "N870E"), True, since="2.53"),
    Family("N510", ("N510 IP PRO",), False, credential_limit=50, dvid="42/2"),
    Family("N720", ("N720 DM PRO",), False),
    Family("DX800", ("DX800A",), False),
    Family("DE series", ("DE310", "DE410", "DE700", "DE900"), False),
)

RIVAL_SOURCES: tuple[str, ...] = (
    "SIP multicast in the local network, asked after boot and on by default",
    "DHCP option 114 (at most 74 characters; beats option 66)",
    "DHCP option 66 (on by default on the N510 and Maxwell, off on the N720)",
    "a configuration that the phone already holds: a changed record counts when it asks again, "
    "in practice after a factory reset",
)


def find_family(name: str) -> Family | None:
    """The family that `name` (a family or model, any case) belongs to, None if unknown."""
    folded = name.strip().casefold()
    for family in FAMILIES:
        if folded in (known.casefold() for known in (family.name, *family.models)):
            return family
    return None


def expect_contact(family: Family | None) -> str:
    """A sentence on when a phone may be expected to ask after it was started."""
    if family is not None and family.asks_after is not None and family.configured_after is not None:
        return (
            f"{family.name} asks about {family.asks_after} s after boot and has its new configuration "
            f"after about {family.configured_after // 60} min."
        )
    return "A Maxwell 10 asks about 50 s after boot and is configured after about 2 min; others are faster."
