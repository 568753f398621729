"""Q21 to Q24: heads, neighbours and predictions of the English BERT."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from data.make.key.claims import Measured, lead, least, numbers_in, ranked, winner
from data.make.key.exhibits import Exhibits, Unmeasurable, once
from hw9_xai.bert.attention import Attention, attention
from hw9_xai.bert.coreference import Coreference, coreference, load_pronouns
from hw9_xai.bert.corpus import load_corpus, search_corpus_by_layer
from hw9_xai.bert.heads import MIN_LIFT, MIN_SCORE, HeadFunctions, head_functions
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.quiz.bank import Question

POLICE = "The police officer is popular with the residents because she is very generous and kind."
PRONOUNS = ("she", "he", "it")
FUNCTIONS = dict(zip("ABCDE", ("special", "next", "period", "self", "previous"), strict=True))  # options of Q21
SENTENCES, LEAST_WORDS = 60, 8
NEAREST = 50
KEPT = 0.8  # of the corpus, for a seed other than 0
CLOSE = 0.05  # an option that says "about" means within this


@once
def heads(exhibits: Exhibits, seed: int) -> HeadFunctions:
    long = [" ".join(words) for words, _ in load_corpus().sentences if len(words) >= LEAST_WORDS]
    return head_functions(attention(exhibits.bert("en"), random.Random(seed).sample(long, SENTENCES)))


@dataclass(frozen=True)
class NearestTokens:
    """The parts of speech around a masked word."""

    wanted: str  # the word's own
    shares: list[dict[str, float]]  # by layer from 0: the share of each part of speech among the nearest tokens

    @property
    def wanted_shares(self) -> list[float]:
        return [share.get(self.wanted, 0.0) for share in self.shares]

    @property
    def leads(self) -> list[float]:
        """By layer: how far the wanted part of speech is ahead of the commonest other one, in shares."""
        others = [max((one for pos, one in share.items() if pos != self.wanted), default=0.0) for share in self.shares]
        return [ours - other for ours, other in zip(self.wanted_shares, others, strict=True)]


@once
def nearest_tokens(exhibits: Exhibits, seed: int, word: str) -> NearestTokens:
    """With a seed other than 0, in a corpus that lacks a part of its tokens."""
    corpus = load_corpus()
    known = Counter(
        pos for words, tags in corpus.sentences for one, pos in zip(words, tags, strict=True) if one == word
    )
    if not known:
        raise Unmeasurable(f"the corpus never says what part of speech {word!r} is")
    enough, dice = (NEAREST, None) if seed == 0 else (round(NEAREST / KEPT * 1.3), random.Random(seed))
    shares = []
    for found in search_corpus_by_layer(exhibits.bert("en"), POLICE, word, top=enough, corpus=corpus):
        tags = [hit.pos for hit in found.hits if dice is None or dice.random() < KEPT][:NEAREST]
        shares.append({pos: count / len(tags) for pos, count in Counter(tags).items()})
    return NearestTokens(known.most_common(1)[0][0], shares)


def masked_word(question: Question) -> str:
    return re.findall(r'[Mm]ask "(\w+)"', question.text.en)[0]


@once
def chances_of_pronouns(exhibits: Exhibits, *masked: str) -> dict[str, float]:
    """How probable she, he and it are in place of "she", with these words masked."""
    place = predict_masked(exhibits.bert("en"), POLICE, masked, watch=PRONOUNS)["she"]
    return {one.token: one.probability for one in place.watched}


@once
def attention_on_pronouns(exhibits: Exhibits) -> list[Attention]:
    return [
        one.by_word() for one in attention(exhibits.bert("en"), [text for text, _ in load_pronouns(of_persons=True)])
    ]


@once
def coreference_of_heads(exhibits: Exhibits, seed: int) -> Coreference:
    """With a seed, over texts drawn with replacement from the kit's."""
    attentions = attention_on_pronouns(exhibits)
    pronouns = [pronoun for _, pronoun in load_pronouns(of_persons=True)]
    chosen = range(len(pronouns)) if seed == 0 else random.Random(seed).choices(range(len(pronouns)), k=len(pronouns))
    return coreference([attentions[i] for i in chosen], [pronouns[i] for i in chosen])


def q21(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """For each function the head that comes nearest to having it, among those that the question names."""
    column = re.search(r"head (\d+) in each", question.text.en)
    row = re.search(r"heads of layer (\d+)", question.text.en)
    layer, head = (int(match[1]) if match else None for match in (row, column))
    found = {letter: best_head(exhibits, seed, name, layer, head) for letter, name in FUNCTIONS.items()}
    where = f"head {head} in any layer" if column else f"layer {layer}"
    listed = ", ".join(f"{FUNCTIONS[letter]} {one.score:.2f} ({one.place})" for letter, one in found.items())
    return Measured(
        {letter: one.claim for letter, one in found.items()},
        {f"{FUNCTIONS[letter]}, {one.place}": one.score for letter, one in found.items()},
        f"Best scores of {where}, {SENTENCES} sentences: {listed}; it takes {MIN_SCORE}.",
    )


@dataclass(frozen=True)
class BestHead:
    claim: float  # that it has the function
    score: float
    layer: int
    head: int

    @property
    def place(self) -> str:
        return f"layer {self.layer} head {self.head}"


def best_head(exhibits: Exhibits, seed: int, function: str, layer: int | None, head: int | None) -> BestHead:
    """The head that comes nearest to having the function, among those of one layer, or those of one number."""
    functions = heads(exhibits, seed)
    layers, count = functions.entropy.shape
    if (layer or 1) > layers or (head or 1) > count:
        raise Unmeasurable(f"the model has {layers} layers of {count} heads, and the question asks for another")
    candidates = []
    for l in range(1, layers + 1) if layer is None else [layer]:
        for h in range(1, count + 1) if head is None else [head]:
            score, lift = (float(of[function][l - 1, h - 1]) for of in (functions.score, functions.lift))
            candidates.append(BestHead(min(lead(score, MIN_SCORE), lead(lift, MIN_LIFT)), score, l, h))
    return max(candidates, key=lambda one: one.claim)


def q22(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The parts of speech of the corpus tokens nearest to the masked word, layer by layer."""
    found = nearest_tokens(exhibits, seed, masked_word(question))
    named = {letter: int(numbers_in(option)[0]) for letter, option in question.options.items()}
    if max(named.values()) >= len(found.leads):
        raise Unmeasurable(f"the model has {len(found.leads) - 1} layers, and an option names {max(named.values())}")
    shares, settled = found.wanted_shares, settles(found.leads)
    if settled is None:
        reason = f"{found.wanted} is never the commonest to the end: {shares[-1]:.0%} of {NEAREST} in the last layer."
    elif settled == 0:
        reason = f"{found.wanted} is the commonest from the start: {shares[0]:.0%} of the {NEAREST} nearest at layer 0."
    else:
        reason = (
            f"{found.wanted} is the commonest from layer {settled} on: {shares[settled]:.0%} of the {NEAREST} nearest "
            f"there, {shares[settled - 1]:.0%} one layer before."
        )
    return Measured(
        {letter: starts_at(found.leads, layer) for letter, layer in named.items()},
        {f"{found.wanted}, layer {layer}": share for layer, share in enumerate(shares)},
        reason,
    )


def starts_at(leads: Sequence[float], layer: int) -> float:
    """The claim that the lead is positive from this layer on and not in the layer before."""
    return min([*leads[layer:], -leads[layer - 1]])


def settles(leads: Sequence[float]) -> int | None:
    """From which layer on every lead is positive, if from any."""
    behind = [layer for layer, one in enumerate(leads) if one <= 0]
    first = behind[-1] + 1 if behind else 0
    return first if first < len(leads) else None


def q23_1(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The probabilities of the pronouns with the pronoun masked."""
    chances = chances_of_pronouns(exhibits, "she")
    listed = ", ".join(f"{word} {chances[word]:.2f}" for word in PRONOUNS)
    return Measured(
        winner({letter: chances[option.text.en] for letter, option in question.options.items()}),
        chances,
        f'With "she" masked: {listed}.',
    )


def q23_2(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the probability of "he" falls when the occupation is masked too."""
    before, after = (chances_of_pronouns(exhibits, *masked)["he"] for masked in (("she",), ("she", "officer")))
    fall = before - after
    off = {letter: abs(fall - numbers_in(option)[0]) for letter, option in question.options.items()}
    return Measured(
        {letter: min(claim, lead(CLOSE, off[letter])) for letter, claim in least(off).items()},
        {"P(he), she masked": before, "P(he), officer masked too": after, "fall": fall},
        f"P(he) falls from {before:.2f} to {after:.2f}, by {fall:.2f}.",
    )


def q24(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How often each head that an option names looks most at the pronoun's antecedent, against the nearest mention."""
    found = coreference_of_heads(exhibits, seed)
    layers, count = found.accuracy.shape
    named = {letter: tuple(map(int, numbers_in(option))) for letter, option in question.options.items()}
    if any(layer > layers or head > count for layer, head in named.values()):
        raise Unmeasurable(f"the model has {layers} layers of {count} heads, and an option names another")
    accuracy = {letter: float(found.accuracy[layer - 1, head - 1]) for letter, (layer, head) in named.items()}
    first, second = ranked(accuracy)[:2]
    head = {letter: question.options[letter].text for letter in (first, second)}
    nearest, chance = f"{found.nearest:.0%}", f"{found.chance:.0%}"
    return Measured(
        {letter: min(claim, lead(accuracy[letter], found.nearest)) for letter, claim in winner(accuracy).items()},
        {f"layer {layer} head {one}": accuracy[letter] for letter, (layer, one) in named.items()}
        | {"nearest mention": found.nearest, "chance": found.chance},
        f"{head[first].en} finds the antecedent of {accuracy[first]:.0%} of {found.pronouns} pronouns; next, "
        f"{head[second].en.lower()}: {accuracy[second]:.0%}; the nearest mention {nearest}, chance {chance}.",
    )


MEASURES = {"Q21": q21, "Q22": q22, "Q23.1": q23_1, "Q23.2": q23_2, "Q24": q24}
