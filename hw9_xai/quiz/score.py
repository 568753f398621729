"""The score out of 10, what is missing, and a receipt: a line of text that outlives a notebook that was not saved."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from hw9_xai.assets import edition_in_use
from hw9_xai.quiz.bank import Question, load_bank
from hw9_xai.quiz.check import MARKS, find
from hw9_xai.quiz.key import Key, State, Verdict, key_for, points

RECEIPT = re.compile(r"\[hw9-xai ((?:Q[0-9.]+=[A-F?-]+ ?)+)\| [0-9.]+ of [0-9.]+ \| ([0-9a-f]{8})\]")


@dataclass(frozen=True)
class Score:
    key: Key
    asked: Mapping[str, tuple[Question, Verdict]]  # by id: the questions that were handed in
    missing: tuple[str, ...]  # ids of all others
    out_of: int  # tenths of the whole quiz

    @property
    def tenths(self) -> int:
        return sum(self._earned(name) for name in self.asked)

    @property
    def receipt(self) -> str:
        """Paste it, or several of them, into xai.score("...") to have the answers back."""
        answers = " ".join(f"{name}={_short(verdict)}" for name, (_, verdict) in self.asked.items())
        return f"[hw9-xai {answers} | {points(self.tenths)} of {points(self.out_of)} | {_checksum(answers)}]"

    def _earned(self, name: str) -> int:
        return self.key.tenths[name] if self.asked[name][1].state is State.CORRECT else 0

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                name,
                verdict.letters or "-",
                f"{MARKS[verdict.state]} {verdict.state.value}",
                f"{points(self._earned(name))} / {points(self.key.tenths[name])}",
            )
            for name, (_, verdict) in self.asked.items()
        ]

    def _notes(self) -> list[str]:
        unanswered = [name for name, (_, verdict) in self.asked.items() if verdict.state is State.UNANSWERED]
        notes = [f"Score 得分：{points(self.tenths)} / {points(self.out_of)}"]
        if unanswered:
            notes.append(f"Unanswered 尚未作答：{', '.join(unanswered)}")
        if self.missing:
            notes.append(f"Not handed in 未列入：{', '.join(self.missing)}")
        receipt = [f"Receipt, keep it 收據，請留存：{self.receipt}"] if self.asked else []
        return [*notes, f"key 答案來源：{self.key.source.zh} · {self.key.source.en}", *receipt]

    def __repr__(self) -> str:
        rows = [f"{name:6} {letters:6} {state:13} {earned}" for name, letters, state, earned in self._rows()]
        return "\n".join([*rows, *self._notes()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("question 題目", "answer 答案", "state 狀態", "points 分數"))
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self._rows())
        notes = "".join(f'<div style="overflow-wrap:anywhere">{escape(note)}</div>' for note in self._notes())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def score(answers: Mapping[str, Any] | str, *, edition: str | None = None) -> Score:
    """Out of 10, from answers by question, or from one or more receipts. What is no question is passed over, so
    that score(globals()) works.

    >>> score({"Q1": "A", "Q2": "DA", "Q23_1": ""}).tenths
    6
    """
    if isinstance(answers, str):
        answers = read_receipts(answers)
    if not isinstance(answers, Mapping):
        raise TypeError(f'answers: expected {{"Q1": "A", ...}} or a receipt, got {type(answers).__name__}')
    edition = edition or edition_in_use()
    bank, key = load_bank(edition), key_for(edition)
    given = {found.id: value for name, value in answers.items() if (found := find(name, edition))}
    asked = {
        name: (question, key.judge(question, given[name])) for name, question in bank.questions.items() if name in given
    }
    return Score(key, asked, tuple(name for name in bank.questions if name not in given), bank.tenths)


def read_receipts(text: str) -> dict[str, str]:
    """The answers on all receipts in a text; of several receipts the later one wins where it has an answer."""
    answers: dict[str, str] = {}
    for listed, checksum in RECEIPT.findall(" ".join(text.split())):  # a pasted line may have been broken
        if _checksum(listed.strip()) != checksum:
            raise ValueError("answers: this receipt was changed or cut; its checksum does not fit its answers")
        for pair in listed.split():
            name, letters = pair.split("=")
            answers[name] = letters.strip("-?") or answers.get(name, "")
    if not answers:
        raise ValueError('answers: expected {"Q1": "A", ...} or a receipt, a line that starts with [hw9-xai')
    return answers


def _short(verdict: Verdict) -> str:
    return "?" if verdict.state is State.UNREADABLE else verdict.letters or "-"


def _checksum(answers: str) -> str:
    return f"{zlib.crc32(answers.encode()):08x}"
