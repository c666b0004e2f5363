"""`d` and `e` on the list: what is done to several devices, after a confirmation that says what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tui.app.dialogs.questions.confirm import LINES_SHOWN, MAC_IDS, Answer, ConfirmDialog
from tui.app.widgets.device_lines import count_devices, fit, show_url, spell_count
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, URL, DeviceRow
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.app.context.page import Page
    from tui.app.dialogs.questions.retarget import NewTarget
    from tui.services.session import Session


async def deregister_devices(page: Page, rows: list[DeviceRow], outside: int) -> None:
    """Remove the chosen devices' records, after a confirmation that says how many may not come back."""
    from tui.app.flows.devices.removal import ask_mac_ids, tell_return
    from tui.services.changes.registering import deregister

    session = page.desk.session
    while rows:
        missing = await _find_missing(page, rows, session)
        answer = await _confirm(
            page,
            "Deregister",
            rows,
            "deregister",
            "A phone keeps what it has loaded but is no longer redirected.\n"
            + tell_return(len(rows), len(missing)),
            bool(missing),
            outside,
        )
        if answer is True:
            control = Control()
            identifiers = [Identifier(row[MAC]) for row in rows]
            expected = {row[MAC]: row for row in rows}
            await _change(
                page,
                "Deregistering",
                len(rows),
                partial(deregister, session, identifiers, control=control, expected=expected),
                control,
                session,
            )
        if answer != MAC_IDS:
            return
        await ask_mac_ids(page.shell, session, missing)


async def retarget_devices(page: Page, rows: list[DeviceRow], outside: int) -> None:
    """Change the URL and/or the provider of the chosen devices."""
    from tui.app.dialogs.questions.retarget import RetargetDialog
    from tui.app.flows.devices.removal import ask_for_missing, ask_mac_ids

    session = page.desk.session
    missing = await _find_missing(page, rows, session)
    give = ask_for_missing(page.shell, session)
    wanted = await page.ask(RetargetDialog(rows, {one.mac for one in missing}, give))
    while wanted is not None:
        missing = await _find_missing(page, rows, session)
        answer = await _retarget(page, rows, wanted, missing, session, outside)
        if answer != MAC_IDS:
            return
        await ask_mac_ids(page.shell, session, missing)


async def _find_missing(page: Page, rows: Sequence[DeviceRow], session: Session) -> list[Identifier]:
    """The devices whose MAC-ID is not in the vault."""
    from tui.services.changes.retargeting import missing_mac_ids

    identifiers = [Identifier(row[MAC]) for row in rows]
    return await page.value(lambda: missing_mac_ids(session, identifiers), "verb", "Looking into the vault")


async def _retarget(
    page: Page,
    rows: list[DeviceRow],
    wanted: NewTarget,
    missing: list[Identifier],
    session: Session,
    outside: int,
) -> Answer | None:
    """Ask, and retarget if the answer is yes; the answer."""
    from tui.app.flows.devices.removal import tell_return
    from tui.services.changes.retargeting import foresee, retarget

    forecast = foresee(
        rows,
        {one.mac for one in missing},
        url=wanted.url,
        provider=wanted.provider,
        bare=wanted.bare,
    )
    parts = []
    if wanted.provider is not None:
        parts.append(f"Provider becomes {make_inert(wanted.provider)}.")
    if wanted.url is not None:
        parts.append(f"URL becomes {show_url(wanted.url)}")
    if forecast.left_out:
        which = "1 is" if forecast.left_out == 1 else f"{spell_count(forecast.left_out)} are"
        parts.append(f"! {which} left out: no MAC-ID on this machine.")
    if forecast.already:
        which = "1 is" if forecast.already == 1 else f"{spell_count(forecast.already)} are"
        parts.append(f"{which} so already and left alone.")
    answer = await _confirm(
        page,
        "Retarget",
        forecast.rows,
        "retarget",
        "\n".join([*parts, tell_return(len(forecast.rows), forecast.nameless)]),
        bool(missing),
        outside,
    )
    if answer is True:
        control = Control()
        identifiers = [Identifier(row[MAC]) for row in forecast.rows]
        expected = {row[MAC]: row for row in forecast.rows}
        await _change(
            page,
            "Retargeting",
            len(forecast.rows),
            lambda: retarget(
                session,
                identifiers,
                url=wanted.url,
                provider=wanted.provider,
                control=control,
                expected=expected,
                bare=wanted.bare,
            ),
            control,
            session,
        )
    return answer


async def _confirm(
    page: Page, title: str, rows: Sequence[DeviceRow], verb: str, note: str, mac_ids: bool, outside: int
) -> Answer | None:
    count, width = len(rows), max(20, min(106, page.app.size.width - 6))
    lines = [
        fit(f"{make_inert(row[MAC])}  {fit(make_inert(row[PROVIDER]), 14)}  {show_url(row[URL])}", width)
        for row in rows[: LINES_SHOWN + 1]
    ]
    if count > LINES_SHOWN + 1:
        providers = len({row[PROVIDER] for row in rows})
        lines[LINES_SHOWN - 1 :] = [
            f"… and {spell_count(count - LINES_SHOWN + 1)} more, "
            f"of {spell_count(providers)} provider{'s' if providers > 1 else ''} in all"
        ]
    if outside:
        note = f"{spell_count(outside)} of the marked the search does not show. {note}"
    what = count_devices(count)
    return await page.ask(
        ConfirmDialog(f"{title} {what}", lines, verb=verb, count=count, note=note, mac_ids=mac_ids)
    )


async def _change(
    page: Page,
    title: str,
    count: int,
    factory: Callable[[], Iterator[Outcome]],
    control: Control,
    session: Session,
) -> None:
    what = count_devices(count)
    ticket = page.stream(
        factory,
        "change",
        f"{title} {what}",
        changes=True,
        job=count > 1,
        control=control,
        total=count,
        session=session,
    )
    await page.follow(ticket)
