"""What a live page holds, and which model cannot live; what its worker computes is tested in tests/browser."""

import base64
import json
from zlib import decompress

import numpy as np
import pytest
import torch
from given.berts import kit, tiny_bert, tiny_qa
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertTokenizer

from hw9_xai.bert import models
from hw9_xai.bert.attention import attention
from hw9_xai.bert.coreference import coreference, load_pronouns
from hw9_xai.bert.corpus import load_corpus
from hw9_xai.bert.encoding import encode
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.models import Bert
from hw9_xai.cli import main
from hw9_xai.pages.attention.explorer import explore
from hw9_xai.pages.attention.live import examples, live

NAMES = ("kit-en", "kit-qa", "kit-zh")


def unpacked(text):
    return decompress(base64.b64decode(text))


def data_of(page):
    return json.loads(page.html.split('type="application/json">')[1].split("</script>")[0])


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_kits_models_is_exact(name):
    bert = kit(name)
    held, numbers = live(bert), {}
    flat, start = np.frombuffer(unpacked(held["weights"]), "<f2").astype("<f4"), 0
    for tensor, size in held["tensors"]:
        numbers[tensor] = torch.from_numpy(flat[start : start + size].copy())
        start += size
    assert start == len(flat)
    for tensor, ours in bert.model.named_parameters():
        assert torch.equal(numbers[tensor], ours.detach().flatten())


@pytest.mark.parametrize("name", NAMES)
def test_every_example_and_all_of_its_corpus_fit_the_model(name):
    bert = kit(name)
    lines = unpacked(live(bert)["corpus"]).decode().split("\n")
    assert len(lines) == (200 if name == "kit-zh" else 1000)
    for text in [one["text"] for one in examples(bert)] + [[line.split("\t")[0]] for line in lines]:
        assert len(encode(bert, tuple(text)).tokens) <= bert.model.config.max_position_embeddings
    if name != "kit-zh":
        assert [tuple(part.split(" ") for part in line.split("\t")) for line in lines] == [
            (list(words), list(tags)) for words, tags in load_corpus().sentences[:1000]
        ]


def test_a_pronouns_positions_are_those_of_its_words():
    for one in examples(kit("kit-en"))[1:]:
        words = ["[CLS]", *one["text"][0].split()]
        assert words[one["pronoun"]].lower() in ("he", "she", "him", "his", "her", "it", "they", "them", "their", "its")
        assert one["antecedent"] < len(one["mentions"]) and max(one["mentions"]) < one["pronoun"]


def test_a_live_page_holds_the_model_and_what_is_judged_over_many_sentences():
    bert = kit("kit-en")
    page = explore(bert, "She is kind.", live=True)
    data = data_of(page)
    assert data.keys() == {"model", "text", "functions", "examples", "coreference", "live"}
    assert data["text"] == ["She is kind."] and data["functions"]["sentences"] == 100
    found = head_functions(attention(bert, [" ".join(words) for words, _ in load_corpus().sentences[:100]]))
    assert data["functions"]["label"] == found.label
    texts, pronouns = zip(*load_pronouns(of_persons=True), strict=True)
    ours = coreference([one.by_word() for one in attention(bert, list(texts))], pronouns)
    assert torch.allclose(torch.tensor(data["coreference"]["accuracy"]), ours.accuracy, atol=6e-4)
    assert data["coreference"]["pronouns"] == len(pronouns) and data["coreference"]["nearest"] == ours.nearest
    assert "worker-src blob:" in page.html and len(page.html.encode()) < 12e6
    assert "worker-src" not in explore(tiny_bert(), "a dog").html


def test_a_model_that_knows_none_of_the_corpus_is_judged_by_the_text_alone():
    data = data_of(explore(tiny_bert(), "a dog sleeps .", live=True))
    assert data["functions"]["sentences"] == 1 and data["functions"]["weak"] and data["coreference"] is None
    given = head_functions([attention(tiny_bert(), "a dog .")] * 30)
    assert data_of(explore(tiny_bert(), "a dog", functions=given, live=True))["functions"]["sentences"] == 30


def test_a_long_text_is_only_bounded_by_the_model():
    assert data_of(explore(tiny_bert(), "dog " * 126, live=True))["text"] == ["dog " * 126]
    with pytest.raises(ValueError, match="text: expected at most 128 tokens"):
        explore(tiny_bert(), "dog " * 127, live=True)


def changed(**config):
    bert = tiny_bert()
    for name, value in config.items():
        setattr(bert.model.config, name, value)
    return bert


def without_head():
    return Bert("tiny", tiny_bert().model.base_model, tiny_bert().tokenizer)


def with_a_decoder_of_its_own():
    bert = tiny_bert()
    decoder = bert.model.get_output_embeddings()
    decoder.weight = torch.nn.Parameter(decoder.weight.detach().clone())
    return bert


def with_large_weights():
    bert = tiny_bert()
    bert.model.base_model.embeddings.word_embeddings.weight.data[0, 0] = 1e5
    return bert


def with_many_numbers():
    bert = tiny_bert()
    bert.model.base_model.embeddings.position_embeddings.weight = torch.nn.Parameter(torch.zeros(250_000, 16))
    return bert


def read_otherwise(change):
    bert = tiny_bert()
    tokenizer = BertTokenizer(vocab=bert.tokenizer.get_vocab(), do_lower_case=False)
    change(tokenizer.backend_tokenizer)
    return Bert("tiny", bert.model, tokenizer)


def split_at_spaces(tokenizer):
    tokenizer.pre_tokenizer = Whitespace()


def keep_control_characters(tokenizer):
    tokenizer.normalizer = BertNormalizer(clean_text=False)


def frame_nothing(tokenizer):
    tokenizer.post_processor = type(tokenizer.post_processor)(
        single="$A", pair="$A $B", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )


@pytest.mark.parametrize(
    ("bert", "says"),
    [
        (changed(model_type="distilbert"), "a model of type 'distilbert'"),
        (changed(is_decoder=True), "a model of type 'bert'"),
        (changed(hidden_act="relu"), "other than absolute positions and GELU"),
        (changed(position_embedding_type="relative_key"), "other than absolute positions and GELU"),
        (with_many_numbers(), r"4,\d{3},\d{3} numbers \(a page holds 4,000,000\)"),
        (without_head(), "no head"),
        (with_a_decoder_of_its_own(), "a decoder that is not its embeddings"),
        (with_large_weights(), "weights too large for half precision"),
        (read_otherwise(split_at_spaces), "a tokenizer that is not BERT's"),
        (read_otherwise(keep_control_characters), "a tokenizer that is not BERT's"),
        (read_otherwise(frame_nothing), "special tokens that are not BERT's"),
    ],
)
def test_what_the_worker_cannot_run_is_refused_in_a_sentence(bert, says):
    with pytest.raises(ValueError, match=f"live: expected a small BERT such as kit-en, got tiny with {says}; a page"):
        explore(bert, "a dog", live=True)


def test_what_is_masked_in_a_live_page_is_not_asked_for_in_advance():
    with pytest.raises(ValueError, match="pairs: expected none beside live=True, whose page masks any words together"):
        explore(tiny_bert(), "a dog", pairs=[("a", "dog")], live=True)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["a dog", "--live"], ["a dog"]),
        (["--live"], ["The police officer is popular with the residents because she is very generous and kind."]),
        (["who ?", "--context", "a dog .", "--live"], ["who ?", "a dog ."]),
    ],
)
def test_the_command_writes_a_live_page(tmp_path, monkeypatch, arguments, text):
    monkeypatch.setattr(models, "load_bert", lambda name: tiny_bert())
    out = tmp_path / "page.html"
    assert main(["explore", *arguments, "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert json.loads(page.split('type="application/json">')[1].split("</script>")[0])["text"] == text


def test_a_question_and_its_context_are_a_pair_in_a_static_page_too(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "load_bert", lambda name: tiny_qa())
    out = tmp_path / "page.html"
    assert main(["explore", "who ?", "--context", "a dog .", "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").count('"[SEP]"') == 2


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ([], 2, "SENTENCE: expected one, unless --live is given alone, got none"),
        (["--live", "--context", "a dog"], 2, "SENTENCE: expected one, unless --live is given alone, got none"),
        (["a dog", "--live", "--pair", "a", "dog"], 1, "pairs: expected none beside live=True"),
    ],
)
def test_wrong_use_of_the_command_is_one_line(tmp_path, monkeypatch, capsys, arguments, status, says):
    monkeypatch.setattr(models, "load_bert", lambda name: tiny_bert())
    assert main(["explore", *arguments, "--out", str(tmp_path / "page.html")]) == status
    assert says in capsys.readouterr().err and not (tmp_path / "page.html").exists()
