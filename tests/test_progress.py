"""A bar must not get into committed notebooks, and must not touch what is iterated."""

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
