"""A bar must not get into committed notebooks, and must not touch what is iterated."""

import os

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


def test_there_are_no_bars_where_they_would_tear_a_table(monkeypatch):
    for before in ("", "1"):
        monkeypatch.setenv("TQDM_DISABLE", before)
        with progress.no_bars(), progress.progress_bar(total=3, desc="steps") as bar:
            assert bar.disable
        assert os.environ["TQDM_DISABLE"] == before
    monkeypatch.delenv("TQDM_DISABLE")
    with progress.no_bars():
        pass
    assert "TQDM_DISABLE" not in os.environ
