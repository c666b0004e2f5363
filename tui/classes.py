"""Classes of named fields, declared as with `dataclasses`, behaving alike, made in a tenth of the time.

To load `dataclasses`, and to have it make the thirty-odd classes that a look-up needs, takes as long as all
the rest of the command. Here no method is compiled before it is called for the first time. Type checkers are
told that these are the functions of `dataclasses`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass as define
    from dataclasses import field, fields, replace
else:
    _NONE = object()

    class Field:
        """A field: its name, its default or what makes it, whether `repr` shows it, and notes."""

        __slots__ = ("default", "default_factory", "metadata", "name", "repr")

        def __init__(self, default, default_factory=_NONE, repr=True, metadata=None):  # noqa: A002
            self.default = default
            self.default_factory = default_factory
            self.repr = repr
            self.metadata = metadata or {}
            self.name = ""

    def field(*, default=_NONE, default_factory=_NONE, repr=True, metadata=None):  # noqa: A002
        """A field whose default is made anew for each object, that `repr` leaves out, or that has notes."""
        return Field(default, default_factory, repr, metadata)

    def fields(kind):
        """The fields of an object or of its class, in order."""
        return kind.__fields__

    def replace(old, /, **changes):
        """A copy with some fields changed. Raises TypeError for a name that is no field."""
        for entry in old.__fields__:
            if entry.name not in changes:
                changes[entry.name] = getattr(old, entry.name)
        return old.__class__(**changes)

    def define(kind=None, /, *, frozen=False, slots=False, eq=True):
        """Give a class its methods. Objects of a frozen one refuse to be changed and have a hash."""
        if kind is None:
            return lambda kind: _make(kind, frozen, slots, eq)
        return _make(kind, frozen, slots, eq)

    def _make(kind, frozen, slots, eq):
        old = {name: entry for base in reversed(kind.__mro__) for name, entry in _list_fields(base)}
        new = {
            name: _read_field(kind, name)
            for name, note in kind.__annotations__.items()
            if not note.startswith("ClassVar")
        }
        entries = tuple((old | new).values())
        names = ", ".join(f"self.{entry.name}" for entry in entries)
        names += "," if len(entries) == 1 else ""
        methods = {"__repr__": _repr, "__init__": _later("__init__", *_write_init(entries, frozen))}
        if eq:
            others = names.replace("self.", "other.")
            same = f"({names}) == ({others}) if other.__class__ is self.__class__ else NotImplemented"
            methods["__eq__"] = _later("__eq__", f"def __eq__(self, other):\n return {same}", {})
            own = kind.__dict__.get("__hash__")
            methods["__hash__"] = own or (
                _later("__hash__", f"def __hash__(self):\n return hash(({names}))", {}) if frozen else None
            )
        if frozen:
            methods |= {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}
        body = {
            name: value for name, value in kind.__dict__.items() if name not in ("__dict__", "__weakref__")
        }
        for name, entry in new.items():
            body.pop(name, None)
            if not slots and entry.default is not _NONE:
                body[name] = entry.default
        if slots:
            body["__slots__"] = tuple(name for name in new if name not in old)
        # A hash of None is what Python itself leaves in a class that compares.
        body = methods | {name: value for name, value in body.items() if name != "__hash__"}
        body |= {"__fields__": entries, "__match_args__": tuple(entry.name for entry in entries)}
        return type(kind)(kind.__name__, kind.__bases__, body)

    def _list_fields(kind):
        return [(entry.name, entry) for entry in kind.__dict__.get("__fields__", ())]

    def _read_field(kind, name):
        default = kind.__dict__.get(name, _NONE)
        entry = default if type(default) is Field else Field(default)
        if entry.default.__class__.__hash__ is None:
            raise ValueError(f"{kind.__name__}.{name}: all objects would share this default")
        entry.name = name
        return entry

    def _write_init(entries, frozen):
        """Source of `__init__`, and what it knows beside its arguments."""
        known, heads, lines = {"_set": object.__setattr__, "_none": _NONE}, ["self"], [" pass"]
        for entry in entries:
            name, value = entry.name, entry.name
            head = name
            if entry.default_factory is not _NONE:
                known[f"_new_{name}"] = entry.default_factory
                head, value = f"{name}=_none", f"_new_{name}() if {name} is _none else {name}"
            elif entry.default is not _NONE:
                known[f"_default_{name}"] = entry.default
                head = f"{name}=_default_{name}"
            heads.append(head)
            lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
        return "\n".join([f"def __init__({', '.join(heads)}):", *lines]), known

    def _later(name, source, known):
        """A method that compiles the real one when it is first called, and gives its place to it."""

        def stand_in(self, *values, **named):
            if name not in known:
                exec(source, known)
            for kind in type(self).__mro__:
                if kind.__dict__.get(name) is stand_in:
                    setattr(kind, name, known[name])
            return known[name](self, *values, **named)

        return stand_in

    def _repr(self):
        shown = ", ".join(
            f"{entry.name}={getattr(self, entry.name)!r}" for entry in fields(self) if entry.repr
        )
        return f"{self.__class__.__qualname__}({shown})"

    def _reduce(self):
        return self.__class__, tuple(getattr(self, entry.name) for entry in fields(self))

    def _refuse(self, name, *value):
        raise AttributeError(f"{self.__class__.__qualname__} is frozen: {name} stays as it is")


__all__ = ["define", "field", "fields", "replace"]
