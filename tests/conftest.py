"""Tests see the kit as it is shipped, whatever the person who runs them has added with `hw9-xai assets add`."""

import os
import tempfile
from pathlib import Path

import pytest

from hw9_xai.assets import CACHE_VARIABLE, cache_folder

USERS_CACHE = cache_folder()
EMPTY = tempfile.TemporaryDirectory(prefix="hw9-xai-tests-")  # goes when the process does
os.environ[CACHE_VARIABLE] = EMPTY.name  # notebooks' kernels inherit it
if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):  # pytest -n shares the cores, for kernels and commands too
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(workers))))


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty cache of the test's own."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def users_cache(monkeypatch) -> Path:
    """What the person who runs the tests has added."""
    monkeypatch.setenv(CACHE_VARIABLE, str(USERS_CACHE))
    return USERS_CACHE
