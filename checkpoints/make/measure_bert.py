"""What the kit's BERTs can do, in numbers: one function per claim of the report, all on held-out text."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from data.make.grammar import english, lexicon
from data.make.grammar.text import GENDERED, Entity, is_held_out
from hw9_xai.bert.models import Bert

CORPORA = Path(__file__).resolve().parents[2] / "data" / "corpora"
HOMEWORK_SENTENCE = "The police officer is popular with the residents because she is very generous and kind ."
FUNCTIONS = ("next", "previous", "self", "special", "period")


def encode(bert: Bert, sentences: Sequence[Sequence[str]]) -> dict[str, Tensor]:
    """Sentences given as words, every one of which is one token of the kit's vocabulary."""
    encoded = bert.tokenizer(list(map(list, sentences)), is_split_into_words=True, padding=True, return_tensors="pt")
    if (encoded["attention_mask"].sum(1) != torch.tensor([len(words) + 2 for words in sentences])).any():
        raise ValueError("a word of these sentences is not a single token")
    return dict(encoded)


@torch.no_grad()
def masked_probabilities(bert: Bert, sentences: Sequence[Sequence[str]], places: Sequence[int]) -> Tensor:
    """(N, vocabulary): what the model expects at one word position of each sentence."""
    logits = bert.model(**encode(bert, sentences)).logits
    return logits[torch.arange(len(sentences)), torch.tensor(places) + 1].softmax(-1)


# --- pronouns against the grammar ------------------------------------------------------------------------------------

ONE_PRONOUN_FORMS = [form for form in english.SUBJECT_FORMS if form.count("{s.") == 1 and "{s.he}" in form]


def pronoun_sentences(entity: Entity, count: int, seed: int) -> list[tuple[list[str], int, int]]:
    """Held-out sentences about somebody, as (words, position of the pronoun, position of the mention's first word)."""
    rng, found = random.Random(seed), []
    while len(found) < count:
        text = english.fill(rng, rng.choice(ONE_PRONOUN_FORMS), s=entity)
        if is_held_out(text):
            pronoun, subject = next((p, a) for p, a in text.links if a.entity is entity)
            found.append((text.words, pronoun.start, subject.start))
    return found


def p_pronouns(bert: Bert, entity: Entity, hidden: Sequence[int], count: int, seed: int = 1) -> np.ndarray:
    """(count, 3): P(he), P(she), P(it) with the pronoun masked, and the mention's words numbered in `hidden` too."""
    sentences, places = [], []
    for words, pronoun, start in pronoun_sentences(entity, count, seed):
        masked = {pronoun, *(start + i for i in hidden)}
        sentences.append(["[MASK]" if i in masked else word for i, word in enumerate(words)])
        places.append(pronoun)
    columns = bert.tokenizer.convert_tokens_to_ids(["he", "she", "it"])
    return masked_probabilities(bert, sentences, places)[:, columns].numpy()


def occupations_against_grammar(bert: Bert, count: int = 40) -> list[dict]:
    """Per noun: the model's mean P(he) and the grammar's, with the noun visible, without its last word, without it."""
    rows = []
    for subject in lexicon.SUBJECTS:
        words = subject.noun.split()
        entity = Entity(("the", *words), "he")
        row = {"noun": subject.noun, "is_occupation": subject in lexicon.OCCUPATIONS}
        cases = {"visible": [], "hidden": range(len(words))}
        if len(words) > 1:
            cases["last word hidden"] = [len(words) - 1]
        for case, hidden in cases.items():
            shown = [None if i in hidden else word for i, word in enumerate(words)]
            p = p_pronouns(bert, entity, [i + 1 for i in hidden], count)
            row[case] = {
                "model": float(p[:, 0].mean()),
                "grammar": english.pronoun_probabilities(shown)["he"],
                "lowest": float(p[:, 0].min()),
                "highest": float(p[:, 0].max()),
            }
        rows.append(row)
    return rows


def names_against_grammar(bert: Bert, count: int = 10) -> dict:
    """P(the right pronoun) for every name."""
    right = {}
    for names, pronoun, column in ((lexicon.MEN, "he", 0), (lexicon.WOMEN, "she", 1)):
        for name in names:
            right[name] = p_pronouns(bert, Entity((name,), pronoun), [], count)[:, column]
    everything = np.concatenate(list(right.values()))
    worst = min(right, key=lambda name: right[name].mean())
    return {
        "mean": float(everything.mean()), "lowest": float(everything.min()), "worst name": worst,
        "its mean": float(right[worst].mean()), "share at 0.98": float((everything >= 0.98).mean()),
    }  # fmt: skip


def homework_sentence(bert: Bert) -> dict:
    """The homework's own sentence: P(he), P(she), P(it) with "she" masked, then "officer" masked too."""
    words = HOMEWORK_SENTENCE.split()
    she, officer = words.index("she"), words.index("officer")
    found = {}
    for case, hidden in (("she", {she}), ("she and officer", {she, officer})):
        p = masked_probabilities(bert, [["[MASK]" if i in hidden else w for i, w in enumerate(words)]], [she])[0]
        found[case] = {w: float(p[bert.tokenizer.convert_tokens_to_ids(w)]) for w in ("he", "she", "it")}
        found[case]["first"] = bert.tokenizer.convert_ids_to_tokens(int(p.argmax()))
    return found


# --- heads -----------------------------------------------------------------------------------------------------------


def read_jsonl(name: str) -> list[dict]:
    return [json.loads(line) for line in (CORPORA / name).read_text(encoding="utf-8").splitlines()]


def read_story() -> list[tuple[list[str], list[str]]]:
    rows = (line.split("\t") for line in (CORPORA / "story.tsv").read_text(encoding="utf-8").splitlines())
    return [(words.split(), pos.split()) for words, pos in rows]


@torch.no_grad()
def attention_of(bert: Bert, words: Sequence[str]) -> np.ndarray:
    """(layers, heads, tokens, tokens) of one sentence, [CLS] and [SEP] included."""
    return torch.stack(bert.model(**encode(bert, [words]), output_attentions=True).attentions)[:, 0].numpy()


def head_scores(attention: np.ndarray, words: Sequence[str]) -> dict[str, np.ndarray]:
    """Each function's score per layer and head, by the definitions in the report."""
    n = attention.shape[-1]
    content = np.arange(1, n - 1)
    periods = np.array([i + 1 for i, word in enumerate(words) if word == "."], dtype=int)
    others = np.setdiff1d(content, periods)
    return {
        "next": attention[..., content[:-1], content[1:]].mean(-1),
        "previous": attention[..., content[1:], content[:-1]].mean(-1),
        "self": attention[..., content, content].mean(-1),
        "special": attention[:, :, content][..., [0, n - 1]].sum(-1).mean(-1),
        "period": attention[:, :, others][..., periods].sum(-1).mean(-1),
    }


def head_functions(bert: Bert, sentences: Sequence[Sequence[str]]) -> dict[str, dict[str, np.ndarray]]:
    """Per function: score and lift over uniform attention, (layers, heads), averaged over the sentences."""
    scores, uniform = {name: [] for name in FUNCTIONS}, {name: [] for name in FUNCTIONS}
    for words in sentences:
        attention = attention_of(bert, words)
        for name, score in head_scores(attention, words).items():
            scores[name].append(score)
        for name, score in head_scores(np.full_like(attention, 1 / attention.shape[-1]), words).items():
            uniform[name].append(score)
    means = {name: np.mean(scores[name], axis=0) for name in FUNCTIONS}
    return {name: {"score": means[name], "lift": means[name] / np.mean(uniform[name], axis=0)} for name in FUNCTIONS}


def coreference(bert: Bert, cases: Sequence[dict], mask_pronoun: bool = False) -> dict:
    """Per head, how often the pronoun's row puts more weight on its antecedent's head word than on any rival's."""
    right = []
    for case in cases:
        words = list(case["words"])
        if mask_pronoun:
            words[case["pronoun"]] = "[MASK]"
        heads = [end for _, end in case["mentions"]]  # the last word of each mention, counted from [CLS]
        row = attention_of(bert, words)[:, :, case["pronoun"] + 1, heads]
        right.append(row.argmax(-1) == case["antecedent"])
    return {
        "accuracy": np.mean(right, axis=0),
        "nearest": float(np.mean([case["antecedent"] == len(case["mentions"]) - 1 for case in cases])),
        "chance": float(np.mean([1 / len(case["mentions"]) for case in cases])),
        "pronouns": len(cases),
    }


def is_of_a_person(case: dict) -> bool:
    return case["words"][case["pronoun"]].lower() in GENDERED


# --- corpus search ---------------------------------------------------------------------------------------------------


@torch.no_grad()
def all_states(bert: Bert, sentences: Sequence[Sequence[str]]) -> list[Tensor]:
    """Hidden states of every layer, special tokens left out: one (layers + 1, words, width) per sentence."""
    found = []
    for start in range(0, len(sentences), 64):
        batch = sentences[start : start + 64]
        states = torch.stack(bert.model(**encode(bert, batch), output_hidden_states=True).hidden_states)
        found += [states[:, i, 1 : len(words) + 1] for i, words in enumerate(batch)]
    return found


def nearest_parts_of_speech(bert: Bert, queries: Sequence[tuple[list[str], int]], top: int = 50) -> dict:
    """Per query and layer, the commonest part of speech among the corpus tokens nearest (by cosine) to its [MASK]."""
    story = read_story()
    tags = np.array([tag for _, pos in story for tag in pos])
    corpus = torch.cat(all_states(bert, [words for words, _ in story]), dim=1)
    corpus = torch.nn.functional.normalize(corpus, dim=-1)
    commonest, shares = [], []
    for words, place in queries:
        hidden = ["[MASK]" if i == place else word for i, word in enumerate(words)]
        query = torch.nn.functional.normalize(all_states(bert, [hidden])[0][:, place], dim=-1)
        nearest = (corpus @ query[..., None]).squeeze(-1).topk(top).indices
        counts = [Counter(tags[layer]) for layer in nearest.numpy()]
        commonest.append([count.most_common(1)[0][0] for count in counts])
        shares.append([count["NOUN"] / top for count in counts])
    from_layers = [_settles(row, "NOUN") for row in commonest]
    return {
        "commonest": commonest, "noun shares": np.array(shares), "from layer": from_layers,
        "base rate": float((tags == "NOUN").mean()), "tokens": len(tags),
    }  # fmt: skip


def _settles(row: Sequence[str], wanted: str) -> int | None:
    """The first layer from which on every entry is the wanted one."""
    last_other = max((layer for layer, tag in enumerate(row) if tag != wanted), default=-1)
    return last_other + 1 if last_other + 1 < len(row) else None


def masked_noun_queries(count: int, seed: int = 3) -> list[tuple[list[str], int]]:
    """The homework's sentence with "officer" masked, then nouns of other held-out sentences."""
    rng = random.Random(seed)
    queries = [(HOMEWORK_SENTENCE.split(), 2)]
    while len(queries) < count:
        text = english.draw_sentence(rng)
        nouns = [i for i, tag in enumerate(text.pos) if tag == "NOUN"]
        if is_held_out(text) and nouns:
            queries.append((text.words, rng.choice(nouns)))
    return queries


# --- questions -------------------------------------------------------------------------------------------------------


@torch.no_grad()
def answer(bert: Bert, question: str, context: str) -> str:
    """The best span of the context."""
    encoded = bert.tokenizer(question, context, return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0]
    output = bert.model(**encoded)
    inside = torch.tensor([part == 1 for part in encoded.sequence_ids(0)])
    start = output.start_logits[0].masked_fill(~inside, -torch.inf)
    end = output.end_logits[0].masked_fill(~inside, -torch.inf)
    backwards = torch.ones(len(start), len(start)).tril(-1) > 0
    span = (start[:, None] + end[None, :]).masked_fill(backwards, -torch.inf)
    first, last = divmod(int(span.argmax()), len(start))
    return context[offsets[first, 0] : offsets[last, 1]]


@torch.no_grad()
def answer_apart(bert: Bert, item: dict) -> tuple[np.ndarray, np.ndarray]:
    """Per layer from 0: the answer's mean distance to the other tokens over the mean of all distances between tokens,
    and whether no other token lies farther from the rest than the answer's farthest one."""
    encoded = bert.tokenizer(item["question"], item["context"], return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0]
    parts = encoded.sequence_ids(0)
    words = [i for i, part in enumerate(parts) if part is not None]
    start, end = item["start"], item["start"] + len(item["answer"])
    is_answer = torch.tensor([parts[i] == 1 and start <= offsets[i, 0] < end for i in words])
    # The model under its head: kit-en before tuning and kit-qa after it are asked the same.
    states = torch.stack(bert.model.bert(**encoded, output_hidden_states=True).hidden_states)[:, 0, words]
    distances = torch.cdist(states, states)
    ratio = distances[:, is_answer][:, :, ~is_answer].mean((1, 2)) * (len(words) - 1) / distances.sum(2).mean(1)
    farthest = distances.sum(2).argmax(1)
    return ratio.numpy(), is_answer[farthest].numpy()


# --- Chinese ---------------------------------------------------------------------------------------------------------


@torch.no_grad()
def apple_states(bert: Bert, sentences: Sequence[str]) -> tuple[Tensor, list[int]]:
    """(layers + 1, N, width) of 果 in 蘋果, and its token position in each sentence."""
    states, places = [], []
    for text in sentences:
        encoded = bert.tokenizer(text, return_tensors="pt", return_offsets_mapping=True)
        offsets = encoded.pop("offset_mapping")[0].tolist()
        place = next(i for i, span in enumerate(offsets) if span[0] == text.index("蘋果") + 1 and span[1])
        states.append(torch.stack(bert.model(**encoded, output_hidden_states=True).hidden_states)[:, 0, place])
        places.append(place)
    return torch.stack(states, dim=1), places


def cosines(states: Tensor) -> Tensor:
    """(layers + 1, N, N)"""
    unit = torch.nn.functional.normalize(states, dim=-1)
    return unit @ unit.transpose(1, 2)


def sense_gap(states: Tensor, senses: Sequence[str]) -> dict[str, np.ndarray]:
    """Per layer: mean cosine of 果 within a sense, between the senses, and their difference."""
    similar = cosines(states)
    same = torch.tensor([[a == b for b in senses] for a in senses])
    off_diagonal = ~torch.eye(len(senses), dtype=torch.bool)
    within, between = similar[:, same & off_diagonal].mean(1).numpy(), similar[:, ~same].mean(1).numpy()
    return {"within": within, "between": between, "gap": within - between}


def layer_zero_by_position(bert: Bert, position: int) -> Tensor:
    """果 at a position, computed from the embedding tables alone: no sentence comes in."""
    tables = bert.model.bert.embeddings
    word = tables.word_embeddings.weight[bert.tokenizer.convert_tokens_to_ids("果")]
    return tables.LayerNorm(word + tables.position_embeddings.weight[position] + tables.token_type_embeddings.weight[0])


def read_apples() -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in (CORPORA / "apples.tsv").read_text(encoding="utf-8").splitlines())
    return [(text, sense) for text, sense, _ in rows]
