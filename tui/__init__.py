"""Redirectory: register, look up and deregister VoIP phones at the Gigaset Redirect server."""

__version__ = "1.1.0"
