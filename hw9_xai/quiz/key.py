"""Answer keys: the official one, the one that counts for an edition, and an instructor's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from reprlib import repr as short
from typing import Any

import yaml

from hw9_xai.quiz.answers import Unreadable, read_answer
from hw9_xai.quiz.bank import Bilingual, Question, load_bank


class State(str, Enum):
    UNANSWERED = "unanswered"
    UNREADABLE = "unreadable"
    NOT_YET = "not yet"
    CORRECT = "correct"


@dataclass(frozen=True)
class Verdict:
    state: State
    letters: str = ""
    problem: str = ""  # why it cannot be read


@dataclass(frozen=True)
class Key:
    source: Bilingual
    accepted: Mapping[str, tuple[str, ...]]  # by question; each entry is accepted
    tenths: Mapping[str, int]

    def judge(self, question: Question, value: Any) -> Verdict:
        """All right options and no other: half an answer is none."""
        try:
            letters = read_answer(value, "".join(question.options))
        except Unreadable as problem:
            return Verdict(State.UNREADABLE, problem=str(problem))
        if not letters:
            return Verdict(State.UNANSWERED)
        right = letters in self.accepted[question.id]
        return Verdict(State.CORRECT if right else State.NOT_YET, letters)


def official_key(edition: str = "kit") -> Key:
    bank = load_bank(edition)
    return Key(
        bank.source,
        {name: question.official for name, question in bank.questions.items()},
        {name: question.tenths for name, question in bank.questions.items()},
    )


MEASURED = Bilingual(
    "measured on the kit's own pictures and models (hw9-xai key --compare shows it)",
    "由套件自己的圖片與模型測量而得（見 hw9-xai key --compare）",
)


def key_for(edition: str = "kit") -> Key:
    """The key that counts: for the kit what was measured on it, once all of it is proven; else the official one."""
    official = official_key(edition)
    proven = {name: question.proven for name, question in load_bank(edition).questions.items()}
    if edition == "kit" and all(proven.values()):
        return replace(official, source=MEASURED, accepted=proven)
    return official


def new_key(key: Key) -> str:
    """A key file to edit: answers and points of one's own."""
    rows = [
        f"  {name}: {{accepted: [{', '.join(accepted)}], points: {points(key.tenths[name])}}}"
        for name, accepted in key.accepted.items()
    ]
    head = [
        "# A key of your own, for: hw9-xai grade FOLDER --key THIS_FILE",
        "# Each entry of `accepted` is one right choice: [AC] wants A and C, [A, C] takes either.",
        "# Points go in steps of 0.1. A question that is left out is not graded.",
        "questions:",
    ]
    return "\n".join([*head, *rows]) + "\n"


OPENING = yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken
CLOSING = yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken
DEEPEST = 20  # a key has three


def read_key(path: str | Path) -> Key:
    path = Path(path)
    text = path.read_bytes()
    try:
        depth = 0
        for token in yaml.scan(text):
            if isinstance(token, yaml.AliasToken):
                raise ValueError("it repeats itself by aliases (*), which may never end")
            depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
            if depth > DEEPEST:  # which the reader would take half a minute for
                raise ValueError(f"it has more than {DEEPEST} brackets within each other")
        document = yaml.safe_load(text)
    except Exception as error:  # a reader may raise anything at a file from a stranger
        raise ValueError(f"key: {path} is no YAML: {(str(error) or type(error).__name__).splitlines()[0]}") from None
    entries = document.get("questions") if isinstance(document, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise ValueError(f"key: expected `questions:` in {path}, as hw9-xai key --new writes it")
    questions = load_bank().questions
    for name in entries:
        if name not in questions:
            raise ValueError(f"key: there is no question {short(name)} to grade; {path} may name Q1 to Q30, Q23.1, …")
    accepted, tenths = {}, {}
    for name, question in questions.items():
        if name not in entries:
            continue
        entry = entries[name]
        if not isinstance(entry, dict) or set(entry) != {"accepted", "points"}:
            raise ValueError(f"key: {name}: expected {{accepted: [A], points: 0.3}}, got {short(entry)}")
        accepted[name] = _accepted(name, entry["accepted"], "".join(question.options))
        tenths[name] = _tenths(name, entry["points"])
    return Key(Bilingual(f"the key in {path.name}", f"{path.name} 中的答案"), accepted, tenths)


def points(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def _accepted(name: str, answers: Any, options: str) -> tuple[str, ...]:
    answers = [answers] if isinstance(answers, str) else answers
    try:
        read = tuple(read_answer(answer, options) for answer in answers)
        if read and all(read):
            return read
    except (Unreadable, TypeError):
        pass
    raise ValueError(f"key: {name}: accepted: expected letters of {options} such as [A] or [AC], got {short(answers)}")


def _tenths(name: str, value: Any) -> int:
    try:
        tenths = Decimal(str(value)) * 10  # str, because 0.3 has no exact float
        if not isinstance(value, bool) and 0 <= tenths <= 10_000 and tenths == int(tenths):
            return int(tenths)
    except (InvalidOperation, ValueError, OverflowError):
        pass
    raise ValueError(f"key: {name}: points: expected 0 to 1000 in steps of 0.1, got {short(value)}")
