"""The exercises: right functions in any style are right, each usual mistake, written as students write it, is named."""

import _thread
import inspect
import signal
import sys
import threading
import time
from contextlib import suppress

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from torch import nn
from torch.nn.functional import cross_entropy

import hw9_xai as xai
from hw9_xai.quiz import exercises, solutions
from hw9_xai.quiz.bank import load_exercises
from hw9_xai.quiz.exercises import exercise
from hw9_xai.quiz.key import State
from hw9_xai.quiz.trials import TRIALS

NAMES = list(load_exercises())


def gradient(model, images, labels, of="loss", reduction="sum"):
    images = images.clone().requires_grad_()
    logits = model(images)
    value = cross_entropy(logits, labels, reduction=reduction) if of == "loss" else logits.gather(1, labels[:, None])
    return torch.autograd.grad(value.sum(), images)[0]


def averaged(model, images, labels, *, turn=torch.abs, of="loss", noise=0.15, own=True, draw=torch.randn_like, n=50):
    spread = images.flatten(1).amax(1) - images.flatten(1).amin(1) if own else torch.ones(len(images))
    noisy = (images + noise * spread[:, None, None, None] * draw(images) for _ in range(n))
    return sum(turn(gradient(model, one, labels, of)) for one in noisy) / n


def path(model, images, labels, fractions, of="score"):
    return sum(gradient(model, images * float(t), labels, of) for t in fractions) / len(fractions)


def fitted(shown, scores, weights, alpha=1.0, intercept=True):
    line = Ridge(alpha=alpha, fit_intercept=intercept).fit(shown.numpy(), scores.numpy(), weights.numpy())
    return line.coef_  # an array, as students of scikit-learn return it


def head(bert, states, layer, number, *, scale=8**0.5, dim=-1, reads=None, every=False, swap=False):
    own = bert.encoder.layer[layer].attention.self
    states = states[layer if reads is None else reads]
    columns = slice(None) if every else slice(number * 8, number * 8 + 8)
    query, key = own.query(states)[:, columns], own.key(states)[:, columns]
    scores = (key @ query.T if swap else query @ key.T) / scale
    return scores if dim is None else scores.softmax(dim)


def distance(states, answer, *, others="others", divide="different", power=1):
    between = torch.cdist(states, states) ** power
    rest = [i for i in range(states.shape[1]) if i not in answer]
    to = rest if others == "others" else range(states.shape[1])
    means = {"different": between.sum((1, 2)) / (len(between[0]) * (len(between[0]) - 1)), "all": between.mean((1, 2))}
    return between[:, list(answer)][:, :, list(to)].mean((1, 2)) / means.get(divide, 1.0)


WRONG = {
    "saliency": {
        "score": lambda m, x, y: gradient(m, x, y, "score").abs().amax(1),
        "signed": lambda m, x, y: gradient(m, x, y).max(1).values,
        "summed": lambda m, x, y: gradient(m, x, y).abs().sum(1),
        "averaged": lambda m, x, y: gradient(m, x, y).abs().mean(1),
        "abs_last": lambda m, x, y: gradient(m, x, y).sum(1).abs(),
        "normalized": lambda m, x, y: xai.normalize(gradient(m, x, y).abs().amax(1)),
        "labels_from_1": lambda m, x, y: gradient(m, x, y - 1).abs().amax(1),
        "argmax": lambda m, x, y: gradient(m, x, m(x).argmax(1)).abs().amax(1),
    },
    "smoothgrad": {
        "abs_last": lambda m, x, y: averaged(m, x, y, turn=lambda g: g, n=400).abs(),
        "signed": lambda m, x, y: averaged(m, x, y, turn=lambda g: g),
        "score": lambda m, x, y: averaged(m, x, y, of="score"),
        "absolute_noise": lambda m, x, y: averaged(m, x, y, own=False),
        "squared": lambda m, x, y: averaged(m, x, y, turn=torch.square),
        "uniform": lambda m, x, y: averaged(m, x, y, draw=torch.rand_like),
        "labels_from_1": lambda m, x, y: averaged(m, x, y - 1),
    },
    "integrated_gradients": {
        "loss": lambda m, x, y: x * path(m, x, y, torch.arange(0.5, 20) / 20, "loss"),
        "no_factor": lambda m, x, y: path(m, x, y, torch.arange(0.5, 20) / 20),
        "left_ends": lambda m, x, y: x * path(m, x, y, torch.arange(20) / 20),
        "right_ends": lambda m, x, y: x * path(m, x, y, torch.arange(1, 21) / 20),
        "at_the_end": lambda m, x, y: x * gradient(m, x, y, "score"),
        "absolute": lambda m, x, y: (x * path(m, x, y, torch.arange(0.5, 20) / 20)).abs(),
        "labels_from_1": lambda m, x, y: x * path(m, x, y - 1, torch.arange(0.5, 20) / 20),
        "argmax": lambda m, x, y: x * path(m, x, m(x).argmax(1), torch.arange(0.5, 20) / 20),
    },
    "ridge": {
        "unweighted": lambda z, s, p: fitted(z, s, torch.ones_like(p)),
        "no_intercept": lambda z, s, p: fitted(z, s, p, intercept=False),
        "no_ridge": lambda z, s, p: np.linalg.lstsq(
            np.c_[z, np.ones(len(z))] * np.sqrt(p.numpy())[:, None], s.numpy() * np.sqrt(p.numpy()), rcond=None
        )[0][:-1],
        "squared": lambda z, s, p: fitted(z, s, p**2),
        "plain_means": lambda z, s, p: fitted(z - z.mean(0), s - s.mean(), p, intercept=False),
        "ridge_on_intercept": lambda z, s, p: fitted(torch.cat([z, torch.ones(len(z), 1)], 1), s, p, intercept=False)[
            :-1
        ],
    },
    "attention_head": {
        "unscaled": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, scale=1),
        "divided": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, scale=8),
        "columns": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, dim=0),
        "no_softmax": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, dim=None),
        "head_from_0": lambda b, s, layer, h: head(b, s, layer - 1, h),
        "layer_from_0": lambda b, s, layer, h: head(b, s, layer, h - 1),
        "state_later": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, reads=layer),
        "swapped": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, swap=True),
        "all_heads": lambda b, s, layer, h: head(b, s, layer - 1, h - 1, every=True),
    },
    "euclidean": {
        "squared": lambda a, b: sum((a - b) ** 2),
        "manhattan": lambda a, b: np.abs(a.numpy() - b.numpy()).sum(),
        "mean_root": lambda a, b: ((a - b) ** 2).mean() ** 0.5,
        "mean": lambda a, b: nn.functional.mse_loss(a, b),
        "added": lambda a, b: torch.norm(a + b),
        "largest": lambda a, b: torch.dist(a, b, p=float("inf")),
        "lengths": lambda a, b: abs(torch.norm(a) - torch.norm(b)),
        "cosine": lambda a, b: np.dot(a.numpy(), b.numpy()) / np.linalg.norm(a) / np.linalg.norm(b),
    },
    "cosine": {
        "dot": lambda a, b: torch.dot(a, b),
        "distance": lambda a, b: 1 - torch.dot(a, b) / torch.norm(a) / torch.norm(b),
        "first_only": lambda a, b: torch.dot(a, b) / torch.norm(a),
        "second_only": lambda a, b: torch.dot(a, b) / torch.norm(b),
        "no_roots": lambda a, b: (a * b).sum() / ((a**2).sum() * (b**2).sum()),
        "lengths_added": lambda a, b: (a * b).sum() / (torch.norm(a) + torch.norm(b)),
        "sign_lost": lambda a, b: abs((a * b).sum()) / (torch.norm(a) * torch.norm(b)),
        "angle": lambda a, b: np.arccos(np.dot(a.numpy(), b.numpy()) / np.linalg.norm(a) / np.linalg.norm(b)),
        "pearson": lambda a, b: np.corrcoef(a, b)[0, 1],
        "euclidean": lambda a, b: torch.dist(a, b),
    },
    "answer_distance": {
        "undivided": lambda s, a: distance(s, a, divide="nothing"),
        "with_itself": lambda s, a: distance(s, a, others="all"),
        "with_zeros": lambda s, a: distance(s, a, divide="all"),
        "squared": lambda s, a: distance(s, a, power=2),
        "rest": lambda s, a: torch.stack([
            torch.pdist(layer[[i for i in range(len(layer)) if i not in a]]).mean() / torch.pdist(layer).mean()
            for layer in s
        ]),
    },
}  # fmt: skip
RIGHT = {  # besides the solutions
    "saliency": [
        lambda m, x, y: gradient(m, x, y).abs().max(1)[0],
        lambda m, x, y: np.abs(np.concatenate([gradient(m, x[[i]], y[[i]]).numpy() for i in range(len(x))])).max(1),
        xai.saliency,
    ],
    "smoothgrad": [
        averaged,
        lambda m, x, y: averaged(m, x, y, n=16),
        lambda m, x, y: xai.smoothgrad(m, x, y, samples=50),
    ],
    "integrated_gradients": [
        xai.integrated_gradients,
        lambda m, x, y: x * path(m, x, y, torch.linspace(0, 1, 11)),
        lambda m, x, y: x * path(m, x, y, torch.arange(1000) / 1000),  # left ends, but so many
    ],
    "ridge": [fitted],
    "attention_head": [lambda b, s, layer, h: head(b, s, layer - 1, h - 1)],
    "euclidean": [
        lambda a, b: np.linalg.norm(a - b),
        lambda a, b: sum((x - y) ** 2 for x, y in zip(a.tolist(), b.tolist(), strict=True)) ** 0.5,
        lambda a, b: torch.cdist(a[None], b[None]),  # one number in a matrix
    ],
    "cosine": [lambda a, b: torch.cosine_similarity(a, b, dim=0), lambda a, b: (a / a.norm()).dot(b / b.norm())],
    "answer_distance": [distance, xai.answer_distance],
}  # fmt: skip


@pytest.mark.parametrize(("name", "i"), [(name, i) for name in NAMES for i in range(len(RIGHT[name]) + 1)])
def test_right_in_any_style(name, i):
    function = [*RIGHT[name], getattr(solutions, name)][i]
    found = exercise(name, function)
    assert found.right and found.function is function and found.author == "your", repr(found)
    assert "right 正確" in repr(found) and "<details>" not in found._repr_html_()


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, one) for name in NAMES for one in load_exercises()[name].mistakes]
)
def test_each_mistake_is_named(name, mistake):
    said = load_exercises()[name].mistakes
    shown = repr(exercise(name, WRONG[name][mistake]))
    assert said[mistake].en in shown and said[mistake].zh in shown
    assert not any(other.en in shown for other in said.values() if other != said[mistake])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_one_runs_and_the_kits_serves(name):
    def blank(*arguments):
        """TODO"""

    def refuses(*arguments):
        raise NotImplementedError

    for found in (exercise(name), *(exercise(name, empty) for empty in (blank, refuses, lambda *given: ...))):
        assert found.state is State.UNANSWERED and not found.right and "not written yet" in repr(found)
        assert found.function is getattr(solutions, name) and found.author == "the kit's"


@pytest.mark.parametrize("name", NAMES)
def test_hints_and_the_solution_are_folded(name):
    about, html = load_exercises()[name], exercise(name)._repr_html_()
    assert html.count("<details>") == len(about.hints) + 1 and html.count("<div") == html.count("</div>")
    above, *folded = html.split("<details>")
    assert "def " not in above and "a solution" in folded[-1] and f"def {name}" in folded[-1]
    lines = inspect.getsource(getattr(solutions, name)).splitlines()
    assert len(lines) <= 12, "written for reading"


@pytest.mark.parametrize(
    ("name", "function", "says"),
    [
        ("saliency", lambda m, x, y: gradient(m, x, y), "(10, 3, 128, 128). One number for each pixel is wanted"),
        ("saliency", lambda m, x, y: gradient(m, x, y, reduction="mean").abs().amax(1), "It is 0.1 times what it"),
        ("saliency", lambda m, x, y: torch.zeros(len(x), 128, 128), "It gives 0 everywhere"),
        ("saliency", lambda m, x, y: gradient(m, x, y).abs().amax(1) ** 0.5, "No usual mistake. Where it is farthest"),
        ("saliency", lambda m, x, y: gradient(m, x, y + 1), "It stops with IndexError: Target 11 is out of bounds"),
        ("smoothgrad", lambda m, x, y: 50 * averaged(m, x, y), "times what it should be"),
        ("smoothgrad", lambda m, x, y: averaged(m, x, y).amax(1), "The colours stay apart here"),
        ("answer_distance", lambda s, a: distance(s, a)[1:], "layer 0 (the input embeddings) too"),
        ("euclidean", lambda a, b: (a - b) ** 2, "a Tensor of shape (5,). One number is expected"),
        ("euclidean", lambda a, b: "near", "a str"),
        ("euclidean", lambda a, b: 1 / 0, "It stops with ZeroDivisionError"),
        ("euclidean", lambda a: a, "It stops with TypeError"),
        ("euclidean", lambda a, b: float("nan"), "NaN or infinite"),
        ("euclidean", lambda a, b: sys.exit(1), "It stops with SystemExit: 1"),
        ("euclidean", 3, "It stops with TypeError"),
        ("euclidean", lambda a, b: 1 / int("<b>"), "&lt;b&gt;"),
    ],
)
def test_anything_else_is_told_too(name, function, says):
    found = exercise(name, function)
    assert found.state is State.NOT_YET and says in repr(found) + found._repr_html_()
    assert "<b>" not in found._repr_html_()


def test_an_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr(exercises, "SECONDS", 0.3)

    def endless(a, b):
        while True:
            with suppress(Exception):
                a = a + b

    before, began = threading.active_count(), time.monotonic()
    found = exercise("cosine", endless)
    assert "It was stopped after" in repr(found) and time.monotonic() - began < 5
    time.sleep(0.2)
    assert threading.active_count() == before, "the loop goes on"


def test_an_interrupt_stops_the_function_too():
    seen = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run in the background it is ignored

    def interrupts(a, b):
        _thread.interrupt_main()
        while True:
            seen.append(time.monotonic())
            time.sleep(0.01)

    try:
        with pytest.raises(KeyboardInterrupt):
            exercise("cosine", interrupts)
    finally:
        signal.signal(signal.SIGINT, before)
    time.sleep(0.3)
    assert time.monotonic() - seen[-1] > 0.2, "the loop goes on"


def test_nothing_is_left_behind():
    def greedy(a, b):
        torch.manual_seed(5)
        a -= b
        return a.norm()

    before = torch.random.get_rng_state()
    assert exercise("euclidean", greedy).right
    assert exercise("euclidean", greedy).right, "the numbers are the same the second time"
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_bowls_gradients_are_autograds():
    for trial in TRIALS["saliency"]():
        bowl, images, labels = trial.arguments
        for of in ("loss", "score"):
            torch.testing.assert_close(bowl.gradient(images, labels, of), gradient(bowl, images, labels, of))


def test_an_unknown_exercise_is_an_error():
    with pytest.raises(ValueError, match=r"^name: expected one of 'saliency', .*, got 'lime'$"):
        exercise("lime")
