import pytest
import torch
from berts import tiny_bert

from hw9_xai.bert.encoding import encode
from hw9_xai.bert.running import states_of_layers
from hw9_xai.bert.similarity import (
    Comparison,
    character_states,
    compare,
    compare_embeddings,
    similarity_by_layer,
    slide_matrix,
)

BERT = tiny_bert()
SENTENCES = ["今天買了蘋果來吃", "蘋果的股價", "今天買了蘋果手機果"]


def test_distances_by_hand():
    vectors = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]])
    half = 0.5**0.5
    cosine = [[1, 0, half], [0, 1, half], [half, half, 1]]
    euclidean = [[0, 5**0.5, 13**0.5], [5**0.5, 0, 10**0.5], [13**0.5, 10**0.5, 0]]
    assert torch.allclose(compare(vectors, "cosine"), torch.tensor(cosine), atol=1e-6)
    assert torch.allclose(compare(vectors, "euclidean"), torch.tensor(euclidean))


def test_compares_the_character_at_its_first_place():
    found = compare_embeddings(BERT, SENTENCES, "果", layer=2)
    states = [states_of_layers(BERT, [encode(BERT, text)])[0][2, text.index("果") + 1] for text in SENTENCES]
    expected = compare(torch.stack(states), "cosine")
    assert torch.allclose(found.values, expected, atol=1e-5)


def test_character_states_are_what_is_compared():
    vectors = character_states(BERT, SENTENCES, "果")
    assert vectors.shape == (5, 3, 16)
    assert torch.allclose(compare(vectors, "cosine"), similarity_by_layer(BERT, SENTENCES, "果").values, atol=1e-6)
    for count in (0, 1):
        with pytest.raises(ValueError, match="sentences: expected a list of two or more"):
            character_states(BERT, SENTENCES[:count], "果")


def test_the_slides_matrix_is_one_of_those_that_can_be_computed():
    shown = slide_matrix(BERT, SENTENCES)
    candidates = [
        compare_embeddings(BERT, SENTENCES, character, layer=4, metric=metric).values
        for character in ("蘋", "果", "蘋果") for metric in ("cosine", "euclidean")
    ]  # fmt: skip
    assert [torch.allclose(shown, one, atol=1e-6) for one in candidates].count(True) == 1


def test_of_several_tokens_the_mean_is_compared():
    found = compare_embeddings(BERT, SENTENCES, "蘋果", layer=1, metric="euclidean")
    states = [states_of_layers(BERT, [encode(BERT, text)])[0][1] for text in SENTENCES]
    means = [
        its[text.index("蘋") + 1 : text.index("蘋") + 3].mean(0) for its, text in zip(states, SENTENCES, strict=True)
    ]
    assert torch.allclose(found.values, compare(torch.stack(means), "euclidean"), atol=1e-4)
    assert found.values.diagonal().eq(0).all()


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_baseline_is_the_mean_over_tokens_of_different_sentences(metric):
    found = compare_embeddings(BERT, SENTENCES, "果", layer=4, metric=metric)
    states = [states_of_layers(BERT, [encode(BERT, text)])[0][4, 1:-1] for text in SENTENCES]
    pairs = [compare(torch.stack([a, b]), metric)[0, 1]
             for i, first in enumerate(states) for j, second in enumerate(states) if i != j
             for a in first for b in second]  # fmt: skip
    assert found.baseline.item() == pytest.approx(torch.stack(pairs).mean().item(), abs=1e-4)


def test_against_the_baseline_by_hand():
    values = torch.tensor([[1.0, 0.6], [0.6, 1.0]])
    assert Comparison(values, torch.tensor(0.5), "cosine").against_baseline[0, 1].item() == pytest.approx(0.1)
    assert Comparison(values, torch.tensor(0.5), "euclidean").against_baseline[0, 1].item() == pytest.approx(1.2)


def test_by_layer_is_every_layer():
    every = similarity_by_layer(BERT, SENTENCES, "果", metric="euclidean")
    assert every.values.shape == (5, 3, 3) and every.against_baseline.shape == (5, 3, 3)
    for layer in range(5):
        one = compare_embeddings(BERT, SENTENCES, "果", layer=layer, metric="euclidean")
        assert torch.equal(one.values, every.values[layer]) and torch.equal(one.baseline, every.baseline[layer])


def test_at_layer_0_the_same_place_is_the_same_vector():
    found = compare_embeddings(BERT, ["今天買了蘋果來吃", "今天買了蘋果手機", "蘋果的股價"], "果", layer=0)
    assert found.values[0, 1].item() == pytest.approx(1, abs=1e-6) and found.values[0, 2] < 0.999


def test_within_and_between_by_hand():
    values = torch.tensor([[1.0, 0.8, 0.1, 0.2], [0.8, 1, 0.3, 0.4], [0.1, 0.3, 1, 0.6], [0.2, 0.4, 0.6, 1]])
    found = Comparison(values, torch.tensor(0.0), "cosine").within_and_between(["fruit", "fruit", "firm", "firm"])
    assert {name: round(value.item(), 4) for name, value in found.items()} == {
        "fruit": 0.8,
        "firm": 0.6,
        "between": 0.25,
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"character": "梨"},
            "character: expected a word of every sentence, got '梨', which is none of '今天買了蘋果來吃'",
        ),
        ({"character": ""}, "character: expected"),
        ({"layer": 5}, "layer: expected a whole number from 0 to 4, got 5"),
        ({"metric": "manhattan"}, "metric: expected one of 'cosine', 'euclidean', got 'manhattan'"),
        ({"sentences": "蘋果"}, "sentences: expected a list of two or more, got '蘋果'"),
        ({"sentences": ["蘋果"]}, "sentences: expected a list of two or more"),
    ],
)
def test_wrong_arguments_are_told(change, says):
    given = {"sentences": SENTENCES, "character": "果", "layer": 1, "metric": "cosine"} | change
    with pytest.raises(ValueError, match=says):
        compare_embeddings(BERT, **given)


def test_senses_must_fit():
    with pytest.raises(ValueError, match="senses: expected one for each of 3 sentences"):
        compare_embeddings(BERT, SENTENCES, "果", layer=1).within_and_between(["fruit", "firm"])
