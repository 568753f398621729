"""Models of the hub by name: from a hub on this machine, which may break, and (pytest -m hub) from the real one."""

import os
import subprocess
import sys

import pytest
import torch
from given.small_hub import small_hub
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertTokenizer

from hw9_xai import hub
from hw9_xai.bert.attention import attention
from hw9_xai.bert.models import load_bert
from hw9_xai.bert.questions import answer_question
from hw9_xai.bert.similarity import similarity_by_layer

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "wolf", "sleeps", "."]
LOAD = """
import sys
from hw9_xai.bert.models import load_bert
for name in sys.argv[1:]:
    try:
        print(f"{name}: {type(load_bert(name).model).__name__}")
    except OSError as error:
        print(error)
"""
HALF = 11_000_000  # the client writes what it has received in blocks of 10 MB


def save(folder, kind=BertForMaskedLM, width=8):
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=width, num_hidden_layers=1, num_attention_heads=2, intermediate_size=width,
        max_position_embeddings=16,
    )  # fmt: skip
    kind(config).save_pretrained(folder)
    BertTokenizer(vocab={word: i for i, word in enumerate(WORDS)}, do_lower_case=False).save_pretrained(folder)


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """Several models asked for in one process, then again when the hub is gone: (said first, said then, the hub)."""
    home, cache = tmp_path_factory.mktemp("hub"), tmp_path_factory.mktemp("cache")
    save(home / "large", width=760)
    save(home / "deepset" / "squad", BertForQuestionAnswering)
    save(home / "unsafe")
    (home / "unsafe" / "model.safetensors").rename(home / "unsafe" / "pytorch_model.bin")
    assert (home / "large" / "model.safetensors").stat().st_size > HALF * 1.2
    with small_hub(home) as hub:
        hub.break_off["large"] = HALF
        environment = os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": str(cache), "HF_HUB_OFFLINE": "0"}

        def say(*names):
            process = [sys.executable, "-c", LOAD, *names]
            done = subprocess.run(process, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500)
            assert not done.returncode, done.stderr
            return done

        first = say("large", "deepset/squad", "unsafe", "nobody/has-this", "no name!")
    return first, say("large", "deepset/other-squad"), hub


def test_models_come_by_name_in_the_kind_they_are(visit):
    first, _, _ = visit
    assert first.stdout.splitlines()[:2] == ["large: BertForMaskedLM", "deepset/squad: BertForQuestionAnswering"]


def test_a_download_that_breaks_goes_on_where_it_was_and_shows_how_far_it_is(visit):
    first, _, hub = visit
    parts = [which for verb, path, which in hub.asked if verb == "GET" and path.endswith("model.safetensors")][:2]
    assert parts[0] == "" and parts[1] == "bytes=10485760-"
    assert "model.safetensors" in first.stderr and "%" in first.stderr


def test_what_the_hub_does_not_have_is_one_sentence(visit):
    unsafe, nobody, no_name = visit[0].stdout.splitlines()[2:]
    assert "the hub has it without the weights as safetensors, the only form that is read" in unsafe
    assert "'nobody/has-this' is neither one of kit-en, kit-qa, kit-zh nor a folder here, and the hub has no" in nobody
    assert "'no name!' is neither" in no_name and "it is no name of a model; load_bert('kit-en')" in no_name


def test_without_the_hub_what_was_downloaded_still_loads_and_the_rest_is_one_sentence(visit):
    large, other = visit[1].stdout.splitlines()
    assert large == "large: BertForMaskedLM"
    assert "the hub cannot be reached; load_bert('kit-qa') needs no network and serves in its place." in other
    assert "Retry" not in visit[1].stderr  # it is asked once, and not six times for each file


@pytest.mark.parametrize("there, says", [
    ({"config.json", "model.safetensors"}, "the download failed"),
    ({"config.json"}, "without the weights as safetensors"),
    (set(), "the hub has no such model"),
    (None, "the hub cannot be reached"),
])  # fmt: skip
def test_any_error_of_the_client_is_one_sentence(there, says, monkeypatch):
    class Broken(Exception):
        pass

    def breaks(*_, **__):
        raise Broken("a stream ended\nin the middle")

    monkeypatch.setattr(hub.AutoConfig, "from_pretrained", breaks)
    monkeypatch.setattr(hub, "file_exists", lambda name, file: breaks() if there is None else file in there)
    with pytest.raises(OSError, match=says) as raised:
        load_bert("bert-base-cased")
    assert "\n" not in str(raised.value)


# -- the real hub: the fact sheet's numbers ----------------------------------------------------------------------------

from_the_hub = pytest.mark.hub
APPLES = (
    "今天買了蘋果來吃", "進口蘋果（富士)平均每公斤下跌12.3%", "蘋果茶真難喝", "老饕都知道智利的蘋果季節即將到來",
    "進口蘋果因防止水分流失故添加人工果糖", "蘋果即將於下月發振新款iPhone", "蘋果獲新Face ID專利", "今天買了蘋果手機",
    "蘋果的股價又跌了", "蘋果押寶指紋辨識技術",
)  # fmt: skip
FRUIT_OR_COMPANY = ["fruit"] * 5 + ["company"] * 5


@pytest.fixture(scope="module")
def from_hub(request):
    def load(name):
        if "hub" not in (request.config.getoption("-m") or ""):
            pytest.skip("downloads 430 MB a model: pytest -m hub")
        try:
            return load_bert(name)
        except OSError as error:
            pytest.skip(str(error))

    return load


@from_the_hub
def test_chinese_distances_of_the_last_layer(from_hub):
    bert = from_hub("bert-base-chinese")
    distances = similarity_by_layer(bert, APPLES, "蘋", metric="euclidean")
    first = [0, 11.83, 16.95, 11.74, 11.49, 25.86, 20.01, 14.29, 17.03, 19.97]
    last = [19.97, 19.21, 15.16, 18.83, 18.39, 16.35, 9.79, 17.85, 9.58, 0]
    assert distances.values[12, 0].tolist() == pytest.approx(first, abs=0.01)
    assert distances.values[12, 9].tolist() == pytest.approx(last, abs=0.01)
    cosines = similarity_by_layer(bert, APPLES, "蘋", metric="cosine").values[12, 0]
    assert cosines.tolist() == pytest.approx([1, 0.85, 0.69, 0.86, 0.86, 0.31, 0.57, 0.79, 0.68, 0.57], abs=0.006)


@from_the_hub
def test_chinese_distances_within_and_between_the_senses(from_hub):
    bert = from_hub("bert-base-chinese")
    means = similarity_by_layer(bert, APPLES, "蘋", metric="euclidean").within_and_between(FRUIT_OR_COMPANY)
    facts = {
        0: (6.142, 3.064, 5.596),
        4: (12.384, 11.772, 15.230),
        8: (11.563, 11.447, 15.804),
        12: (13.776, 15.652, 18.481),
    }
    for layer, expected in facts.items():
        assert [means[kind][layer].item() for kind in ("fruit", "company", "between")] == pytest.approx(
            expected, abs=2e-3
        )
    cosines = similarity_by_layer(bert, APPLES, "果", metric="cosine").within_and_between(FRUIT_OR_COMPANY)
    found = [cosines[kind][12].item() for kind in ("fruit", "company", "between")]
    assert found == pytest.approx((0.854, 0.874, 0.726), abs=1e-3)


@from_the_hub
def test_english_attention_on_the_homeworks_sentence(from_hub):
    bert = from_hub("bert-base-cased")
    found = attention(bert, "The police officer is popular with the residents because she is very generous and kind.")
    assert found.weights.shape[:2] == (12, 12) and torch.allclose(found.weights.sum(-1), torch.ones(()), atol=1e-4)


@from_the_hub
def test_the_question_model_answers_tesla(from_hub):
    bert = from_hub("deepset/bert-base-cased-squad2")
    context = "Nikola Tesla was born on 10 July 1856 and died on 7 January 1943."
    assert answer_question(bert, "In what year was Nikola Tesla born?", context).text == "1856"
