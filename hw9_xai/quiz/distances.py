"""The two functions that the student writes for embeddings: are they right, and if not, what went wrong?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from hw9_xai.quiz.bank import Bilingual
from hw9_xai.quiz.check import COLOURS, LONGEST_ECHO, MARKS, Note
from hw9_xai.quiz.key import State

Metric = Callable[[Tensor, Tensor], Any]

PAIRS = [  # no two of the formulas below agree on all of these
    (torch.tensor([3.0, -1.0, 2.0, 0.5, 4.0]), torch.tensor([-1.0, 2.0, 2.5, 1.0, -3.0])),
    (torch.tensor([1.0, 2.0, 0.0, -2.0, 1.5]), torch.tensor([2.0, 1.0, 1.0, -1.0, 3.0])),
    (torch.tensor([0.2, 0.1, -0.3, 0.4, 0.0]), torch.tensor([1.0, 5.0, 2.0, -1.0, 0.5])),
]
FORMULAS: dict[str, Metric] = {
    "euclidean": lambda a, b: (a - b).square().sum().sqrt(),
    "cosine": lambda a, b: a @ b / (a.norm() * b.norm()),
}
NOTHING = (
    lambda a, b: 0.0,
    Bilingual("It gives 0 for every pair: is it written?", "不論哪兩個向量都得到 0：寫完了嗎？"),
)
MISTAKES: dict[str, list[tuple[Metric, Bilingual]]] = {
    "euclidean": [
        NOTHING,
        (lambda a, b: (a - b).square().sum(), Bilingual("The square root is missing.", "少了開根號。")),
        (lambda a, b: (a - b).abs().sum(), Bilingual(
            "The absolute differences are added (Manhattan distance): square them, add them, then take the root.",
            "你把差的絕對值相加（曼哈頓距離）：應該先平方、相加，再開根號。")),
        (lambda a, b: (a - b).square().mean().sqrt(), Bilingual(
            "The mean of the squares is taken: it should be their sum.", "你取了平方的平均：應該是平方的總和。")),
        (lambda a, b: (a - b).square().mean(), Bilingual(
            "The mean of the squares is taken: add them instead, then take the root.",
            "你取了平方的平均：應該相加，再開根號。")),
        (lambda a, b: (a + b).square().sum().sqrt(), Bilingual(
            "It adds the vectors: subtract them.", "你把向量相加了：應該相減。")),
        (lambda a, b: (a - b).abs().max(), Bilingual(
            "Only the largest difference is counted: all of them count.", "你只算了最大的差：每一個維度都要算。")),
        (lambda a, b: (a.norm() - b.norm()).abs(), Bilingual(
            "The lengths are subtracted: subtract the vectors, then take the length.",
            "你把兩個長度相減：應該先把向量相減，再取長度。")),
        (FORMULAS["cosine"], Bilingual("This is the cosine similarity.", "這是餘弦相似度。")),
    ],
    "cosine": [
        NOTHING,
        (lambda a, b: a @ b, Bilingual(
            "This is the dot product: divide it by the lengths of both vectors.",
            "這是內積：還要除以兩個向量的長度。")),
        (lambda a, b: 1 - a @ b / (a.norm() * b.norm()), Bilingual(
            "This is the cosine distance, 1 minus the similarity.", "這是餘弦距離，也就是 1 減去相似度。")),
        (lambda a, b: a @ b / a.norm(), Bilingual(
            "Only the length of the first vector is divided by.", "只除以第一個向量的長度。")),
        (lambda a, b: a @ b / b.norm(), Bilingual(
            "Only the length of the second vector is divided by.", "只除以第二個向量的長度。")),
        (lambda a, b: a @ b / (a.square().sum() * b.square().sum()), Bilingual(
            "The lengths lack their square roots.", "長度少了開根號。")),
        (lambda a, b: a @ b / (a.norm() + b.norm()), Bilingual(
            "The lengths are added: multiply them.", "你把兩個長度相加：應該相乘。")),
        (lambda a, b: (a @ b / (a.norm() * b.norm())).abs(), Bilingual(
            "The sign is lost: vectors that point away from each other have a negative cosine.",
            "少了正負號：方向相反的向量，餘弦是負的。")),
        (lambda a, b: (a @ b / (a.norm() * b.norm())).arccos(), Bilingual(
            "This is the angle: its cosine is wanted.", "這是角度：要的是它的餘弦。")),
        (lambda a, b: FORMULAS["cosine"](a - a.mean(), b - b.mean()), Bilingual(
            "The means are subtracted first (Pearson's correlation): do not.",
            "你先減去了平均（皮爾森相關）：不需要。")),
        (FORMULAS["euclidean"], Bilingual("This is the Euclidean distance.", "這是歐幾里得距離。")),
    ],
}  # fmt: skip
NAMES = {
    "euclidean": Bilingual("Euclidean distance", "歐幾里得距離"),
    "cosine": Bilingual("cosine similarity", "餘弦相似度"),
}


@dataclass(frozen=True, repr=False)
class MetricCheck(Note):
    state: State = State.UNANSWERED
    metric: str = "cosine"
    function: Metric | None = None  # the student's, where it is right

    def matrix(self, vectors: Tensor) -> Tensor:  # (N,D) -> (N,N)
        """Every vector compared with every other: by the student's function where it is right, else by the kit's."""
        compare = self.function or FORMULAS[self.metric]
        return torch.tensor([[float(compare(a.clone(), b.clone())) for b in vectors] for a in vectors])

    @property
    def author(self) -> str:
        return "the kit's" if self.function is None else "your"


def check_metric(function: Metric, metric: str) -> MetricCheck:
    """Try the student's function on a few vectors. `metric`: what it should be, "euclidean" or "cosine".

    Nothing that it does makes the check fail; a wrong one is told what it seems to compute.

    >>> check_metric(lambda a, b: (a - b).square().sum(), "euclidean")
    ✗ 歐幾里得距離 · Euclidean distance · not yet 還不對
    少了開根號。
    The square root is missing.
    ...
    """
    if metric not in FORMULAS:
        raise ValueError(f"metric: expected one of {', '.join(map(repr, FORMULAS))}, got {metric!r}")
    state, said = _judge(function, metric)
    words = {State.UNANSWERED: "not written yet 尚未完成", State.NOT_YET: "not yet 還不對", State.CORRECT: "right 正確"}
    head = f"{MARKS[state]} {NAMES[metric].zh} · {NAMES[metric].en} · {words[state]}"
    if state is not State.CORRECT:
        said = (*said, "The figures below use the kit's own. 下面的圖先用套件自己的函式。")
    return MetricCheck((head, *said), COLOURS[state], state, metric, function if state is State.CORRECT else None)


def _judge(function: Metric, metric: str) -> tuple[State, tuple[str, ...]]:
    try:
        returned = [function(a.clone(), b.clone()) for a, b in PAIRS]
    except NotImplementedError:
        return State.UNANSWERED, ()
    except Exception as error:  # whatever the student's code raises
        problem = f"{type(error).__name__}: {error}"[:LONGEST_ECHO]
        return State.NOT_YET, (f"It stops with {problem}", f"執行時出錯：{problem}")
    if all(value is None or value is ... for value in returned):
        return State.UNANSWERED, ()
    values = []
    for value in returned:
        number = _one_number(value)
        if number is None:
            got = _described(value)
            return State.NOT_YET, (
                f"One number is expected, it returns {got}. Is a sum or a return missing?",
                f"應該回傳一個數字，卻得到 {got}。是不是少了加總或 return？",
            )
        values.append(number)
    if _agree(values, FORMULAS[metric]):
        return State.CORRECT, ()
    hints = [hint for formula, hint in MISTAKES[metric] if _agree(values, formula)]
    if hints:
        return State.NOT_YET, (hints[0].zh, hints[0].en)
    a, b = PAIRS[1]
    got, expected = f"{values[1]:.3f}", f"{float(FORMULAS[metric](a, b)):.3f}"
    return State.NOT_YET, (
        f"For {a.tolist()} and {b.tolist()} it gives {got}; expected {expected}.",
        f"以 {a.tolist()} 與 {b.tolist()} 為例，你的結果是 {got}，正確是 {expected}。",
    )


def _one_number(value: Any) -> float | None:
    try:
        return float(value)
    except Exception:  # a list, a string, a tensor of several numbers, or worse
        return None


def _described(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return f"a {type(value).__name__}" if shape is None else f"a {type(value).__name__} of shape {tuple(shape)}"


def _agree(values: list[float], formula: Metric) -> bool:
    expected = torch.tensor([float(formula(a, b)) for a, b in PAIRS], dtype=torch.double)
    return torch.allclose(torch.tensor(values, dtype=torch.double), expected, rtol=1e-4, atol=1e-6)
