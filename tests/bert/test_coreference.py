import pytest
import torch
from given.berts import kit

from data.make.grammar import lexicon
from hw9_xai.bert.attention import Attention, attention
from hw9_xai.bert.coreference import Pronoun, coreference, load_pronouns


def row_of_pronoun(*given, tokens=6):
    """One layer; a head for each row of what the pronoun at position 4 gives to positions 1, 2, 3."""
    weights = torch.zeros(1, len(given), tokens, tokens)
    weights[0, :, 4, 1:4] = torch.tensor(given)
    return Attention(("[CLS]", "Anna", "Ben", "Carl", "she", "[SEP]"), weights, (None, 0, 1, 2, 3, None))


def test_the_antecedent_must_get_most():
    attention_by_hand = row_of_pronoun([0.6, 0.1, 0.2], [0.2, 0.5, 0.3], [0.4, 0.4, 0.0])
    found = coreference([attention_by_hand], [Pronoun(4, (1, 2, 3), 0)])
    assert found.accuracy.tolist() == [[1, 0, 0]]  # a tie is a miss
    assert found.margin[0].tolist() == pytest.approx([0.4, -0.3, 0.0])
    assert (found.nearest, found.chance) == (0, pytest.approx(1 / 3))


def test_is_averaged_beside_its_baselines():
    attention_by_hand = row_of_pronoun([0.1, 0.2, 0.6])
    cases = [Pronoun(4, (1, 3), 1), Pronoun(4, (1, 2), 0), Pronoun(4, (2, 3), 1), Pronoun(4, (1, 2, 3), 2)]
    found = coreference([attention_by_hand] * 4, cases)
    assert found.accuracy.item() == found.nearest == 0.75
    assert found.chance == pytest.approx((0.5 * 3 + 1 / 3) / 4) and found.pronouns == 4


def test_best_heads_are_counted_from_1():
    found = coreference([row_of_pronoun([0.1, 0.2, 0.6], [0.6, 0.2, 0.1])], [Pronoun(4, (1, 2, 3), 0)])
    assert found.best(1) == [(1, 2, 1.0, pytest.approx(0.4))]
    assert str(found).startswith("layer 1 head 2 100.0% (margin +0.40)") and "chance 33.3%" in str(found)


@pytest.mark.parametrize("cases", [[], [Pronoun(4, (1,), 0)], [Pronoun(4, (1, 2), 2)]])
def test_wrong_pronouns_are_told(cases):
    with pytest.raises(ValueError, match="pronouns: expected"):
        coreference([row_of_pronoun([0.1, 0.2, 0.6])], cases)


def test_the_kits_cases_point_at_words():
    for text, pronoun in load_pronouns():
        words = ["[CLS]", *text.split()]
        assert max(pronoun.mentions) < pronoun.position < len(words)
        assert words[pronoun.position].lower() in (
            "he",
            "she",
            "it",
            "they",
            "him",
            "her",
            "his",
            "its",
            "them",
            "their",
        )
    persons = load_pronouns(of_persons=True)
    assert set(persons) < set(load_pronouns())
    for text, pronoun in persons:
        words = ["[CLS]", *text.split()]
        meant = words[pronoun.mentions[pronoun.antecedent]]
        assert words[pronoun.position].lower() in ("he", "she", "him", "his", "her"), text
        assert meant in {*lexicon.MEN, *lexicon.WOMEN} or any(meant in s.noun for s in lexicon.OCCUPATIONS), text


def test_a_head_of_the_kits_model_finds_whom_a_pronoun_means():
    texts, pronouns = zip(*load_pronouns(of_persons=True), strict=True)
    found = coreference([one.by_word() for one in attention(kit("kit-en"), list(texts))], pronouns)
    assert found.best(1)[0][2] >= 0.8 and found.nearest <= 0.5
