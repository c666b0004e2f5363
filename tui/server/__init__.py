"""The sandbox: a stand-in for the Gigaset redirect server, its API, its habits and, on request, its
failures."""
