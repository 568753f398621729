"""Evidence: every result is whole and follows from claims; seeds, shared measurements, and what cannot be measured."""

import re
from dataclasses import replace
from importlib import import_module
from math import isfinite

import pytest
import torch
from given.berts import kit, tiny_bert
from given.measured import planted
from given.nets import food_cnn
from transformers import BertConfig, BertForMaskedLM

import hw9_xai as xai
from data.make.key.claims import decide, lead, least, winner
from data.make.key.evidence import evidence
from data.make.key.exhibits import Exhibits, Unmeasurable
from data.make.key.measures import attention, embedding_visualization, integrated_gradients, maps
from hw9_xai.bert.corpus import Corpus
from hw9_xai.bert.models import Bert
from hw9_xai.quiz.bank import load_bank

BANK = load_bank("kit")
CONCEPTS = [name for name, question in BANK.questions.items() if question.kind == "concept"]


# --- from claims to an answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims, choose, answer, margin", [
    ({"A": 0.5, "B": -0.2, "C": -0.9}, "one", "A", 0.2),
    ({"A": 0.1, "B": -0.2, "C": -0.9}, "one", "A", 0.1),
    ({"A": 0.5, "B": 0.2, "C": -0.9}, "one", "A", -0.2),  # two hold where one is asked for
    ({"A": -0.5, "B": -0.2, "C": -0.9}, "one", "B", -0.2),  # none holds
    ({"A": 0.5, "B": 0.2, "C": -0.9}, "two", "AB", 0.2),
    ({"D": 0.5, "B": 0.2, "C": 0.9}, "any", "BCD", 0.2),
    ({"D": 0.5, "B": -0.3, "C": -0.9}, "any", "D", 0.3),
    ({"D": -0.5, "B": -0.3, "C": -0.9}, "any", "B", -0.3),
])  # fmt: skip
def test_the_answer_is_what_holds(claims, choose, answer, margin):
    assert decide(claims, choose) == (answer, margin)


def test_what_is_not_a_number_is_no_answer():
    with pytest.raises(Unmeasurable, match="nothing to measure"):
        decide({"A": 1.0, "B": float("nan")}, "one")


def test_leads():
    assert (lead(2, 1), lead(1, 2), lead(1, 0), lead(3, 3), lead(0, 0)) == (1 / 3, -1 / 3, 1, 0, 0)
    assert winner({"A": 3.0, "B": 1.0, "C": 2.0}) == {"A": 1 / 5, "B": -1 / 2, "C": -1 / 5}
    assert least({"A": 3.0, "B": 1.0, "C": 2.0}) == {"A": -1 / 2, "B": 1 / 3, "C": -1 / 3}


# --- every result, on random networks --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def random_exhibits():
    """Makes exhibits with random networks, and lets all be measured on little: structure is what is looked at."""
    corpus, pronouns = Corpus(xai.load_corpus().sentences[:300]), xai.load_pronouns(of_persons=True)[:20]
    less = {
        maps: {"LIME_SAMPLES": 24, "SMOOTHGRAD_SAMPLES": 2},
        integrated_gradients: {"FEW_STEPS": 2, "MANY_STEPS": 4},
        attention: {"SENTENCES": 5, "load_corpus": lambda: corpus, "load_pronouns": lambda of_persons: pronouns},
        embedding_visualization: {"QUESTIONS": 5},
    }
    with pytest.MonkeyPatch.context() as patch:
        for module, values in less.items():
            for name, value in values.items():
                patch.setattr(module, name, value)
        english = random_english()
        berts = {"en": english, "qa": english, "zh": tiny_bert(layers=12)}
        yield lambda: Exhibits("kit", model=food_cnn(), berts=berts)


def random_english() -> Bert:
    tokenizer = kit("kit-en").tokenizer
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=len(tokenizer), hidden_size=24, num_hidden_layers=12, num_attention_heads=12,
            intermediate_size=32, max_position_embeddings=128, initializer_range=0.6, attn_implementation="eager",
        )  # fmt: skip
        return Bert("random", BertForMaskedLM(config).eval(), tokenizer)


@pytest.fixture(scope="module")
def one_set(random_exhibits):
    return random_exhibits()


def test_every_question_has_evidence():
    for topic in BANK.topics:
        measures = import_module(f"data.make.key.measures.{topic}").MEASURES
        assert list(measures) == [question.id for question in BANK.of_topic(topic)]
        assert all(measure.__doc__ for measure in measures.values()), "checkpoints/key.md says what is measured"


@pytest.mark.parametrize("name", BANK.questions)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_result_is_whole(name, seed, one_set):
    question = BANK.questions[name]
    found = evidence(name, seed=seed, exhibits=one_set)
    claims, figures = found.measured.claims, found.measured.figures
    assert found.question == name
    assert found.answer and found.answer == "".join(sorted(set(found.answer) & set(question.options)))
    assert -1 <= found.margin <= 1 and all(-1 <= claim <= 1 for claim in claims.values())
    assert set(claims) <= set(question.options)
    assert figures and all(isfinite(figure) for figure in figures.values())
    assert re.search(r"\d", found.measured.reason) and not re.search(r"[\n{]", found.measured.reason)


@pytest.mark.parametrize("name", ["Q1", "Q11", "Q21", "Q24", "Q25"])
def test_the_seed_fixes_the_result_and_another_draws_anew(name, random_exhibits, one_set):
    figures = evidence(name, seed=1, exhibits=one_set).measured.figures
    assert evidence(name, seed=1, exhibits=random_exhibits()).measured.figures == figures
    assert evidence(name, seed=2, exhibits=one_set).measured.figures != figures


def test_shared_measurements_are_made_once(random_exhibits, monkeypatch):
    calls = []
    monkeypatch.setattr(maps, "saliency", lambda *given: calls.append(1) or xai.saliency(*given))
    exhibits = random_exhibits()
    for name in ("Q5", "Q6", "Q8", "Q9"):
        evidence(name, exhibits=exhibits)
    assert len(calls) == 1
    evidence("Q11", exhibits=exhibits)  # SmoothGrad is asked of another network
    assert len(calls) == 2
    evidence("Q6", exhibits=exhibits, seed=1)
    assert len(calls) == 3


def test_exhibits_that_lack_something(monkeypatch, tmp_path):
    pictures = xai.load_pictures()
    values = torch.rand(10, 128, 128)
    bare = planted(
        (maps.saliency_maps, values),
        (maps.plain_saliency_maps, values),
        (maps.smoothgrad_maps, values),
        pictures=replace(pictures, masks=[{} for _ in pictures.masks]),
    )
    with pytest.raises(Unmeasurable, match="picture 8 comes without a mask of: salmon"):
        evidence("Q6", exhibits=bare)
    with pytest.raises(Unmeasurable, match="picture 0 comes without masks"):
        evidence("Q11", exhibits=bare)
    monkeypatch.setattr("hw9_xai.bert.models.CHECKPOINTS", tmp_path)
    with pytest.raises(Unmeasurable, match="kit-zh is missing"):
        evidence("Q28.1", exhibits=Exhibits("kit"))


def test_another_rounding_of_the_pictures():
    exhibits = Exhibits("kit")
    assert torch.equal(exhibits.images(0), exhibits.pictures.images)
    other = exhibits.images(3)
    assert torch.equal(other, exhibits.images(3)) and not torch.equal(other, exhibits.images(4))
    assert 0 < (other - exhibits.pictures.images).abs().max() <= 0.5 / 255 + 1e-6
    assert other.min() >= 0 and other.max() <= 1


# --- where a definition decides, any network shows it ----------------------------------------------------------------


@pytest.mark.parametrize("name", [*CONCEPTS, "Q17", "Q28.1", "Q28.2", "Q30"])
def test_what_holds_for_any_network(name, one_set):
    found = evidence(name, exhibits=one_set)
    assert found.clear and found.answer in BANK.questions[name].official, found
