"""For pytest --nbval: progress bars differ from run to run, and rounded numbers from machine to machine."""

import os
import re
from decimal import Decimal

import pytest

ROUNDED = re.compile(r"[+-]?\d+(?:\.\d+(?:e[+-]\d+)?|e[+-]\d+|(?=%))")


def same_facts(printed: str, committed: str) -> bool:
    """Whether two machines may print these for the same thing: the same words and counts, and every rounded number at
    most one apart in its last digit, because each lies on either side of a half now and then."""
    if ROUNDED.split(printed) != ROUNDED.split(committed):
        return False
    pairs = zip(map(Decimal, ROUNDED.findall(printed)), map(Decimal, ROUNDED.findall(committed)), strict=True)
    return all(
        abs(a - b) <= max(Decimal((0, (1,), int(number.as_tuple().exponent))) for number in (a, b)) for a, b in pairs
    )


class Facts(str):
    """Printed text that equals what another machine may print instead of it."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return same_facts(self, other)

    def __ne__(self, other):
        return not self == other


quiet = pytest.MonkeyPatch()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    quiet.setenv("TQDM_DISABLE", "1")  # the kernel of this notebook inherits it; other tests watch their bars
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # on a busy machine threads that spin for long stand in the way
    as_it_is = item.sanitize
    item.sanitize = lambda value: Facts(as_it_is(value)) if isinstance(value, str) else value


def pytest_runtest_teardown(item, nextitem):
    if nextitem is None or nextitem.path != item.path:
        quiet.undo()
