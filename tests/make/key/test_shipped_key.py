"""The kit's key is what is measured on the shipped pictures and models."""

import pytest

from data.make.key.evidence import evidence
from data.make.key.exhibits import SEEDS
from data.make.key.proof import shipped
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import key_for

QUESTIONS, KEY = load_bank("kit").questions, key_for("kit")


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_key_is_what_is_measured(name):
    found = evidence(name, shipped())
    assert found.clear and found.answer in KEY.accepted[name], found


@pytest.mark.bench
@pytest.mark.parametrize("name", QUESTIONS)
def test_five_seeds_agree(name):
    found = [evidence(name, shipped(), seed) for seed in SEEDS]
    print(name, found[0].answer, *(f"{one.margin:+.2f}" for one in found))
    assert all(one.clear and one.answer in KEY.accepted[name] for one in found), found


def test_every_question_is_proven_and_those_about_pictures_as_the_homework_had_it():
    assert all(question.proven for question in QUESTIONS.values())
    cnn = [question for question in QUESTIONS.values() if int(question.id.removeprefix("Q").split(".")[0]) <= 20]
    differing = {question.id for question in cnn if question.proven[0] not in question.official}
    assert len(cnn) == 20 and differing == set()
