"""The shipped BERTs still do what checkpoints/bert.md says they do: its claims again, on fewer sentences."""

import random
from collections import defaultdict
from functools import cache

import numpy as np
import pytest
import torch

import hw9_xai as xai
from checkpoints.make import measure_bert as measure
from checkpoints.make.train_bert import chinese_pieces, english_vocabulary, mean, new_bert, numbered
from data.make.grammar import chinese, english, lexicon
from data.make.grammar.text import Entity
from hw9_xai.assets import CHECKPOINTS, KIT_BERTS
from hw9_xai.bert.models import load_bert
from hw9_xai.bert.similarity import compare

FEW = 12


@cache
def kit(name):
    return load_bert(name)


def mean_p_he(noun, hidden=()):
    entity = Entity(("the", *noun.split()), "he")
    return measure.p_pronouns(kit("kit-en"), entity, [i + 1 for i in hidden], FEW, seed=11)[:, 0].mean()


def test_weights_are_small_and_not_pickled():
    sizes = {name: (CHECKPOINTS / name / "model.safetensors").stat().st_size for name in KIT_BERTS}
    assert max(sizes.values()) < 12e6
    assert sum(sizes.values()) < 30e6
    for name in KIT_BERTS:
        assert {file.suffix for file in (CHECKPOINTS / name).iterdir()} <= {".json", ".safetensors", ".txt"}


@pytest.mark.parametrize("name", KIT_BERTS)
def test_twelve_layers_of_twelve_heads(name):
    config = kit(name).model.config
    assert (config.num_hidden_layers, config.num_attention_heads) == (12, 12)


def test_vocabularies_are_those_of_the_grammars():
    assert kit("kit-en").tokenizer.get_vocab() == english_vocabulary()
    for words, _ in random.Random(0).sample(xai.load_corpus().sentences, 200):
        assert kit("kit-en").tokenizer.tokenize(" ".join(words)) == words
    assert kit("kit-qa").tokenizer.get_vocab() == english_vocabulary()


def test_no_chinese_character_is_unknown():
    for text, _ in [*measure.read_apples(), *chinese.HOMEWORK]:
        assert kit("kit-zh").tokenizer.tokenize(text) == chinese_pieces(text)
        assert "[UNK]" not in kit("kit-zh").tokenizer.tokenize(text)


def test_any_latin_word_tokenises():
    assert "[UNK]" not in kit("kit-en").tokenizer.tokenize("Zoltan's unfathomable xylophone (1492) costs $5!")


@pytest.mark.parametrize("noun", [subject.noun for subject in lexicon.OCCUPATIONS])
def test_p_he_is_the_grammars(noun):
    p = measure.p_pronouns(kit("kit-en"), Entity(("the", *noun.split()), "he"), [], 40)[:, 0].mean()
    assert p == pytest.approx(english.p_he(noun), abs=0.05)


def test_p_he_falls_to_the_prior():
    for noun, hidden in (("nurse", [0]), ("pilot", [0]), ("police officer", [1]), ("taxi driver", [0, 1])):
        shown = [None if i in hidden else word for i, word in enumerate(noun.split())]
        assert mean_p_he(noun, hidden) == pytest.approx(english.pronoun_probabilities(shown)["he"], abs=0.06)


def test_names_have_their_pronoun():
    for name, pronoun, column in (("Peter", "he", 0), ("Nikola", "he", 0), ("Emily", "she", 1), ("Mary", "she", 1)):
        assert measure.p_pronouns(kit("kit-en"), Entity((name,), pronoun), [], FEW, seed=11)[:, column].mean() >= 0.97


def test_the_homeworks_sentence():
    found = measure.homework_sentence(kit("kit-en"))
    assert found["she"]["first"] == "he"
    assert found["she"]["he"] - found["she and officer"]["he"] == pytest.approx(0.81, abs=0.1)


@pytest.mark.parametrize(
    ("name", "of", "least"),
    [
        ("next", "score", 0.5),
        ("previous", "score", 0.5),
        ("self", "lift", 2),
        ("period", "lift", 2),
        ("special", "lift", 2),
    ],
)
def test_heads_have_functions(name, of, least):
    story = [" ".join(words) for words, _ in random.Random(12).sample(xai.load_corpus().sentences, 60)]
    assert getattr(xai.head_functions(xai.attention(kit("kit-en"), story)), of)[name].max() >= least


def test_some_heads_start_with_a_habit():
    words = ["the", "nurse", "was", "kind", ".", "she", "was", "not", "afraid", "."]
    vocab = numbered(set(words))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = new_bert(vocab, 64).eval()
    model.set_attn_implementation("eager")
    ids = torch.tensor([[vocab[word] for word in ["[CLS]", *words, "[SEP]"]]])
    with torch.no_grad():
        weights = torch.stack(model.bert(ids, output_attentions=True).attentions)[:, 0]
    numbers = (None, *range(len(words)), None)
    scores = xai.head_functions(xai.Attention(("[CLS]", *words, "[SEP]"), weights, numbers)).score
    for name, head in (("previous", 0), ("next", 1), ("special", 5), ("period", 6)):
        assert (scores[name][:2].argmax(1) == head).all(), name
        assert (scores[name][:2, head] > 0.4).all(), name


def test_the_ends_of_descents_are_averaged():
    ends = [{"weight": torch.tensor([1.0, 4.0])}, {"weight": torch.tensor([3.0, 0.0])}]
    assert mean(ends)["weight"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("of_persons", [True, False])
def test_a_head_resolves_coreference(of_persons):
    found = measure.coreference(kit("kit-en"), of_persons)
    assert found.pronouns >= 150
    assert found.nearest <= 0.5
    assert found.accuracy.max() >= 0.8


def test_questions_are_answered():
    right = defaultdict(list)
    taken = defaultdict(int)
    for item in xai.load_questions():
        taken[item.kind] += 1
        if item.homework or taken[item.kind] <= FEW:
            found = xai.answer_question(kit("kit-qa"), item.question, item.context).text
            right["homework" if item.homework else item.kind].append(found == item.answer)
    assert all(right["homework"])
    assert {kind: hits for kind, hits in right.items() if np.mean(hits) < 0.9} == {}


def test_only_the_tuned_model_sets_the_answer_apart():
    items = random.Random(14).sample(xai.load_questions(), 20)
    before, after = (
        np.mean([measure.answer_apart(kit(name), one.question, one.context, one.span)[0] for one in items], axis=0)
        for name in ("kit-en", "kit-qa")
    )
    assert before.max() < 1.25 < after.max()


def test_the_senses_of_guo_part():
    rows = random.Random(15).sample(measure.read_apples(), 60)
    states, _ = measure.apple_states(kit("kit-zh"), [text for text, _ in rows])
    gap = measure.sense_gap(states, [sense for _, sense in rows])["gap"]
    assert gap.max() - gap[0] >= 0.15


@torch.no_grad()
def test_at_layer_zero_guo_is_its_position():
    states, places = measure.apple_states(kit("kit-zh"), [text for text, _ in chinese.HOMEWORK])
    for state, place in zip(states[0], places, strict=True):
        assert torch.allclose(state, measure.layer_zero_by_position(kit("kit-zh"), place), atol=1e-6)
    assert compare(states, "cosine")[0, places.index(4), places.index(2)] < 1 - 1e-3
