"""For pytest --nbval: a progress bar's output would differ from run to run."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    os.environ["TQDM_DISABLE"] = "1"  # the kernel of this notebook inherits it; other tests watch their bars
