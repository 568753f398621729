"""Every name of the public face shows how it is used, and what it shows is so."""

import doctest
from collections.abc import Iterator
from functools import cache
from inspect import isfunction, ismodule

import pytest
import torch

import hw9_xai as xai

FACE = {name: getattr(xai, name) for name in xai.__all__}
NAMES = FACE | {"xai": xai, "torch": torch, "load_bert": cache(xai.load_bert)}  # what an example may use
FINDER = doctest.DocTestFinder()
RUNNER = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def documented() -> Iterator[object]:
    """By the name that it is reached by: saliency, and of a module its own functions, plots.maps."""
    for name, one in FACE.items():
        if not ismodule(one):
            yield pytest.param(one, id=name)
            continue
        for own, function in vars(one).items():
            of_its_own = isfunction(function) and f"{function.__module__}.".startswith(f"{one.__name__}.")
            if of_its_own and not own.startswith("_"):
                yield pytest.param(function, id=f"{name}.{own}")


@pytest.mark.parametrize("one", list(documented()))
def test_its_examples_are_there_and_hold(one, request):
    torch.manual_seed(0)
    tests = [test for test in FINDER.find(one, request.node.callspec.id, globs=NAMES) if test.examples]
    assert tests, "there is no example in its documentation string"
    said: list[str] = []
    for test in tests:
        RUNNER.run(test, out=said.append)
    assert not said, "".join(said)
