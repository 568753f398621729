"""What a live page holds: a small BERT whole, its tokenizer and a corpus, which worker.js runs and searches."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import compress

import torch
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from hw9_xai.assets import DATA
from hw9_xai.bert.attention import attention
from hw9_xai.bert.coreference import coreference, load_pronouns
from hw9_xai.bert.corpus import load_corpus
from hw9_xai.bert.encoding import TextOrPair, encode, encode_with
from hw9_xai.bert.heads import HeadFunctions, head_functions
from hw9_xai.bert.models import Bert, loaded
from hw9_xai.bert.questions import load_questions
from hw9_xai.bert.running import predicts_words

MOST_NUMBERS = 4_000_000
SENTENCES = 1_000  # of the corpus: a browser reads them in half a minute, and Q22's answer is that of all 5,500
JUDGED = 100  # sentences that tell what the heads do
GOLD, QUESTIONS = 12, 6

HOMEWORK = "The police officer is popular with the residents because she is very generous and kind."
APPLES = (
    "今天買了蘋果來吃", "進口蘋果（富士)平均每公斤下跌12.3%", "蘋果茶真難喝", "老饕都知道智利的蘋果季節即將到來",
    "進口蘋果因防止水分流失故添加人工果糖", "蘋果即將於下月發振新款iPhone", "蘋果獲新Face ID專利", "今天買了蘋果手機",
    "蘋果的股價又跌了", "蘋果押寶指紋辨識技術",
)  # fmt: skip


def live(bert: Bert) -> dict[str, Any]:
    """The model as worker.js takes it. Weights are in half precision, as the kit's are on disk: theirs are exact."""
    if (hindrance := next(_hindrances(loaded(bert)), None)) is not None:
        raise ValueError(
            f"live: expected a small BERT such as kit-en, got {bert.name} with {hindrance}; a page without live=True "
            "takes it"
        )
    model, config, state = bert.model, bert.model.config, _tokenizer(bert)
    normalizer, pieces = state["normalizer"], state["model"]
    tensors = {name: tensor.detach().half().cpu().numpy() for name, tensor in model.named_parameters()}
    strips = normalizer["lowercase"] if normalizer["strip_accents"] is None else normalizer["strip_accents"]
    lines = ["\t".join(one).rstrip("\t") for one in _corpus(bert)]
    return {
        "name": bert.name,
        "kind": "words" if predicts_words(bert) else "answers",
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "longest": config.max_position_embeddings,
        "epsilon": config.layer_norm_eps,
        "vocabulary": bert.tokenizer.convert_ids_to_tokens(list(range(config.vocab_size))),
        "special": sorted((one["content"] for one in state["added_tokens"]), key=len, reverse=True),
        "first": bert.tokenizer.cls_token,
        "last": bert.tokenizer.sep_token,
        "mask": bert.tokenizer.mask_token,
        "unknown": pieces["unk_token"],
        "prefix": pieces["continuing_subword_prefix"],
        "longestWord": pieces["max_input_chars_per_word"],
        "lowercase": normalizer["lowercase"],
        "ideographs": normalizer["handle_chinese_chars"],
        "characters": _characters(strips),
        "tensors": [(name, tensor.size) for name, tensor in tensors.items()],
        "weights": _packed(b"".join(tensor.astype("<f2").tobytes() for tensor in tensors.values())),
        "worker": Path(__file__).with_name("worker.js").read_text(encoding="utf-8"),
        "sentences": len(lines),
        "corpus": _packed("\n".join(lines).encode()),
    }


def live_exploration(bert: Bert, text: TextOrPair, functions: HeadFunctions | None) -> dict[str, Any]:
    """The rest of a live page's data: where it starts, what the heads do, and texts to try."""
    encode(bert, text)  # what cannot be read is refused here, not in the page
    if functions is None:
        read = [sentence for sentence, _ in _corpus(bert)[:JUDGED]]
        functions = head_functions(attention(bert, read if _knows(bert, read) else [text]))
    return {
        "model": bert.name,
        "text": [text] if isinstance(text, str) else text,
        "functions": functions,
        "examples": examples(bert),
        "coreference": _coreference(bert),
        "live": live(bert),
    }


def examples(bert: Bert) -> list[dict[str, Any]]:
    """Texts that this model can read, the homework's first. A pronoun's positions are those of words, [CLS] being 0."""
    if _is_chinese(bert):
        return [{"text": [sentence]} for sentence in APPLES]
    if not predicts_words(bert):
        return [{"text": [one.question, one.context]} for one in load_questions()[:QUESTIONS]]
    gold = [
        {"text": [text], "pronoun": one.position, "mentions": one.mentions, "antecedent": one.antecedent}
        for text, one in load_pronouns()[:GOLD]
    ]
    return [{"text": [HOMEWORK], "pronoun": 10, "mentions": (3, 8), "antecedent": 0}, *gold]


def _coreference(bert: Bert) -> dict[str, Any] | None:
    texts, pronouns = zip(*load_pronouns(of_persons=True), strict=True)
    if not _knows(bert, texts):
        return None
    found = coreference([one.by_word() for one in attention(bert, list(texts))], pronouns)
    accuracy = [[round(value, 3) for value in row] for row in found.accuracy.tolist()]
    return {"accuracy": accuracy, "nearest": found.nearest, "chance": found.chance, "pronouns": found.pronouns}


def _corpus(bert: Bert) -> list[tuple[str, str]]:
    """Sentences, and the parts of speech of their words where they are known."""
    if _is_chinese(bert):
        lines = (DATA / "corpora" / "apples.tsv").read_text(encoding="utf-8").splitlines()
        return [(line.split("\t")[0], "") for line in lines]
    return [(" ".join(words), " ".join(tags)) for words, tags in load_corpus().sentences[:SENTENCES]]


def _is_chinese(bert: Bert) -> bool:
    vocabulary = bert.tokenizer.get_vocab()
    return sum("一" <= token[-1] <= "鿿" for token in vocabulary) > len(vocabulary) / 2


def _knows(bert: Bert, texts: Sequence[str]) -> bool:
    return not any(bert.tokenizer.unk_token_id in encode_with(bert.tokenizer, text).ids for text in texts)


def _hindrances(bert: Bert) -> Iterator[str]:
    """What worker.js does not do."""
    config, parameters = bert.model.config, dict(bert.model.named_parameters())
    if config.model_type != "bert" or getattr(config, "is_decoder", False):
        yield f"a model of type {config.model_type!r}"
        return
    if (count := sum(map(torch.Tensor.numel, parameters.values()))) > MOST_NUMBERS:
        yield f"{count:,} numbers (a page holds {MOST_NUMBERS:,})"
    if getattr(config, "position_embedding_type", "absolute") != "absolute" or config.hidden_act != "gelu":
        yield "other than absolute positions and GELU"
    if not predicts_words(bert) and not hasattr(bert.model, "qa_outputs"):
        yield "no head"
    if any(name.startswith("cls.predictions.decoder.") for name in parameters):
        yield "a decoder that is not its embeddings"
    if not all(tensor.half().isfinite().all() for tensor in parameters.values()):
        yield "weights too large for half precision"
    state = _tokenizer(bert)
    kinds = [(state[part] or {}).get("type") for part in ("model", "normalizer", "pre_tokenizer")]
    if kinds != ["WordPiece", "BertNormalizer", "BertPreTokenizer"] or not state["normalizer"]["clean_text"]:
        yield "a tokenizer that is not BERT's"
        return
    plain = ("normalized", "lstrip", "rstrip", "single_word")
    read, (first, last) = bert.tokenizer("a", "a")[0], (bert.tokenizer.cls_token, bert.tokenizer.sep_token)
    framed = (read.tokens[::2], read.type_ids) == ([first, last, last], [0, 0, 0, 1, 1])
    if not framed or any(one[how] for one in state["added_tokens"] for how in plain):
        yield "special tokens that are not BERT's"


def _tokenizer(bert: Bert) -> dict[str, Any]:
    return json.loads(bert.tokenizer.backend_tokenizer.to_str())


@cache
def _characters(strips_accents: bool) -> dict[str, str | None]:
    """What tokenizers leaves out, what it cuts off as punctuation, and the accents that it strips, as a browser's
    regular expressions name them. It is asked about every character: its Unicode is not that of any browser."""
    every = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]

    def left_out(**asked: bool) -> list[str]:
        nothing = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
        normalizer = BertNormalizer(**nothing | asked)
        kept = set(normalizer.normalize_str("".join(every)))
        return [one for one in every if one not in kept and not normalizer.normalize_str(one)]

    pieces = {piece for piece, _ in BertPreTokenizer().pre_tokenize_str("a".join(every))} - {"a"}
    return {
        "dropped": _ranges(left_out(clean_text=True)),
        "punctuation": _ranges(sorted(piece for piece in pieces if len(piece) == 1)),
        "marks": _ranges(left_out(strip_accents=True)) if strips_accents else None,
    }


def _ranges(characters: Sequence[str]) -> str:
    runs = [[n for _, n in run] for _, run in groupby(enumerate(map(ord, characters)), lambda one: one[1] - one[0])]
    return "".join(f"\\u{{{run[0]:x}}}-\\u{{{run[-1]:x}}}" for run in runs)


def _packed(numbers: bytes) -> str:
    return b64encode(compress(numbers, 9)).decode()
