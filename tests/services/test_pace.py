"""How many calls run at the same time, told by a clock of the test's own."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from tui.services.changes.engine.pace import Pace


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Server:
    """Answers in turns; `rests` counts how often idle connections were given back."""

    def __init__(self, most: int = 8, limit: float = 60.0) -> None:
        self.clock = Clock()
        self.rests = 0
        self.pace = Pace(most, limit, self._rest, self.clock)

    def _rest(self) -> None:
        self.rests += 1

    def serve(self, seconds: float, calls: int, *, answered: bool = True) -> None:
        """So many calls at the same time, all answered after `seconds`."""
        with ExitStack() as running:
            for _ in range(calls):
                running.enter_context(self.pace.turn(50)).answered = answered
            self.clock.now += seconds


def test_it_starts_with_one_call_and_doubles_while_twice_as_much_gets_done() -> None:
    server = Server()
    widths = []
    for _ in range(5):
        widths.append(server.pace.width)
        server.serve(0.1, server.pace.width)
    assert widths == [1, 2, 4, 8, 8]
    assert server.rests == 0


def test_it_never_goes_beyond_what_was_set() -> None:
    server = Server(most=6)
    for _ in range(8):
        server.serve(0.1, server.pace.width)
    assert server.pace.width == 6


def test_where_more_calls_take_as_much_longer_it_goes_back_and_tries_again_ever_later() -> None:
    server = Server()
    widths = []
    for _ in range(60):
        widths.append(server.pace.width)
        server.serve(0.1 * server.pace.width, server.pace.width)
    assert set(widths) == {1, 2}
    assert widths.count(2) <= 3
    assert server.rests >= 1


def test_a_call_that_waits_while_others_are_answered_gets_the_connections_that_are_idle() -> None:
    server = Server()
    server.serve(0.1, 1)
    assert server.pace.width == 2
    with server.pace.turn(50):
        for _ in range(2):
            with server.pace.turn(50):
                server.clock.now += 0.1
        assert server.rests == 1
        assert server.pace.width == 1
        begun = threading.Event()
        late = threading.Thread(target=lambda: begin(server.pace, begun))
        late.start()
        assert not begun.wait(0.05)
    assert begun.wait(10)
    late.join()


def begin(pace: Pace, begun: threading.Event) -> None:
    with pace.turn(50):
        begun.set()


def test_a_call_that_is_not_answered_halves_the_width_once_for_all_that_ran_with_it() -> None:
    server = Server()
    for _ in range(4):
        server.serve(0.1, server.pace.width)
    assert server.pace.width == 8
    server.serve(0.1, 8, answered=False)
    assert server.pace.width == 4


def test_it_does_not_widen_where_the_last_of_a_queue_would_run_out_of_time() -> None:
    server = Server(limit=60.0)
    for _ in range(5):
        server.serve(20.0, server.pace.width)
    assert server.pace.width == 1


def test_when_no_call_follows_an_idle_connection_does_not_stand_in_the_way_of_those_in_flight() -> None:
    server = Server()
    server.serve(0.1, 1)
    with server.pace.turn(50):
        with server.pace.turn(50):
            server.pace.slacken()
            assert server.rests == 1
        assert server.rests == 2
