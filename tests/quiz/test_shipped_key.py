"""The kit's key is what is measured on the shipped pictures and models."""

import pytest

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.evidence import evidence
from hw9_xai.quiz.key import key_for
from hw9_xai.quiz.measuring import SEEDS, Unmeasurable
from hw9_xai.quiz.proof import shipped

QUESTIONS, KEY = load_bank("kit").questions, key_for("kit")

# The weights that are committed come from a first, short training. What they do not show yet stands here and nowhere
# else. Each of these must fail, so that the set has to be emptied when the final weights come.
PROVISIONAL = {"Q4", "Q8", "Q9", "Q11", "Q13", "Q21", "Q22", "Q24"}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.xfail(strict=True, reason="provisional weights")] * (name in PROVISIONAL))
    for name in QUESTIONS
])  # fmt: skip
def test_the_key_is_what_is_measured(name):
    found = measured_or_skipped(name, 0)
    assert found.clear and found.answer in KEY.accepted[name], found


@pytest.mark.bench
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in PROVISIONAL])
def test_five_seeds_agree(name):
    found = [measured_or_skipped(name, seed) for seed in SEEDS]
    print(name, found[0].answer, *(f"{one.margin:+.2f}" for one in found))
    assert all(one.clear and one.answer in KEY.accepted[name] for one in found), found


def measured_or_skipped(name, seed):
    try:
        return evidence(name, seed=seed, assets=shipped())
    except Unmeasurable as problem:
        pytest.skip(str(problem))
