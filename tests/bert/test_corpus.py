import time

import pytest
import torch
from given.berts import kit, leaves_no_trace, tiny_bert

from hw9_xai.bert.attention import attention
from hw9_xai.bert.corpus import Corpus, CorpusSearch, Hit, load_corpus, search_corpus, search_corpus_by_layer
from hw9_xai.bert.encoding import encode
from hw9_xai.bert.models import load_bert
from hw9_xai.bert.running import states_of_layers

BERT = tiny_bert()
SMALL = Corpus(
    [
        (["The", "wolf", "sleeps", "."], ["DET", "NOUN", "VERB", "PUNCT"]),
        (["a", "sleepy", "dog"], ["DET", "ADJ", "NOUN"]),
        (["Emily", "is", "afraid", "of", "cats", "."], ["PROPN", "AUX", "ADJ", "ADP", "NOUN", "PUNCT"]),
    ]
)


def test_the_index_is_the_models_own_states_of_every_layer_with_each_words_part_of_speech():
    index = SMALL.index(BERT)
    assert index.tokens == ["The", "wolf", "sleep", "##s", ".", "a", "sleep", "##y", "dog",
                            "Emily", "is", "afraid", "of", "cats", "."]  # fmt: skip
    assert index.pos[2:4] == ["VERB", "VERB"] and index.pos[6:8] == ["ADJ", "ADJ"]
    assert index.sentence[5:9] == [1, 1, 1, 1] and index.position[5:9] == [0, 1, 1, 2]
    states = states_of_layers(BERT, [encode(BERT, "a sleepy dog")])[0][:, 1:-1]
    assert torch.allclose(index.states[:, 5:9].float(), torch.nn.functional.normalize(states, dim=-1), atol=1e-3)


def test_corpus_and_query_are_encoded_alike():
    """A query that is a corpus sentence finds itself at every layer, with a cosine of 1."""
    corpus = Corpus([*SMALL.sentences, (["a", "[MASK]", "sleeps", "."], ["DET", "NOUN", "VERB", "PUNCT"])])
    for found in search_corpus_by_layer(BERT, "a dog sleeps .", "dog", top=1, corpus=corpus):
        (hit,) = found.hits
        assert (hit.token, hit.sentence, hit.position) == ("[MASK]", "a [MASK] sleeps .", 1)
        assert hit.similarity == pytest.approx(1, abs=2e-3)


def test_the_nearest_come_first_among_all():
    found = search_corpus(BERT, "The cat sleeps .", "cat", layer=3, top=15, corpus=SMALL)
    assert [hit.similarity for hit in found.hits] == sorted((hit.similarity for hit in found.hits), reverse=True)
    query = states_of_layers(BERT, [encode(BERT, "The [MASK] sleeps .")])[0][3, 2]
    states = torch.cat([states_of_layers(BERT, [encode(BERT, " ".join(w))])[0][3, 1:-1] for w, _ in SMALL.sentences])
    best = torch.cosine_similarity(states, query[None], dim=-1)
    assert found.hits[0].token == SMALL.index(BERT).tokens[best.argmax()]
    assert found.hits[0].similarity == pytest.approx(best.max().item(), abs=2e-3)


def test_counts_stand_beside_the_base_rate():
    found = search_corpus(BERT, "The cat sleeps .", "cat", layer=0, top=15, corpus=SMALL)
    assert found.pos_counts == {"ADJ": 3, "NOUN": 3, "DET": 2, "PUNCT": 2, "VERB": 2, "ADP": 1, "AUX": 1, "PROPN": 1}
    assert found.commonest == ("ADJ", "NOUN")  # a tie is told
    assert found.base_rate["NOUN"] == pytest.approx(3 / 15) and sum(found.base_rate.values()) == pytest.approx(1)


def test_ties_by_hand():
    hits = tuple(Hit("x", pos, 1.0, "", 0) for pos in ("NOUN", "VERB", "VERB", "NOUN", "DET"))
    assert CorpusSearch(1, hits, {}).commonest == ("NOUN", "VERB")
    assert CorpusSearch(1, hits[:3], {}).commonest == ("VERB",)
    found = CorpusSearch(1, hits[:2], {"NOUN": 0.25, "VERB": 0.125})
    assert str(found) == "layer 1, 2 nearest: NOUN 1 (25.0% of the corpus), VERB 1 (12.5% of the corpus)"


def test_the_index_is_kept_until_the_weights_change():
    bert = tiny_bert()
    first = SMALL.index(bert)
    assert SMALL.index(bert) is first
    with torch.no_grad():
        bert.model.base_model.embeddings.word_embeddings.weight[5] += 1
    assert SMALL.index(bert) is not first


def test_the_kits_corpus_has_a_tag_for_every_word():
    corpus = load_corpus()
    assert len(corpus.sentences) >= 5000
    assert all(len(words) == len(pos) for words, pos in corpus.sentences)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layer": 5}, "layer: expected a whole number from 0 to 4, got 5"),
        ({"layer": 1.0}, "layer: expected a whole number from 0 to 4, got 1.0"),
        ({"top": 16}, "top: expected a whole number from 1 to 15, got 16"),
        ({"masked": "sleeps"}, r"masked: expected one token, got \['sleep', '##s'\]"),
        ({"masked": ()}, r"masked: expected one token, got \[\]"),
    ],
)
def test_wrong_arguments_are_told(change, says):
    given = {"masked": "cat", "layer": 1, "top": 3} | change
    with pytest.raises((ValueError, TypeError), match=says):
        search_corpus(BERT, "The cat sleeps .", corpus=SMALL, **given)


POLICE = "The police officer is popular with the residents because she is very generous and kind ."


def test_a_masked_noun_of_the_kits_model_is_near_nouns_in_its_last_layer():
    found = search_corpus(kit("kit-en"), POLICE, "officer", layer=12)
    assert len(found.hits) == 50 and found.commonest == ("NOUN",)


@pytest.mark.bench
def test_the_index_of_the_kits_corpus_takes_under_ten_seconds():
    bert, start = load_bert("kit-en"), time.perf_counter()  # a model not met before has no index yet
    search_corpus(bert, POLICE, "officer", layer=12)
    assert time.perf_counter() - start < 10


def test_an_empty_corpus_is_said_to_be_none():
    for sentences in ([], [(["dog"] * 1000, ["NOUN"] * 1000)]):
        with pytest.raises(ValueError, match="corpus: expected sentences that"):
            search_corpus(tiny_bert(), "a dog", "dog", layer=1, top=1, corpus=Corpus(sentences))


def mean_cosine_of_heads(bert, text, layer, place):
    """By hand: every head's weights times its values, in the corpus and at the place; the mean of their cosines."""
    heads, width = bert.model.config.num_attention_heads, bert.model.config.hidden_size

    def gathered(text):  # -> (H,T,width/H)
        states = states_of_layers(bert, [encode(bert, text)])[0][layer - 1]
        values = bert.model.base_model.encoder.layer[layer - 1].attention.self.value(states)
        weights = attention(bert, text).weights[layer - 1]
        return torch.stack([weights[h] @ values.view(-1, heads, width // heads)[:, h] for h in range(heads)])

    with torch.no_grad():
        query = gathered(text)[:, place]
        contexts = torch.cat([gathered(" ".join(words))[:, 1:-1] for words, _ in SMALL.sentences], 1)
        return torch.stack([torch.cosine_similarity(contexts[h], query[h][None], dim=-1) for h in range(heads)]).mean(0)


@pytest.mark.parametrize("layer", [1, 3, 4])
def test_by_context_is_the_mean_over_the_heads_of_the_cosines_of_what_they_gather(layer):
    found = search_corpus(BERT, "The cat sleeps .", "cat", layer=layer, top=15, corpus=SMALL, by="context")
    by_hand = mean_cosine_of_heads(BERT, "The [MASK] sleeps .", layer, 2).sort(descending=True)
    assert [hit.similarity for hit in found.hits] == pytest.approx(by_hand.values.tolist(), abs=2e-3)
    assert found.hits[0].token == SMALL.index(BERT).tokens[by_hand.indices[0]]
    by_embedding = search_corpus(BERT, "The cat sleeps .", "cat", layer=layer, top=15, corpus=SMALL)
    assert by_embedding.hits[0].similarity != pytest.approx(found.hits[0].similarity, abs=2e-3)


def test_each_head_counts_alike_however_long_what_it_gathers_is():
    """A head that is scaled up a hundredfold outweighs the other in a cosine of the whole, and not in the mean."""
    bert, before = tiny_bert(), search_corpus(BERT, "a dog", "dog", layer=1, top=15, corpus=SMALL, by="context")
    value = bert.model.base_model.encoder.layer[0].attention.self.value
    with torch.no_grad():
        for numbers in (value.weight, value.bias):
            numbers[: len(numbers) // 2] *= 100
    after = search_corpus(bert, "a dog", "dog", layer=1, top=15, corpus=SMALL, by="context")
    assert [hit.similarity for hit in after.hits] == pytest.approx([hit.similarity for hit in before.hits], abs=2e-3)


def test_a_search_by_context_leaves_no_trace_and_keeps_its_index_beside_the_other():
    bert = tiny_bert()
    first = SMALL.index(bert)
    with leaves_no_trace(bert.model):
        search_corpus(bert, "a dog", "dog", layer=1, top=1, corpus=SMALL, by="context")
    assert not any(module._forward_pre_hooks for module in bert.model.modules())
    assert SMALL.index(bert) is first and SMALL.index(bert, "context") is SMALL.index(bert, "context")


def test_what_cannot_be_searched_by_context_is_told():
    with pytest.raises(ValueError, match="layer: expected a whole number from 1 to 4, got 0"):
        search_corpus(BERT, "a dog", "dog", layer=0, top=1, corpus=SMALL, by="context")
    with pytest.raises(ValueError, match="by: expected one of 'embedding', 'context', got 'heads'"):
        search_corpus(BERT, "a dog", "dog", layer=1, top=1, corpus=SMALL, by="heads")
    other = tiny_bert()
    for layer in other.model.base_model.encoder.layer:
        layer.attention.output.mixes = layer.attention.output.__dict__["_modules"].pop("dense")
        layer.attention.output.forward = lambda contexts, states: contexts + states
    with pytest.raises(ValueError, match="by: expected 'embedding' for layers that are not named as BERT's"):
        search_corpus(other, "a dog", "dog", layer=1, top=1, corpus=SMALL, by="context")
