"""A bar must not get into committed notebooks, and must not touch what is iterated."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tqdm.notebook import tqdm as in_a_notebook

from hw9_xai import progress


def test_steps_come_through():
    assert list(progress.progress_bar(range(3), desc="steps")) == [0, 1, 2]


@pytest.mark.parametrize("quiet", [True, False])
def test_notebooks_are_quiet_where_tqdm_is_disabled(quiet, monkeypatch):
    monkeypatch.setattr(progress, "tqdm", in_a_notebook)
    if quiet:
        monkeypatch.setenv("TQDM_DISABLE", "1")
    else:
        monkeypatch.delenv("TQDM_DISABLE", raising=False)
    with progress.progress_bar(total=3, desc="steps") as bar:
        bar.update(3)
        assert bar.disable is quiet


def shows_bars():
    with progress.progress_bar(total=3, desc="steps") as bar:
        return not bar.disable


@pytest.fixture
def on(monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)


def test_there_are_no_bars_where_they_would_tear_a_table(on):
    assert shows_bars()
    with progress.no_bars():
        with progress.no_bars():
            assert not shows_bars()
        assert not shows_bars()
    assert shows_bars()


def test_who_wants_none_in_one_thread_takes_them_from_no_other(on):
    """One begins first and another ends last."""
    begun, over = threading.Event(), threading.Event()

    def quietly():
        with progress.no_bars():
            begun.set()
            over.wait(10)
            return shows_bars()

    with ThreadPoolExecutor(1) as pool:
        with progress.no_bars():
            quiet = pool.submit(quietly)
            assert begun.wait(10)
        assert shows_bars()
        over.set()
        assert not quiet.result()
        assert pool.submit(shows_bars).result() and shows_bars()
