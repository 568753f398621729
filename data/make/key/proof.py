"""The kit's key proves itself: all questions measured, compared with both keys, and the key written from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import mean, pstdev

from data.make.key.evidence import Evidence, evidence, measure_of
from data.make.key.exhibits import SEEDS, Exhibits, Unmeasurable
from data.make.key.sealing import with_kit_key
from hw9_xai.assets import CHECKPOINTS, DATA, KIT_CLASSIFIERS
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import load_pictures
from hw9_xai.quiz.bank import FILE, load_bank
from hw9_xai.quiz.key import Key, key_for, official_key

STEADY = 2.0  # standard deviations of the margin between the seeds that must lie between it and zero
REPORT = CHECKPOINTS / "key.md"

Run = Mapping[str, Evidence | Unmeasurable]  # by question, with one seed


@cache
def shipped() -> Exhibits:
    """The kit's own, whatever is in use."""
    model, plain = (load_classifier(CHECKPOINTS / f"{name}.safetensors") for name in KIT_CLASSIFIERS)
    return Exhibits("kit", model=model, plain=plain, pictures=load_pictures(DATA / "pictures"))


def measure_all(exhibits: Exhibits, seed: int = 0) -> dict[str, Evidence | Unmeasurable]:
    return {name: _measured(name, exhibits, seed) for name in load_bank(exhibits.edition).questions}


def _measured(name: str, exhibits: Exhibits, seed: int) -> Evidence | Unmeasurable:
    try:
        return evidence(name, exhibits, seed)
    except Unmeasurable as problem:
        return problem


# --- beside the keys -------------------------------------------------------------------------------------------------


def comparison(run: Run) -> tuple[str, bool]:
    """Evidence, the kit's key and the official one, question by question, and why; and whether all that could be
    measured bears out the key that counts."""
    kit, official = key_for("kit"), official_key("kit")
    lines = [f"{'':6} {'evidence':9} {'margin':>6}  {'kit':10} {'official':10}"]
    verdicts = []
    for name, one in run.items():
        keys = f"{' or '.join(kit.accepted[name]):10} {' or '.join(official.accepted[name]):10}"
        verdicts.append(verdict := _verdict(one, name, kit, official))
        answer = f"{one.answer:9} {one.margin:+6.2f}" if isinstance(one, Evidence) else f"{'-':9} {'':6}"
        lines += [f"{name:6} {answer}  {keys} {verdict}", f"{'':6} {_why(one)}"]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    lines += [f"{len(run)} questions: {counts}", f"official: {official.source.en}", f"kit: {kit.source.en}"]
    if kit == official:
        lines.append("The kit's own key is not proven yet, so the official one counts: python -m data.make.key prove")
    return "\n".join(lines), not {UNCLEAR, AGAINST} & set(verdicts)


UNCLEAR, AGAINST = "unclear", "against the kit's key"


def _verdict(one: Evidence | Unmeasurable, name: str, kit: Key, official: Key) -> str:
    if isinstance(one, Unmeasurable):
        return "not measured"
    if not one.clear:
        return UNCLEAR
    if one.answer not in kit.accepted[name]:
        return AGAINST
    return "agrees" if one.answer in official.accepted[name] else "differs from the official answer"


def _why(one: Evidence | Unmeasurable) -> str:
    return str(one) if isinstance(one, Unmeasurable) else one.measured.reason


# --- the key made from the evidence ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    answers: dict[str, str]  # by question
    problems: dict[str, str]  # by question: why there is no answer
    margins: dict[str, list[float]]  # by question, one for each seed

    def __str__(self) -> str:
        head = f"{'':6} {'answer':7} margins of {len(SEEDS)} seeds"
        rows = [
            f"{name:6} {self.answers.get(name, '-'):7} {' '.join(f'{margin:+.2f}' for margin in margins)}"
            for name, margins in self.margins.items()
        ]
        return "\n".join([head, *rows, *(f"{name}: {problem}" for name, problem in self.problems.items())])


def prove(runs: Sequence[Run]) -> Proof:
    """What all runs, one for each seed, agree on by a margin that another seed is not likely to turn."""
    answers, problems, margins = {}, {}, {}
    for name in runs[0]:
        every = [run[name] for run in runs]
        measured = [one for one in every if isinstance(one, Evidence)]
        margins[name] = [one.margin for one in measured]
        if len(measured) < len(every):
            problems[name] = f"not measured: {next(one for one in every if isinstance(one, Unmeasurable))}"
        elif len({one.answer for one in measured}) > 1:
            problems[name] = f"the seeds disagree: {', '.join(one.answer for one in measured)}"
        elif min(margins[name]) <= 0:
            problems[name] = f"the options allow no clear answer: smallest margin {min(margins[name]):+.2f}"
        elif (middle := mean(margins[name])) <= STEADY * (deviation := pstdev(margins[name])):
            problems[name] = f"another seed could turn it: margin {middle:.2f} +- {deviation:.2f}"
        else:
            answers[name] = measured[0].answer
    return Proof(answers, problems, margins)


def write_key(proof: Proof) -> list[str]:
    """Write the kit's key into the bank, and the report beside the models; all of it or nothing. Returns the questions
    where it is not the official one: their explanations say why another option is right."""
    if proof.problems:
        raise ValueError(f"key: not written, because nothing is proven for {', '.join(proof.problems)}")
    official = official_key("kit")
    differing = [name for name, answer in proof.answers.items() if answer not in official.accepted[name]]
    FILE.write_text(with_kit_key(FILE.read_text("utf-8"), proof.answers), "utf-8")
    REPORT.write_text(report(proof, differing), "utf-8")
    return differing


def report(proof: Proof, differing: Sequence[str]) -> str:
    """What is measured for each question and by what margin the answer holds; the answers themselves stay sealed."""
    topics = load_bank("kit").topics
    rows = [
        f"| {question.id} | {topics[question.topic].notebook[:2]}: {', '.join(question.figures) or '-'} "
        f"| {what_is_measured(question.id)} | {min(proof.margins[question.id]):.2f} "
        f"| {mean(proof.margins[question.id]):.2f} | {'**no**' if question.id in differing else 'yes'} |"
        for question in load_bank("kit").questions.values()
    ]
    return "\n".join([
        "# The kit's key, measured",
        "",
        "Written by `python -m data.make.key prove`, from the shipped pictures and models alone. The answers are "
        "sealed in `hw9_xai/quiz/questions.yaml`; `python -m data.make.key compare` prints them, with the numbers "
        "behind each.",
        "",
        f"A margin says how near the closest call among a question's options is to turning: 1 is as clear as can be, "
        f"and at 0 it turns. Each was measured with {len(SEEDS)} seeds, which draw the samples anew, round the "
        f"pictures otherwise and choose other texts; all had to give the same answer, and the mean margin had to be "
        f"more than {STEADY:.0f} standard deviations from 0.",
        "",
        "What a person sees decides too: the second column names the notebook and the cells of the figures from which "
        "the question can be answered by looking. No number stands above it that would tell.",
        "",
        "| question | figures | what is measured | lowest margin | mean | as the course has it |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
    ])  # fmt: skip


def what_is_measured(name: str) -> str:
    """As its measure says of itself."""
    return " ".join((measure_of(load_bank("kit").questions[name]).__doc__ or "").split())
