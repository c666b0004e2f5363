"""Our classes of named fields behave as those of `dataclasses` do, which type checkers take them for."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from tui import classes
from tui.classes import define, fields, replace

OURS = SimpleNamespace(define=classes.define, field=classes.field, replace=classes.replace)
THEIRS = SimpleNamespace(define=dataclasses.dataclass, field=dataclasses.field, replace=dataclasses.replace)
OPTIONS = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"eq": False},
    {"eq": False, "slots": True},
]


def make_class(maker: Any, options: dict[str, bool]) -> Any:
    class Phone:
        kind: ClassVar[str] = "phone"
        mac: str
        suffix: str | None = None
        notes: list[str] = maker.field(default_factory=list)
        password: str = maker.field(default="", repr=False)

        def name(self) -> str:
            return self.mac

    return maker.define(**options)(Phone)


def tell(act: Callable[[], object]) -> object:
    """What comes of it: the value, or the kind of error."""
    try:
        return act()
    except Exception as error:
        return next(kind for kind in (TypeError, AttributeError, Exception) if isinstance(error, kind))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_objects_are_as_those_of_dataclasses(
    options: dict[str, bool],
) -> None:
    def try_all(maker: Any) -> list[object]:
        phone = make_class(maker, options)
        one, same, other = phone("A", notes=["x"]), phone("A", None, ["x"]), phone("B")
        return [
            repr(one).rpartition(".")[2],
            (one.mac, one.suffix, one.notes, one.password, one.kind, one.name()),
            (one == same, one == other, one == "A", one != same),
            tell(lambda: hash(one) == hash(one)),
            tell(lambda: hash(phone("A", notes=())) == hash(phone("A", notes=()))),
            repr(maker.replace(one, mac="C", password="secret")).rpartition(".")[2],
            maker.replace(one, password="secret").password,
            tell(lambda: maker.replace(one, colour="red")),
            tell(lambda: phone()),
            tell(lambda: phone("A", colour="red")),
            tell(lambda: setattr(other, "mac", "C")) or other.mac,
            bool(tell(lambda: setattr(other, "colour", "red"))),
            tell(lambda: delattr(other, "mac")),
            (phone("A").notes is phone("A").notes, repr(copy.copy(one)) == repr(one)),
            hasattr(one, "__dict__"),
            phone.__match_args__,
            (phone.__name__, phone.__module__),
        ]

    assert try_all(OURS) == try_all(THEIRS)


def test_a_class_has_the_fields_of_its_base_first() -> None:
    @define(frozen=True)
    class Base:
        mac: str
        note: str = ""

    @define(frozen=True)
    class Derived(Base):
        url: str = "u"
        note: str = "n"

    assert [field.name for field in fields(Derived)] == ["mac", "note", "url"]
    assert repr(Derived("M")).endswith("Derived(mac='M', note='n', url='u')")
    assert Base("M") != Derived("M")
    assert replace(Derived("M"), url="v").url == "v"


def test_a_method_of_the_class_is_not_replaced() -> None:
    @define(slots=True)
    class Named:
        name: str

        def __repr__(self) -> str:
            return "its own"

        def __eq__(self, other: object) -> bool:
            return True

    assert repr(Named("a")) == "its own"
    assert Named("a") == Named("b")


def test_a_default_that_all_objects_would_share_is_refused() -> None:
    class Shared:
        found: list[str] = []

    with pytest.raises(ValueError, match=r"Shared\.found"):
        define(Shared)
