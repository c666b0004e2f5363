"""Every regular expression of the program takes time in proportion to the text, the worst text for it too.

A pattern cannot escape: every use of `re` in the source is found, and one that cannot be evaluated fails.
Worst texts are made from each pattern's own characters and parts. Growth is compared, never a time.
"""

from __future__ import annotations

import ast
import copy
import importlib
import itertools
import re
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from re import _compiler as compiler  # type: ignore[attr-defined]
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import pytest

from tui.model.template import lint
from tui.model.text.inert import make_inert
from tui.model.text.masking import mask_credentials
from tui.wire.digest import read_challenges
from tui.wire.xmlrpc.charsets import TextMender

PACKAGE = Path(__file__).parents[2] / "tui"
SMALL, LARGE = 100_000, 1_000_000
NOISE = 0.002  # seconds of CPU below which a growth says nothing


class Use(NamedTuple):
    """A pattern in the source and the methods that it is used with."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


def source_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_use(call: ast.Call) -> str:
    """The function of `re` that this calls; `compile` for our own `pattern`; else nothing."""
    function = call.func
    if isinstance(function, ast.Name):
        return "compile" if function.id == "pattern" else ""
    of_re = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    return function.attr if of_re and function.value.id == "re" else ""  # type: ignore[attr-defined]


class Source(NamedTuple):
    """A file: its uses of `re` with the name that each is kept under, and what is called on every name."""

    uses: list[tuple[ast.Call, str]]
    calls: dict[str, set[str]]


def read_source(text: str) -> Source:
    calls: dict[str, set[str]] = {}
    owners: dict[int, str] = {}
    used: list[ast.Call] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            calls.setdefault(node.value.id, set()).add(node.attr)
        elif isinstance(node, ast.Assign):
            owners.update((id(node.value), aim.id) for aim in node.targets if isinstance(aim, ast.Name))
        elif isinstance(node, ast.Call) and name_use(node) not in ("", "escape"):
            used.append(node)
    return Source([(call, owners.get(id(call), "")) for call in used], calls)


def read_uses() -> list[Use]:
    written = {path: path.read_text(encoding="utf-8") for path in source_files()}
    read = cache(lambda path: read_source(written[path]))
    uses: list[Use] = []
    for path, text in written.items():
        if path == PACKAGE / "patterns.py" or not re.search(r"\bre\b|\bpattern\b", text):
            continue
        for call, owner in read(path).uses:
            shared = owner and not owner.startswith("_")
            users = [user for user in written if user == path or (shared and owner in written[user])]
            methods = {method for user in users for method in read(user).calls.get(owner, ())}
            uses.append(read_use(path, call, methods))
    return uses


class Words(ast.NodeTransformer):
    """A word in the place of every `re.escape(…)`: a literal, whatever it is."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Constant("aab") if name_use(node) == "escape" else self.generic_visit(node)


def read_use(path: Path, call: ast.Call, methods: set[str]) -> Use:
    name = name_use(call)
    module = importlib.import_module(".".join(("tui", *path.relative_to(PACKAGE).with_suffix("").parts)))
    place = f"{path.relative_to(PACKAGE.parent)}:{call.lineno}"

    def value(node: ast.expr) -> Any:
        constant = ast.fix_missing_locations(ast.Expression(Words().visit(copy.deepcopy(node))))
        return eval(compile(constant, place, "eval"), vars(module))

    try:
        flags = [value(word.value) for word in call.keywords if word.arg == "flags"]
        if name == "compile" and len(call.args) > 1:
            flags.append(value(call.args[1]))
        pattern = re.compile(value(call.args[0]), *flags)
    except NameError as error:
        raise AssertionError(f"{place}: a pattern must be made of constants of its module: {error}") from None
    used = {name} if name != "compile" else methods
    # All that looks anywhere in a text does the same work, and so does all that begins at its start.
    anywhere = {"search", "sub", "subn", "split", "findall", "finditer"} & used
    known = [method for method in ("match", "fullmatch") if method in used]
    return Use(place, pattern, (*(["search"] if anywhere or not known else []), *known))


# -- the worst texts


def one_of(items: list[Any]) -> str:
    """A character that a class has."""
    negated = bool(items) and items[0][0] is codes.NEGATE
    spans: list[tuple[int, int]] = []
    for code, argument in items:
        if code is codes.LITERAL:
            spans.append((argument, argument))
        elif code is codes.RANGE:
            spans.append(argument)
        elif code is codes.CATEGORY:
            name = str(argument).removeprefix("CATEGORY_")
            samples = {"DIGIT": "0", "SPACE": " ", "WORD": "a", "NOT_SPACE": "a", "NOT_DIGIT": "a"}
            spans.append((ord(samples.get(name, "!")),) * 2)
    if not negated:
        return chr(spans[0][0])
    return next(char for char in "a0 .\x01é" if not any(low <= ord(char) <= high for low, high in spans))


def witness(tree: Any) -> str:
    """A text that a part of a pattern matches: at least once through its repeats, else as short as can be."""
    text = ""
    for code, argument in tree:
        text += witness_of(code, argument)
    return text


def witness_of(code: Any, argument: Any) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return one_of(argument)
    if code is codes.SUBPATTERN:
        return witness(argument[-1])
    if code is codes.BRANCH:
        return witness(argument[1][0])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return witness(argument[2]) * int(max(1, argument[0]))
    if code is codes.ATOMIC_GROUP:
        return witness(argument)
    return ""


def parts(tree: Any) -> Iterator[str]:
    """A witness of every part of a pattern, at every depth."""
    yield witness(tree)
    for code, argument in tree:
        text = witness_of(code, argument)
        if text:
            yield text
        if code is codes.SUBPATTERN:
            yield from parts(argument[-1])
        elif code is codes.BRANCH:
            for branch in argument[1]:
                yield from parts(branch)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            yield from parts(argument[2])
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from parts(argument[1])
        elif code is codes.ATOMIC_GROUP:
            yield from parts(argument)


def units(pattern: re.Pattern[Any]) -> list[str]:
    """What to repeat: every part of the pattern, and every two of them together."""
    raw = pattern.pattern
    tree = parser.parse(raw, pattern.flags & ~re.UNICODE if isinstance(raw, bytes) else pattern.flags)
    found = [text for text in dict.fromkeys((*parts(tree), " ", "a")) if 0 < len(text) <= 200][:14]
    return [*found, *(one + two for one, two in itertools.permutations(found, 2))]


ENDS = ("", "\x01!")


def repeat(pattern: re.Pattern[Any], unit: str, end: str, size: int) -> Any:
    """`unit` over and over, with an end that cannot belong to it or none."""
    text = (unit * (size // len(unit) + 1))[:size] + end
    return text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def operation(pattern: re.Pattern[Any], method: str) -> Callable[[Any], object]:
    if method == "search":
        # Looks for every match as finditer does, without an object for each.
        return lambda text: pattern.sub(text[:0], text)
    return getattr(pattern, method)  # type: ignore[no-any-return]


def seconds(work: Callable[[Any], object], text: Any, tries: int = 1) -> float:
    best = float("inf")
    for _ in range(tries):
        start = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - start)
    return best


def assert_linear(work: Callable[[Any], object], make: Callable[[int], Any], what: str, most: int) -> None:
    """The work may grow three times as much as the text; a quadratic one grows eight or ten times as much."""
    # The first step is of eight: one of four would leave a quadratic one only a third above what is allowed.
    sizes = [size for size in (SMALL // 32, SMALL // 4, SMALL, LARGE) if size <= most]
    before = 0.0
    for last, size in zip((sizes[0], *sizes), sizes, strict=False):
        factor = size / last
        now = seconds(work, make(size))
        if before > NOISE and now > 3 * factor * before:
            # Something else may have had the processor: only what stays so counts.
            now, before = seconds(work, make(size), 5), max(NOISE, seconds(work, make(last), 5))
            assert now <= 3 * factor * before, (
                f"{what}: {now / before:.0f} times the work, {factor:g} times the text"
            )
        before = now


def worst(use: Use, method: str) -> list[Callable[[int], Any]]:
    """The two ways to make a text that cost most, the first above all."""
    work = operation(use.pattern, method)
    ways = [partial(repeat, use.pattern, unit, end) for unit in units(use.pattern) for end in ENDS]
    costs = [(seconds(work, make(1000)), place) for place, make in enumerate(ways)]
    return [ways[place] for _, place in sorted(costs, reverse=True)[:2]]


USES = read_uses()


def test_every_use_of_regular_expressions_is_seen() -> None:
    for path in source_files():
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(?:from re import|import (?:.*, *)?re as|import .*, *re\b)", text, re.MULTILINE
        ), path
    assert len(USES) > 60


def find_ambiguous(pattern: re.Pattern[Any]) -> str | None:
    """A text that one turn of a repeat takes as well as two turns do, if there is one. Where the rest does
    not match, every such cut of a longer text is tried, and their number doubles with every turn."""

    def look(tree: Any) -> str | None:
        for code, argument in tree:
            inner: list[Any] = []
            if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
                inner = [argument[2]]
                if argument[1] > 4 and (found := cut_twice(argument[2])):
                    return found
            elif code is codes.POSSESSIVE_REPEAT:
                inner = [argument[2]]
            elif code is codes.SUBPATTERN:
                inner = [argument[-1]]
            elif code is codes.BRANCH:
                inner = argument[1]
            elif code in (codes.ASSERT, codes.ASSERT_NOT):
                inner = [argument[1]]
            elif code is codes.ATOMIC_GROUP:
                inner = [argument]
            for part in inner:
                if found := look(part):
                    return found
        return None

    def cut_twice(body: Any) -> str | None:
        once = compiler.compile(body, flags)
        for text in filter(None, dict.fromkeys(parts(body))):
            one, two = (text, text * 2) if isinstance(raw, str) else (text.encode(), (text * 2).encode())
            if once.fullmatch(one) and once.fullmatch(two):
                return text
        return None

    raw = pattern.pattern
    flags = pattern.flags & ~re.UNICODE if isinstance(raw, bytes) else pattern.flags
    return look(parser.parse(raw, flags))


@pytest.mark.parametrize("use", USES, ids=[use.place for use in USES])
def test_no_repeat_of_a_pattern_can_cut_a_text_in_two_ways(use: Use) -> None:
    assert find_ambiguous(use.pattern) is None


@pytest.mark.parametrize(
    "text",
    [
        r"(\d{1,7}:?)*u",
        r"\x1b\[97;;((?:\d{1,7}:?)*)u",
        r"(a*)*b",
        r"(?:a+)+$",
        r"(?:\w+\s?)*;",
        r"x(?:[^\"]|[^\"]+)*y",
        r"(?:(?:ab)+)*c",
        rb"(\d+,?)*;",
    ],
)
def test_patterns_of_exponential_work_are_found(text: str | bytes) -> None:
    assert find_ambiguous(re.compile(text)) is not None


@pytest.mark.parametrize(
    "text", [r"(?:\d{1,7}(?::\d{1,7})*)?u", r"(?:\d+,)*;", r"(?:\w++\s?)*+;", r"\d+(?:-\d+)*"]
)
def test_patterns_that_cut_a_text_in_one_way_are_not(text: str) -> None:
    assert find_ambiguous(re.compile(text)) is None


@pytest.mark.parametrize("text", [r"[^:]*://"])
def test_patterns_of_quadratic_work_are_found_by_their_work(text: str) -> None:
    use = Use("sample", re.compile(text), ("search",))
    make, _ = worst(use, "search")
    with pytest.raises(AssertionError, match="times the work"):
        assert_linear(operation(use.pattern, "search"), make, "sample", SMALL // 4)


@pytest.mark.parametrize("use", USES, ids=[use.place for use in USES])
def test_the_work_of_a_pattern_grows_with_the_text_and_no_faster(use: Use) -> None:
    for method in use.methods:
        for make, most in zip(worst(use, method), (LARGE, SMALL), strict=True):
            assert_linear(operation(use.pattern, method), make, f"{use.place} {method} {make(40)!r}", most)


READERS: dict[str, Callable[[str], object]] = {
    "mask": mask_credentials,
    "inert": make_inert,
    "challenges": lambda text: read_challenges([text]),
    "lint": lint,
    "mender": lambda text: TextMender().feed(text.encode(), final=True),
}
UNITS = (
    *(
        "a",
        "a:",
        "@",
        "://",
        "http://",
        "http://a:b@",
        " http://a b",
        "a@",
        ":@",
        "=",
        "a=",
        "?token=",
        "&key=a",
    ),
    *(
        "%25",
        "%2526token%3D",
        '"',
        '\\"',
        "Digest ",
        "Digest a=",
        ",",
        'a="',
        "&#xD800;",
        "<!--",
        "<![CDATA[",
        "\x1b[",
    ),
    *("%MACD", "/a ", "\n://", "7C2F80820EC0"),
)


@pytest.mark.parametrize("name", READERS)
def test_what_reads_foreign_text_by_hand_grows_with_the_text_too(name: str) -> None:
    for unit in UNITS:
        for end in ("", " @"):

            def make(size: int, unit: str = unit, end: str = end) -> str:
                return (unit * (size // len(unit) + 1))[:size] + end

            assert_linear(READERS[name], make, f"{name} of {unit!r}", SMALL // 4)
    for unit in ("a", "http://a:b@", "?token=a"):

        def whole(size: int, unit: str = unit) -> str:
            return unit * (size // len(unit))

        assert_linear(READERS[name], whole, f"{name} of {unit!r}", LARGE)
