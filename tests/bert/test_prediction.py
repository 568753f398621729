import pytest
import torch
from given.berts import tiny_bert, tiny_qa

from hw9_xai.bert.prediction import candidates_of, predict_masked

BERT = tiny_bert()
TEXT = "The officer is kind because she sleeps ."


def probabilities(text):
    with torch.no_grad():
        return BERT.model(**BERT.tokenizer(text, return_tensors="pt")).logits[0].softmax(-1)


def test_the_most_probable_come_first_with_their_change():
    found = predict_masked(BERT, TEXT, "she", top=5)
    (place,) = found.places
    after, before = probabilities(TEXT.replace("she", "[MASK]"))[6], probabilities(TEXT)[6]
    assert found.tokens[6] == "[MASK]" and (place.position, place.hidden) == (6, "she")
    assert [one.rank for one in place.top] == [1, 2, 3, 4, 5]
    for one, n in zip(place.top, after.topk(5).indices.tolist(), strict=True):
        assert one.token == BERT.tokenizer.convert_ids_to_tokens(n)
        assert one.probability == pytest.approx(after[n].item(), abs=1e-6)
        assert one.change == pytest.approx((after[n] - before[n]).item(), abs=1e-6)


def test_several_masks_are_hidden_together():
    found = predict_masked(BERT, TEXT, ["she", "officer"], watch=["he", "she"])
    assert [place.position for place in found.places] == [2, 6]
    after = probabilities("The [MASK] is kind because [MASK] sleeps .")[6]
    he, she = found["she"].watched
    assert (he.token, she.token) == ("he", "she")
    assert he.probability == pytest.approx(after[BERT.tokenizer.convert_tokens_to_ids("he")].item(), abs=1e-6)
    assert found[6] is found["she"]


def test_a_watched_candidate_has_its_rank_in_the_whole_vocabulary():
    everything = predict_masked(BERT, TEXT, "she", top=BERT.model.config.vocab_size)["she"].top
    assert sum(one.probability for one in everything) == pytest.approx(1, abs=1e-5)
    assert sum(one.change for one in everything) == pytest.approx(0, abs=1e-5)
    ranks = {one.token: one.rank for one in everything}
    (he,) = predict_masked(BERT, TEXT, "she", top=1, watch="he")["she"].watched
    assert he.rank == ranks["he"]


def test_candidates_by_hand():
    after, before = torch.tensor([0.0, 0.2, 0.7, 0.1]), torch.tensor([0.5, 0.5, 0.0, 0.0])
    found = candidates_of(BERT, [2, 0], after, before)
    assert [(one.rank, round(one.probability, 3), round(one.change, 3)) for one in found] == [
        (1, 0.7, 0.7),
        (4, 0, -0.5),
    ]
    assert found[1].token == "[PAD]"


def test_prints_as_a_table():
    shown = str(predict_masked(BERT, TEXT, "she", top=2, watch=["he"]))
    assert "6 she" in shown and "     1  " in shown and "he" in shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"masked": ()}, "masked: expected at least one token position or word, got none"),
        ({"masked": 99}, "masked: expected token positions from 0 to 10, got 99"),
        ({"masked": "cow"}, "masked: expected a word of the text, got 'cow'"),
        ({"top": 0}, "top: expected a whole number from 1 to 72"),
        (
            {"watch": ["sleepy"]},
            r"watch: expected tokens of tiny's vocabulary, got 'sleepy'; it reads \['sleep', '##y'\]",
        ),
        ({"watch": [3]}, "watch: expected tokens of tiny's vocabulary, got 3"),
        ({"bert": tiny_qa()}, "bert: expected a model that predicts masked words, such as kit-en, got tiny-qa"),
    ],
)
def test_wrong_arguments_are_told(change, says):
    given = {"bert": BERT, "text": TEXT, "masked": "she"} | change
    with pytest.raises((ValueError, TypeError), match=says):
        predict_masked(**given)
