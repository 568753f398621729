"""What the kit's BERTs can do, in numbers: one function per claim of the report, all on held-out text."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

import hw9_xai as xai
from data.make.grammar import english, lexicon
from data.make.grammar.text import Entity, is_held_out
from hw9_xai.assets import DATA
from hw9_xai.bert.coreference import Coreference
from hw9_xai.bert.encoding import encode, mask
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import states_of_layers, word_probabilities
from hw9_xai.bert.similarity import compare

HOMEWORK_SENTENCE = "The police officer is popular with the residents because she is very generous and kind ."

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
        masked = {pronoun + 1, *(start + i + 1 for i in hidden)}  # a word is a token, and the first is [CLS]
        sentences.append(mask(bert, encode(bert, " ".join(words)), sorted(masked)))
        places.append(pronoun + 1)
    columns = bert.tokenizer.convert_tokens_to_ids(["he", "she", "it"])
    rows = zip(word_probabilities(bert, sentences), places, strict=True)
    return torch.stack([probabilities[place, columns] for probabilities, place in rows]).numpy()


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
    found = {}
    for case, hidden in (("she", ["she"]), ("she and officer", ["she", "officer"])):
        place = xai.predict_masked(bert, HOMEWORK_SENTENCE, hidden, watch=("he", "she", "it"))["she"]
        found[case] = {one.token: one.probability for one in place.watched} | {"first": place.top[0].token}
    return found


# --- heads -----------------------------------------------------------------------------------------------------------


def coreference(bert: Bert, of_persons: bool = False, mask_pronoun: bool = False) -> Coreference:
    """Per head, how often the pronoun's row puts more weight on its antecedent's head word than on any rival's."""
    texts, pronouns = zip(*xai.load_pronouns(of_persons=of_persons), strict=True)
    if mask_pronoun:  # a word is a token, so that positions of words are those of tokens
        pairs = zip(texts, pronouns, strict=True)
        return xai.coreference([xai.attention(bert, text, one.position) for text, one in pairs], pronouns)
    return xai.coreference(xai.attention(bert, list(texts)), pronouns)


# --- corpus search ---------------------------------------------------------------------------------------------------


def nearest_parts_of_speech(bert: Bert, queries: Sequence[tuple[list[str], int]], top: int = 50) -> dict:
    """Per query and layer, the commonest part of speech among the corpus tokens nearest (by cosine) to its [MASK]."""
    every = [xai.search_corpus_by_layer(bert, " ".join(words), place + 1, top=top) for words, place in queries]
    commonest = [[found.commonest[0] for found in layers] for layers in every]
    shares = [[found.pos_counts.get("NOUN", 0) / top for found in layers] for layers in every]
    return {
        "commonest": commonest, "noun shares": np.array(shares),
        "from layer": [_settles(row, "NOUN") for row in commonest],
        "base rate": every[0][0].base_rate["NOUN"],
        "tokens": sum(len(words) for words, _ in xai.load_corpus().sentences),
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


def answer_apart(bert: Bert, question: str, context: str, answer: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Per layer from 0: the answer's mean distance to the other tokens over the mean of all distances between tokens,
    and whether no other token lies farther from the rest than the answer's farthest one."""
    hidden = xai.hidden_states(bert, question, context, answer).without_special()
    farthest = torch.cdist(hidden.states, hidden.states).sum(2).argmax(1)
    return xai.answer_distance(hidden.states, hidden.answer).numpy(), np.isin(farthest.numpy(), hidden.answer)


# --- Chinese ---------------------------------------------------------------------------------------------------------


def apple_states(bert: Bert, sentences: Sequence[str]) -> tuple[Tensor, list[int]]:
    """(layers + 1, N, width) of 果 in 蘋果, and its token position in each sentence."""
    encodings = [encode(bert, text) for text in sentences]
    places = [encoding.positions_of("蘋果")[0][1] for encoding in encodings]
    states = states_of_layers(bert, encodings)
    return torch.stack([its[:, place] for its, place in zip(states, places, strict=True)], dim=1), places


def sense_gap(states: Tensor, senses: Sequence[str]) -> dict[str, np.ndarray]:
    """Per layer: mean cosine of 果 within a sense, between the senses, and their difference."""
    similar = compare(states, "cosine")
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
    rows = (line.split("\t") for line in (DATA / "corpora" / "apples.tsv").read_text(encoding="utf-8").splitlines())
    return [(text, sense) for text, sense, _ in rows]
