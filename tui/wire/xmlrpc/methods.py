"""The remote methods of the redirect server, one table for client and server (vendor page, both public
clients)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tui.classes import define

ENDPOINT_PATH = "/apxml/rpc.do"
PREFIX = "autoprov."
MISSPELT_PREFIX = "autoprovider."

REGISTER = PREFIX + "registerDevice"
REGISTER_LIST = PREFIX + "registerDeviceList"
DEREGISTER = PREFIX + "deregisterDevice"
DEREGISTER_LIST = PREFIX + "deregisterDeviceList"
LIST = PREFIX + "listDevices"
CHECK = PREFIX + "checkDevice"


@define(frozen=True, slots=True)
class Method:
    """One remote method: parameter names in order (`mac_ids` is an array of strings, all others are strings),
    whether it changes the server's records, and whether its last parameter may be absent or repeated."""

    name: str
    parameters: tuple[str, ...]
    changes: bool
    variadic: bool = False


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method(REGISTER, ("mac_id", "url", "provider"), changes=True),
            Method(REGISTER_LIST, ("mac_ids", "url", "provider"), changes=True),
            Method(DEREGISTER, ("mac_id",), changes=True),
            Method(DEREGISTER_LIST, ("mac_ids",), changes=True),
            Method(LIST, ("provider",), changes=False, variadic=True),
            Method(CHECK, ("mac_id",), changes=False),
        )
    }
)


def changes_records(name: str) -> bool:
    """Whether a call of this name may change records; a name that is not in the table is taken to."""
    method = METHODS.get(name)
    return method is None or method.changes


def parameter_name(name: str, index: int) -> str:
    """What to call the parameter at 0-based `index` in a message: `mac_id`, `url`, ..., or `parameter 3`."""
    method = METHODS.get(name)
    if method is not None and method.parameters:
        if index < len(method.parameters):
            return method.parameters[index]
        if method.variadic:
            return method.parameters[-1]
    return f"parameter {index + 1}"
