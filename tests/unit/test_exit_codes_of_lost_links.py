"""A link that was lost before the server said anything is no refusal of the server."""

from __future__ import annotations

import pytest

from tui.classes import replace
from tui.cli.terminal.diagnostics import ExitCode, judge
from tui.model.outcome import Operation, Outcome, Result

LOST = Outcome(Operation.REGISTER, Result.NOT_MADE, "7C2F80820EC0", code="cut_off")


@pytest.mark.parametrize("code", ["cut_off", "not_reached", "server_failed", "unreadable", "login_refused"])
@pytest.mark.parametrize("result", [Result.NOT_MADE, Result.NOT_SENT, Result.REFUSED])
def test_a_lost_link_is_exit_code_3(code: str, result: Result) -> None:
    assert judge([replace(LOST, code=code, result=result)]) is ExitCode.LINK


def test_an_outcome_that_is_not_known_outranks_it() -> None:
    assert judge([LOST, replace(LOST, result=Result.UNKNOWN)]) is ExitCode.UNKNOWN


def test_a_change_that_was_made_although_its_answer_was_cut_off_is_done() -> None:
    assert judge([replace(LOST, result=Result.STORED)]) is ExitCode.DONE
