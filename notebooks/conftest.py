"""For pytest --nbval: progress bars differ from run to run, and rounded numbers from machine to machine."""

import os

import pytest

from hw9_xai.notebooks import same_facts


class Facts(str):
    """Printed text that equals what another machine may print instead of it."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return same_facts(self, other)

    def __ne__(self, other):
        return not self == other


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    os.environ["TQDM_DISABLE"] = "1"  # the kernel of this notebook inherits it; other tests watch their bars
    as_it_is = item.sanitize
    item.sanitize = lambda value: Facts(as_it_is(value)) if isinstance(value, str) else value
