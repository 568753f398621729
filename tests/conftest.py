"""Tests see the kit as it is shipped, whatever the person who runs them has added with `hw9-xai assets add`."""

import os
import tempfile
from pathlib import Path

import pytest

from hw9_xai.assets import CACHE_VARIABLE, cache_folder

USERS_CACHE = cache_folder()
EMPTY = tempfile.TemporaryDirectory(prefix="hw9-xai-tests-")  # goes when the process does
os.environ[CACHE_VARIABLE] = EMPTY.name  # notebooks' kernels inherit it


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
