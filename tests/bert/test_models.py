"""load_bert: by name, by folder, from the hub, and what it says when it cannot."""

import json
import subprocess
import sys

import pytest
import torch
from given.hostile import damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertTokenizer
from transformers.utils import logging

import hw9_xai as xai
from hw9_xai import hub
from hw9_xai.bert.models import KIT_BERTS, load_bert

VOCAB = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "wolf", "sleeps", "."])}


def write_tiny(folder, kind=BertForMaskedLM, **how):
    config = BertConfig(
        vocab_size=len(VOCAB), hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=16,
    )  # fmt: skip
    kind(config).half().save_pretrained(folder, **how)
    BertTokenizer(vocab=VOCAB, do_lower_case=False).save_pretrained(folder)


@pytest.mark.parametrize("name", KIT_BERTS)
def test_the_kits_models_come_by_name(name):
    bert = load_bert(name)
    assert bert.name == name
    assert not bert.model.training
    with torch.no_grad():
        output = bert.model(**bert.tokenizer("a", return_tensors="pt"), output_attentions=True)
    assert len(output.attentions) == 12
    assert output.attentions[0].shape[1] == 12
    assert output.attentions[0].sum(-1).sub(1).abs().max() < 1e-5


@pytest.mark.parametrize("kind", [BertForMaskedLM, BertForQuestionAnswering])
def test_a_folder_gives_the_model_it_holds(tmp_path, kind):
    write_tiny(tmp_path, kind)
    bert = load_bert(tmp_path)
    assert type(bert.model) is kind
    assert next(bert.model.parameters()).dtype is torch.float32
    assert bert.tokenizer.tokenize("a wolf sleeps.") == ["a", "wolf", "sleeps", "."]


def test_reading_a_folder_prints_nothing(tmp_path, capfd):
    write_tiny(tmp_path)
    capfd.readouterr()
    enabled = logging.is_progress_bar_enabled()
    logging.enable_progress_bar()
    load_bert(tmp_path)
    assert logging.is_progress_bar_enabled() and capfd.readouterr() == ("", "")
    if not enabled:
        logging.disable_progress_bar()


def test_pickled_weights_are_refused(tmp_path):
    write_tiny(tmp_path)
    weights = tmp_path / "model.safetensors"
    torch.save(load_bert(tmp_path).model.state_dict(), tmp_path / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(ValueError, match=r"cannot be read as a BERT: .*safetensors"):
        load_bert(tmp_path)


@pytest.mark.parametrize(
    ("name", "serves"),
    [
        ("bert-base-cased", "kit-en"),
        ("bert-base-chinese", "kit-zh"),
        ("deepset/bert-base-cased-squad2", "kit-qa"),
    ],
)
def test_without_the_hub_the_error_names_the_kits_model(monkeypatch, name, serves):
    def unreachable(*_, **__):
        raise OSError("We couldn't connect to the hub")

    monkeypatch.setattr(hub.AutoConfig, "from_pretrained", unreachable)
    with pytest.raises(OSError) as caught:
        load_bert(name)
    message = str(caught.value)
    assert name in message
    assert f"load_bert('{serves}')" in message
    assert "\n" not in message
    assert caught.value.__suppress_context__  # one sentence, not pages


def test_offline_for_real():
    code = """
import os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = sys.argv[1]
from hw9_xai.bert.models import load_bert
try:
    load_bert("bert-base-cased")
except OSError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "/nonexistent"], capture_output=True, text=True, timeout=120, check=True
    )
    assert "the hub cannot be reached; load_bert('kit-en') needs no network" in done.stdout


def test_code_that_comes_with_a_model_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    named = {"AutoConfig": "own.Config", "AutoModelForMaskedLM": "own.Model", "AutoTokenizer": ["own.Tokenizer", None]}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "own", "auto_map": named}))
    save_file({"weight": torch.zeros(1)}, tmp_path / "model.safetensors")
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(ValueError, match="contains custom code"):
        load_bert(tmp_path)
    assert not (tmp_path / "ran").exists()


def changed(folder, **config):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config))


def weights(folder, change):
    path = folder / "model.safetensors"
    save_file(change(load_file(path)), path, {"format": "pt"})


@pytest.mark.parametrize("damage, message", [
    (lambda folder: changed(folder, num_hidden_layers=10**9), r"config\.json: num_hidden_layers: expected no more"),
    (lambda folder: changed(folder, num_labels=10**8), r"config\.json: num_labels: expected no more"),
    (lambda folder: changed(folder, hidden_size=10**5, vocab_size=10**5), "config.json: expected no more numbers than"),
    (lambda folder: changed(folder, num_hidden_layers=3), r"its weights lack bert\.encoder\.layer\.2\."),
    (lambda folder: changed(folder, hidden_size="wide"), "cannot be read as a BERT"),
    (lambda folder: (folder / "config.json").write_text("[" * 10**5), "cannot be read as a BERT"),
    (lambda folder: (folder / "config.json").unlink(), "cannot be read as a BERT"),
    (lambda folder: (folder / "model.safetensors").write_bytes(b""), "cannot be read as a BERT"),
    (lambda folder: weights(folder, lambda w: w | {"cls.predictions.bias": torch.full((9,), torch.nan)}),
     r"cls\.predictions\.bias: expected finite numbers, got nan"),
    (lambda folder: BertTokenizer(vocab=VOCAB | {"bear": 9}, do_lower_case=False).save_pretrained(folder),
     "its tokenizer knows more words than its weights"),
])  # fmt: skip
def test_a_folder_that_holds_no_whole_bert_is_said_to_be_none(damage, message, tmp_path):
    write_tiny(tmp_path)
    damage(tmp_path)
    with pytest.raises(ValueError, match=message) as raised:
        load_bert(tmp_path)
    assert str(tmp_path) in str(raised.value) and "\n" not in str(raised.value)


@given(data=st.data(), name=st.sampled_from(["config.json", "tokenizer.json", "vocab.txt", "model.safetensors"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_in_a_folder_are_a_bert_or_one_sentence(tmp_path_factory, data, name):
    folder = tmp_path_factory.mktemp("bert")
    write_tiny(folder)
    path = folder / name
    path.write_bytes(data.draw(damaged(path.read_bytes() if path.exists() else b"\n".join(map(str.encode, VOCAB)))))
    try:
        bert = load_bert(folder)
    except ValueError as problem:
        assert str(problem).startswith(f"load_bert: {folder}: ") and "\n" not in str(problem)
    else:
        assert all(numbers.isfinite().all() for numbers in bert.model.state_dict().values())


@pytest.mark.parametrize("kind", [BertForMaskedLM, BertForQuestionAnswering])
def test_a_head_that_the_weights_lack_is_not_made_up(tmp_path, kind, capfd):
    write_tiny(tmp_path, kind)
    whole = load_bert(tmp_path)
    weights(tmp_path, lambda held: {name: one for name, one in held.items() if name.startswith("bert.")})
    capfd.readouterr()
    headless = load_bert(tmp_path)
    assert capfd.readouterr() == ("", "")
    text = "a wolf sleeps."
    assert torch.equal(xai.attention(headless, text).weights, xai.attention(whole, text).weights)
    with pytest.raises(ValueError, match="bert: expected a model that predicts masked words, such as kit-en"):
        xai.predict_masked(headless, text, masked="wolf", top=3)
    with pytest.raises(ValueError, match="bert: expected a model that is tuned for questions, such as kit-qa"):
        xai.answer_question(headless, "a wolf", text)
