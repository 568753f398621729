"""The student's two functions: right ones in every style are right, and each wrong one is told what is wrong."""

import numpy as np
import pytest
import torch

from hw9_xai.quiz.distances import FORMULAS, MISTAKES, PAIRS, check_metric
from hw9_xai.quiz.key import State

RIGHT = {
    "euclidean": [
        lambda a, b: torch.norm(a - b),
        lambda a, b: np.linalg.norm(a - b),
        lambda a, b: sum((x - y) ** 2 for x, y in zip(a.tolist(), b.tolist(), strict=True)) ** 0.5,
        lambda a, b: torch.cdist(a[None], b[None]),  # one number in a matrix
    ],
    "cosine": [
        lambda a, b: torch.cosine_similarity(a, b, dim=0),
        lambda a, b: np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b),
    ],
}


@pytest.mark.parametrize(("metric", "function"), [(name, one) for name, many in RIGHT.items() for one in many])
def test_right_in_any_style(metric, function):
    found = check_metric(function, metric)
    assert found.state is State.CORRECT and found.author == "your"
    vectors = torch.randn(4, 7, generator=torch.Generator().manual_seed(0))
    expected = torch.stack([torch.stack([FORMULAS[metric](a, b) for b in vectors]) for a in vectors])
    assert torch.allclose(found.matrix(vectors), expected, atol=1e-5)


@pytest.mark.parametrize(("metric", "mistake"), [(name, i) for name in MISTAKES for i in range(len(MISTAKES[name]))])
def test_each_mistake_is_named(metric, mistake):
    formula, hint = MISTAKES[metric][mistake]
    shown = repr(check_metric(formula, metric))
    assert hint.en in shown and hint.zh in shown
    others = [other for i, (_, other) in enumerate(MISTAKES[metric]) if i != mistake]
    assert not any(other.en in shown for other in others)


@pytest.mark.parametrize("metric", FORMULAS)
def test_an_empty_one_runs_and_the_kits_serves(metric):
    def blank(a, b):
        """TODO"""

    def refuses(a, b):
        raise NotImplementedError

    for empty in (blank, refuses, lambda a, b: ...):
        found = check_metric(empty, metric)
        assert found.state is State.UNANSWERED and "not written yet" in repr(found) and found.author == "the kit's"
        a, b = PAIRS[0]
        assert found.matrix(torch.stack([a, b]))[0, 1].item() == pytest.approx(float(FORMULAS[metric](a, b)), abs=1e-6)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda a, b: (a - b) ** 2, r"a Tensor of shape (5,). Is a sum or a return missing?"),
        (lambda a, b: "near", "a str"),
        (lambda a, b: 1 / 0, "It stops with ZeroDivisionError"),
        (lambda a: a, "It stops with TypeError"),
        (lambda a, b: 7.5, "it gives 7.500; expected 2.500"),
        (lambda a, b: float("nan"), "it gives nan"),
        (None, "It stops with TypeError"),
    ],
)
def test_anything_else_is_told_too(function, says):
    found = check_metric(function, "euclidean")
    assert found.state is State.NOT_YET and says in repr(found) and "the kit's own" in repr(found)
    assert "<" not in repr(found).replace("<lambda>", "")


def test_the_function_cannot_spoil_the_vectors():
    def greedy(a, b):
        a -= b
        return a.norm()

    before = [(a.clone(), b.clone()) for a, b in PAIRS]
    assert check_metric(greedy, "euclidean").state is State.CORRECT
    assert check_metric(greedy, "euclidean").matrix(before[0][0].expand(2, -1).clone()).eq(0).all()
    assert all(torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(PAIRS, before, strict=True))


def test_an_unknown_metric_is_an_error():
    with pytest.raises(ValueError, match="metric: expected one of 'euclidean', 'cosine', got 'hamming'"):
        check_metric(FORMULAS["cosine"], "hamming")
