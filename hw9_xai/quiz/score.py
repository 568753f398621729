"""The score out of 10, what is missing, and a receipt: a line of text that outlives a notebook that was not saved."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from hw9_xai.assets import edition_in_use
from hw9_xai.quiz.bank import Bank, load_bank, load_exercises
from hw9_xai.quiz.check import MARKS, find
from hw9_xai.quiz.key import Key, State, Verdict, key_for, points

RECEIPT = re.compile(r"\[hw9-xai ((?:(?:Q[0-9.]+=[A-F?-]+|[a-z_]+=done) ?)+)\| [0-9.]+ of [0-9.]+ \| ([0-9a-f]{8})\]")


@dataclass(frozen=True)
class Score:
    key: Key
    bank: Bank
    asked: Mapping[str, Verdict]  # by id: the questions that were handed in
    here: tuple[str, ...]  # ids of those that this notebook asks, as against those known from receipts
    exercises: tuple[str, ...]  # names of those that are right

    @property
    def tenths(self) -> int:
        return sum(self._earned(name) for name in self.asked)

    @property
    def receipt(self) -> str:
        """Paste it, or several of them, into xai.score("...") to have the answers back."""
        answers = [f"{name}={_short(verdict)}" for name, verdict in self.asked.items()]
        line = " ".join([*answers, *(f"{name}=done" for name in self.exercises)])
        return f"[hw9-xai {line} | {points(self.tenths)} of {points(self.bank.tenths)} | {_checksum(line)}]"

    @property
    def progress(self) -> str:
        """How many questions of each notebook are right, and how many exercises."""
        right = {name for name, verdict in self.asked.items() if verdict.state is State.CORRECT}
        topics = []
        for topic, about in self.bank.topics.items():
            names = [question.id for question in self.bank.of_topic(topic)]
            topics.append(f"{about.notebook[:2]} {len(right.intersection(names))}/{len(names)}")
        return f"{' · '.join(topics)} · exercises 練習 {len(self.exercises)} of {len(load_exercises())}"

    def _earned(self, name: str) -> int:
        return self.key.tenths[name] if self.asked[name].state is State.CORRECT else 0

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                name,
                verdict.letters or "-",
                f"{MARKS[verdict.state]} {verdict.state.value}",
                f"{points(self._earned(name))} / {points(self.key.tenths[name])}",
            )
            for name, verdict in self.asked.items()
            if name in self.here
        ]

    def _notes(self) -> list[str]:
        here = [name for name in self.here if self.asked[name].state is State.UNANSWERED]
        missing = [name for name in self.bank.questions if name not in self.asked]
        earned, possible = (sum(map(of, self.here)) for of in (self._earned, self.key.tenths.__getitem__))
        notes = [f"In this notebook 這一本：{points(earned)} / {points(possible)}"]
        if here:
            notes.append(f"Unanswered 尚未作答：{', '.join(here)}")
        notes += [f"All notebooks 全部：{self.progress}"]
        notes += [f"Score 得分：{points(self.tenths)} / {points(self.bank.tenths)}"]
        if missing:
            notes.append(f"Not handed in 未列入：{', '.join(missing)}")
        receipt = [f"Receipt, keep it 收據，請留存：{self.receipt}"] if self.asked or self.exercises else []
        return [*notes, f"key 答案來源：{self.key.source.zh} · {self.key.source.en}", *receipt]

    def __repr__(self) -> str:
        rows = [f"{name:6} {letters:6} {state:13} {earned}" for name, letters, state, earned in self._rows()]
        return "\n".join([*rows, *self._notes()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("question 題目", "answer 答案", "state 狀態", "points 分數"))
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self._rows())
        notes = "".join(f'<div style="overflow-wrap:anywhere">{escape(note)}</div>' for note in self._notes())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def score(answers: Mapping[str, Any] | str, receipts: str = "", *, edition: str | None = None) -> Score:
    """Out of 10, from answers by question, or from one or more receipts. What is no question is passed over, so
    that score(globals()) works. `receipts` of other notebooks add what was answered there; exercises that are right
    are counted, and earn nothing.

    >>> score({"Q1": "A", "Q2": "DA", "Q23_1": ""}).tenths
    6
    """
    if isinstance(answers, str):
        answers = read_receipts(answers)
    if not isinstance(answers, Mapping):
        raise TypeError(f'answers: expected {{"Q1": "A", ...}} or a receipt, got {type(answers).__name__}')
    edition = edition or edition_in_use()
    bank, key = load_bank(edition), key_for(edition)
    here = {found.id: value for name, value in answers.items() if (found := find(name, edition))}
    known = read_receipts(receipts, "receipts") if receipts.strip() else {}
    given = known | {name: value for name, value in here.items() if not (name in known and _is_blank(value))}
    asked = {name: key.judge(question, given[name]) for name, question in bank.questions.items() if name in given}
    done = (name for name in load_exercises() if known.get(name) == "done" or _is_right(answers.get(name)))
    return Score(key, bank, asked, tuple(name for name in bank.questions if name in here), tuple(done))


def read_receipts(text: str, argument: str = "answers") -> dict[str, str]:
    """The answers on all receipts in a text; of several receipts the later one wins where it has an answer."""
    answers: dict[str, str] = {}
    for listed, checksum in RECEIPT.findall(" ".join(text.split())):  # a pasted line may have been broken
        if _checksum(listed.strip()) != checksum:
            raise ValueError(f"{argument}: this receipt was changed or cut; its checksum does not fit its answers")
        for pair in listed.split():
            name, letters = pair.split("=")
            answers[name] = letters.strip("-?") or answers.get(name, "")
    if not answers:
        answers_too = '{"Q1": "A", ...} or ' if argument == "answers" else ""
        raise ValueError(f"{argument}: expected {answers_too}a receipt, a line that starts with [hw9-xai")
    return answers


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_right(exercise: Any) -> bool:
    return exercise == "done" if isinstance(exercise, str) else getattr(exercise, "right", False) is True


def _short(verdict: Verdict) -> str:
    return "?" if verdict.state is State.UNREADABLE else verdict.letters or "-"


def _checksum(answers: str) -> str:
    return f"{zlib.crc32(answers.encode()):08x}"
