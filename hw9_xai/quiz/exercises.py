"""Exercises: a student's function is tried where the answer is known, and a usual mistake is told by its name.

What the function does happens in the student's own session; nothing here is used for grading.
"""

from __future__ import annotations

import ctypes
import inspect
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from time import monotonic
from typing import Any

import torch
from torch import Tensor

from hw9_xai.quiz import solutions
from hw9_xai.quiz.bank import Bilingual, load_exercises
from hw9_xai.quiz.check import COLOURS, LONGEST_ECHO, MARKS, Note
from hw9_xai.quiz.key import State
from hw9_xai.quiz.trials import TRIALS, Trial

SECONDS = 60  # for all trials of one function
NEAR = {"smoothgrad": 0.25, "integrated_gradients": 5e-3}  # relative: one draws its own noise, one chooses its steps
WORDS = {State.UNANSWERED: "not written yet 尚未完成", State.NOT_YET: "not yet 還不對", State.CORRECT: "right 正確"}


@dataclass(frozen=True, repr=False)
class Exercise(Note):
    state: State = State.UNANSWERED
    hints: tuple[Bilingual, ...] = ()
    solution: str = ""
    function: Callable[..., Any] = solutions.saliency  # the student's where it is right, else the kit's

    @property
    def right(self) -> bool:
        return self.state is State.CORRECT

    @property
    def author(self) -> str:
        return "your" if self.right else "the kit's"

    def _repr_html_(self) -> str:
        steps = [(f"hint 提示 {i}", f"{hint.zh}<br>{hint.en}") for i, hint in enumerate(map(_safe, self.hints), 1)]
        steps.append(("a solution 一種寫法", f'<pre style="margin:0">{escape(self.solution)}</pre>'))
        folded = "".join(f"<details><summary>{head}</summary>{body}</details>" for head, body in steps)
        return super()._repr_html_().removesuffix("</div>") + ("" if self.right else folded) + "</div>"


class TookTooLong(BaseException):
    """Thrown into a student's function; what it catches as Exception does not hold it."""


def exercise(name: str, function: Callable[..., Any] | None = None) -> Exercise:
    """Try a function where the answer is known. Nothing that it does makes this fail; hints and a solution are folded.

    >>> exercise("euclidean", lambda a, b: (a - b).square().sum())
    ✗ 歐幾里得距離 · Euclidean distance · not yet 還不對
    少了開根號。
    The square root is missing.
    ...
    """
    exercises = load_exercises()
    if name not in exercises:
        raise ValueError(f"name: expected one of {', '.join(map(repr, exercises))}, got {name!r}")
    about, solution = exercises[name], getattr(solutions, name)
    state, said = (State.UNANSWERED, None) if function is None else _judge(name, function)
    head = f"{MARKS[state]} {about.title.zh} · {about.title.en} · {WORDS[state]}"
    lines = [said.zh, said.en] if said else []
    if state is not State.CORRECT:
        lines.append(
            f'提示 hints: xai.exercise("{name}").hints · 解答 solution: print(xai.exercise("{name}").solution)'
        )
    chosen = function if function is not None and state is State.CORRECT else solution
    return Exercise((head, *lines), COLOURS[state], state, about.hints, inspect.getsource(solution), chosen)


def _judge(name: str, function: Callable[..., Any]) -> tuple[State, Bilingual | None]:
    trials, about = TRIALS[name](), load_exercises()[name]
    came, problem = _in_time(lambda: [function(*_copies(trial)) for trial in trials])
    if isinstance(problem, NotImplementedError) or (came and all(one is None or one is ... for one in came)):
        return State.UNANSWERED, None
    if isinstance(problem, TookTooLong):
        return State.NOT_YET, Bilingual(
            f"It was stopped after {SECONDS} seconds. Does a loop end? Are there thousands of steps?",
            f"{SECONDS} 秒後被停下來了。迴圈會結束嗎？是不是有上千步？",
        )
    if problem is not None:
        text = f"{type(problem).__name__}: {problem}"[: 2 * LONGEST_ECHO]
        return State.NOT_YET, Bilingual(f"It stops with {text}", f"執行時出錯：{text}")
    values = []
    for one, trial in zip(came, trials, strict=True):
        value = _tensor(one)
        if value is None or (value.shape != trial.truth.shape and not value.numel() == trial.truth.numel() == 1):
            got = f"a {type(one).__name__}" + ("" if value is None else f" of shape {tuple(value.shape)}")
            return State.NOT_YET, Bilingual(
                f"Expected shape {tuple(trial.truth.shape)}, it returns {got}. {about.shape.en}",
                f"應該得到大小 {tuple(trial.truth.shape)}，卻回傳 {got}。{about.shape.zh}",
            )
        values.append(value.reshape(trial.truth.shape))
    return _verdict(name, trials, values)


def _verdict(name: str, trials: list[Trial], values: list[Tensor]) -> tuple[State, Bilingual | None]:
    if not all(value.isfinite().all() for value in values):
        return State.NOT_YET, Bilingual("Some of its numbers are NaN or infinite.", "有些數字是 NaN 或無限大。")
    if not any(value.any() for value in values):
        return State.NOT_YET, Bilingual("It gives 0 everywhere: is it written?", "到處都得到 0：寫完了嗎？")
    candidates = {"": [trial.truth for trial in trials]}
    for mistake in trials[0].wrong:
        made = zip(trials, values, strict=True)
        candidates[mistake] = [w(v) if callable(w := t.wrong[mistake]) else w for t, v in made]
    far = {mistake: _farthest(values, expected) for mistake, expected in candidates.items()}
    nearest = min(far, key=far.__getitem__)
    if far[nearest] <= NEAR.get(name, 1e-3):
        return (State.NOT_YET, load_exercises()[name].mistakes[nearest]) if nearest else (State.CORRECT, None)
    truth = candidates[""]
    times = [float((v * t).sum() / t.square().sum()) for v, t in zip(values, truth, strict=True)]
    if _farthest(values, [factor * one for factor, one in zip(times, truth, strict=True)]) <= NEAR.get(name, 1e-3):
        return State.NOT_YET, Bilingual(
            f"It is {times[0]:.3g} times what it should be: sums are divided by their number where a mean is meant, and"
            " pictures do not share a loss.",
            f"結果是正確值的 {times[0]:.3g} 倍：該取平均的要除以次數；每張圖的 loss 不該互相平均。",
        )
    worst = int((values[0] - truth[0]).abs().flatten().argmax())
    got, expected = float(values[0].flatten()[worst]), float(truth[0].flatten()[worst])
    return State.NOT_YET, Bilingual(
        f"No usual mistake. Where it is farthest off it gives {got:.4g}; expected {expected:.4g}.",
        f"不是常見的錯誤。差最多的地方，你的結果是 {got:.4g}，正確是 {expected:.4g}。",
    )


def _farthest(values: list[Tensor], expected: list[Tensor]) -> float:
    """Over the trials, the largest relative distance."""
    pairs = zip(values, expected, strict=True)
    return max(float((value - one).norm() / (one.norm() + 1e-9)) for value, one in pairs)


def _copies(trial: Trial) -> list[Any]:
    return [deepcopy(one) for one in trial.arguments]  # whatever the function does to them, it does to its own


def _tensor(value: Any) -> Tensor | None:
    if isinstance(value, tuple) and value:  # the library's integrated gradients come with a residual
        value = value[0]
    try:
        return torch.as_tensor(value).detach().float().cpu()
    except Exception:  # a string, a list of lists, or worse
        return None


def _in_time(run: Callable[[], list[Any]]) -> tuple[list[Any], BaseException | None]:
    """In a thread of its own, which is told to stop when its time is over, or when the user interrupts."""
    came: list[Any] = []
    problem: list[BaseException] = []
    done = threading.Event()  # Thread.join would call a thread dead whose waiter was interrupted (bpo-45274)

    def work() -> None:
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                came.extend(run())
        except BaseException as error:  # whatever the student's code raises, exit() too
            problem.append(error)
        finally:
            done.set()

    thread, end = threading.Thread(target=work, daemon=True), monotonic() + SECONDS
    thread.start()
    try:
        while not done.wait(0.1) and monotonic() < end:
            pass  # in short waits, so that Ctrl-C is heard on Windows too
    finally:
        if too_long := not done.is_set():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TookTooLong))
            done.wait(1)
    return came, TookTooLong() if too_long else problem[0] if problem else None


def _safe(text: Bilingual) -> Bilingual:
    return Bilingual(escape(text.en), escape(text.zh))
