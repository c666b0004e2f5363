"""The bulk benchmark in small: list calls beat one script call per device by far, also on a busy machine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "bench_bulk.py"
    spec = importlib.util.spec_from_file_location("bench_bulk", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bench_bulk", module)
    spec.loader.exec_module(module)
    return module


def test_list_calls_are_many_times_faster_than_a_script_call_per_device(bench: ModuleType) -> None:
    report = bench.compare(400, sample=2, delay_ms=50)
    assert report.stored == 400
    assert report.ratio > 15
