"""Everything works on a BERT of another size, over 60 tokens in two segments."""

import pytest
import torch
from berts import tiny_bert

import hw9_xai.bert.corpus as corpus
from hw9_xai.bert.attention import attention
from hw9_xai.bert.coreference import Pronoun, coreference
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.hidden import hidden_states, layer_numbers
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.projection import project, project_together
from hw9_xai.bert.similarity import similarity_by_layer
from hw9_xai.pages.attention.explorer import explore

BERT = tiny_bert()
QUESTION, CONTEXT = "What is Emily afraid of ?", "cats sleep . " * 15 + "and the dog sleeps ."
TEXT = (QUESTION, CONTEXT)


def test_the_text_has_60_tokens():
    assert len(attention(BERT, TEXT).tokens) == 60


def test_heads():
    found = attention(BERT, TEXT, masked="Emily")
    functions = head_functions(found)
    assert all(score.shape == (4, 2) for score in functions.score.values())
    assert functions.entropy.shape == (4, 2) and len(functions.label) == 4
    assert coreference([found], [Pronoun(50, (3, 20), 0)]).accuracy.shape == (4, 2)


def test_predictions():
    found = predict_masked(BERT, TEXT, ["Emily", "dog"], top=3, watch=["he"])
    assert [place.hidden for place in found.places] == ["Emily", "dog"]


def test_search():
    small = corpus.Corpus([(["a", "sleepy", "dog"], ["DET", "ADJ", "NOUN"])])
    found = corpus.search_corpus_by_layer(BERT, TEXT, "dog", top=2, corpus=small)
    assert [one.layer for one in found] == [0, 1, 2, 3, 4] and all(len(one.hits) == 2 for one in found)


def test_layers():
    hidden = hidden_states(BERT, QUESTION, CONTEXT, "dog")
    assert project(hidden).points.shape == (5, len(hidden.tokens), 2)
    assert project_together(hidden, hidden)[0].points.shape == (5, len(hidden.tokens), 2)
    assert all(numbers.shape == (5,) for numbers in vars(layer_numbers(hidden)).values())


def test_similarity():
    found = similarity_by_layer(BERT, [TEXT, "a dog"], "dog", metric="euclidean")
    assert found.values.shape == (5, 2, 2) and torch.isfinite(found.values).all()


def test_the_explorer():
    with pytest.warns(UserWarning, match="tokens are hard to read"):
        page = explore(BERT, TEXT, pairs=[("Emily", "dog")])
    assert len(page.html) < 3_000_000
