"""The kit's key is what is measured on the shipped pictures and models."""

import pytest

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.evidence import evidence
from hw9_xai.quiz.key import key_for
from hw9_xai.quiz.measuring import SEEDS, Unmeasurable
from hw9_xai.quiz.proof import shipped

QUESTIONS, KEY = load_bank("kit").questions, key_for("kit")

# The official key counts until `hw9-xai key --prove` has written the kit's own. Where these pictures and models give
# another answer, or none that is clear, the question stands here and nowhere else. Each of these must fail, so that
# the set has to be emptied when the key is written.
PROVISIONAL = {"Q4", "Q11", "Q21", "Q22", "Q24", "Q26", "Q27", "Q29"}


NOT_YET = pytest.mark.xfail(strict=True, reason="the kit's own key is not written")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[NOT_YET] * (name in PROVISIONAL)) for name in QUESTIONS])
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
