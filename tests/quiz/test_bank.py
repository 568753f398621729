"""The bank keeps its rules: ten points exactly, both languages everywhere, the homework's official answers."""

import re

import pytest

from data.make.key.sealing import sealed, unsealed
from hw9_xai.assets import EDITIONS
from hw9_xai.quiz.bank import FILE, load_bank, parse

OFFICIAL = (
    "Q1 A, Q2 AD, Q3 C, Q4 D, Q5 D, Q6 A, Q7 A, Q8 C, Q9 E, Q10 D, Q11 C, Q12 A, Q13 B, Q14 D, Q15 BC, Q16 CD, Q17 E, "
    "Q18 B, Q19 A, Q20 D, Q21 C ABCDE, Q22 B, Q23.1 B, Q23.2 A, Q24 C, Q25 A, Q26 D, Q27 B, Q28.1 B, Q28.2 C, "
    "Q29 B, Q30 A"
)
CONCEPTS = ["Q2", "Q3", "Q5", "Q7", "Q10", "Q16", "Q19"]


@pytest.fixture(params=EDITIONS)
def bank(request):
    return load_bank(request.param)


def test_ten_points_in_32_parts(bank):
    assert len(bank.questions) == 32
    assert bank.tenths == 100
    points = {question.id: question.tenths for question in bank.questions.values()}
    assert points == {
        name: 2 if "." in name else 3 if int(name[1:]) <= 20 else 4 for name in points
    }  # 20 of the CNN, 10 of BERT
    assert {name.split(".")[0] for name in points} == {f"Q{number}" for number in range(1, 31)}


def test_the_official_answers(bank):
    assert {name: " ".join(question.official) for name, question in bank.questions.items()} == dict(
        entry.split(" ", 1) for entry in OFFICIAL.split(", ")
    )
    assert [question.id for question in bank.questions.values() if question.kind == "concept"] == CONCEPTS


def test_both_languages_everywhere(bank):
    chinese = re.compile("[\u4e00-\u9fff]")
    for question in bank.questions.values():
        whys = [option.why for option in question.options.values()]
        for text in [question.text, question.hint, *whys]:
            assert chinese.search(text.zh) and re.search("[a-z]{3}", text.en), (question.id, text)
        hint = bank.topics[question.topic].notebook
        assert question.hint.en.startswith(hint) and question.hint.zh.startswith(hint)
        for language in ("en", "zh"):
            shown = [getattr(option.text, language) for option in question.options.values()]
            assert all(shown) and len(set(shown)) == len(shown), question.id


def test_every_topic_is_asked_about(bank):
    asked = [question.id for topic in bank.topics for question in bank.of_topic(topic)]
    assert asked == list(bank.questions)


def test_nothing_is_readable_at_a_glance():
    text = FILE.read_text("utf-8")
    assert "  open:" not in text
    for question in load_bank().questions.values():
        for option in question.options.values():
            assert option.why.en not in text and option.why.zh not in text
    keys = re.findall(r"    key: (.+)", text)
    assert len(set(keys)) == len(keys) == 32  # equal answers do not look equal


def test_opening_and_closing_again_changes_nothing():
    text = FILE.read_text("utf-8")
    assert sealed(unsealed(text)) == text
    assert "    key: [AD]" in unsealed(text)


@pytest.mark.parametrize("old, new, message", [
    ("- id: Q2\n", "- id: Q1\n", "Q1: this id occurs twice"),
    ("  topic: lime\n", "  topic: limes\n", "Q1: topic: expected one of lime, saliency"),
    ("  points: 3\n", "  points: 0.3\n", "Q1: points: expected tenths, .* got 0.3"),
    ("  kind: observation\n", "  kind: rumour\n", "Q1: expected a kind of"),
    ("    key: [A]\n", "    key: [B, X]\n", "Q1: key: 'X' is no choice of one among ABCD"),
    ("    key: [AD]\n", "    key: [A]\n", "Q2: key: 'A' is no choice of two among ABCD"),
    ("zh: \"草莓是最主要的負面部分\"}", "zh: \" \"}", "Q1: option A: the text in 'zh' is missing"),
    ("    B: {en: \"The milk jug", "    C: {en: \"The milk jug", "Q1: options: expected A, B, ... in order"),
])  # fmt: skip
def test_a_mistake_in_the_bank_is_named(old, new, message):
    broken = sealed(unsealed(FILE.read_text("utf-8")).replace(old, new, 1))
    with pytest.raises(ValueError, match="^" + message):
        parse(broken, "kit")


def test_unknown_editions_and_topics():
    with pytest.raises(ValueError, match=r"^edition: expected 'kit' or 'course', got 'mine'"):
        load_bank("mine")
    with pytest.raises(ValueError, match=r"^topic: expected one of lime, .* got 'slime'"):
        load_bank().of_topic("slime")
