"""Topic II, Q21 to Q30: what the BERTs do with the homework's sentences and with the kit's held-out text."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from hw9_xai.bert.attention import Attention, attention
from hw9_xai.bert.coreference import Coreference, coreference, load_pronouns
from hw9_xai.bert.corpus import load_corpus, search_corpus_by_layer
from hw9_xai.bert.heads import MIN_LIFT, MIN_SCORE, HeadFunctions, head_functions
from hw9_xai.bert.hidden import hidden_states, layer_numbers
from hw9_xai.bert.neighbours import neighbours
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.questions import load_questions
from hw9_xai.bert.similarity import METRICS, character_states, compare, compare_embeddings, similarity_by_layer
from hw9_xai.bert.slide import slide_matrix
from hw9_xai.quiz.bank import Question, Text
from hw9_xai.quiz.measuring import Assets, Measured, Unmeasurable, lead, least, numbers_in, once, ranked, winner

POLICE = "The police officer is popular with the residents because she is very generous and kind."
APPLES = (
    "今天買了蘋果來吃", "進口蘋果（富士)平均每公斤下跌12.3%", "蘋果茶真難喝", "老饕都知道智利的蘋果季節即將到來",
    "進口蘋果因防止水分流失故添加人工果糖", "蘋果即將於下月發振新款iPhone", "蘋果獲新Face ID專利", "今天買了蘋果手機",
    "蘋果的股價又跌了", "蘋果押寶指紋辨識技術",
)  # fmt: skip
ONE_THING_CHANGED = {  # from 今天買了蘋果來吃, by option of Q30
    "A": "我今天買了蘋果來吃",  # the place of 果
    "B": "今天買了蘋果來吃又跌了",  # the length
    "C": "今天買了蘋果手機",  # the meaning
    "D": "今天買了蘋果果果",  # how often it occurs
}

FUNCTIONS = dict(zip("ABCDE", ("special", "next", "period", "self", "previous"), strict=True))  # options of Q21
SENTENCES, LEAST_WORDS = 60, 8
NEAREST = 50
KEPT = 0.8  # of the corpus, for a seed other than 0
QUESTIONS = 60
CLOSE = 0.05  # an option that says "about" means within this
TURNS = 0.1  # of a curve's range: a smaller bend is none


# --- measurements that questions share -------------------------------------------------------------------------------


@once
def heads(assets: Assets, seed: int) -> HeadFunctions:
    long = [" ".join(words) for words, _ in load_corpus().sentences if len(words) >= LEAST_WORDS]
    return head_functions(attention(assets.bert("en"), random.Random(seed).sample(long, SENTENCES)))


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
def nearest_tokens(assets: Assets, seed: int, word: str) -> NearestTokens:
    """With a seed other than 0, in a corpus that lacks a part of its tokens."""
    corpus = load_corpus()
    known = Counter(
        pos for words, tags in corpus.sentences for one, pos in zip(words, tags, strict=True) if one == word
    )
    if not known:
        raise Unmeasurable(f"the corpus never says what part of speech {word!r} is")
    enough, dice = (NEAREST, None) if seed == 0 else (round(NEAREST / KEPT * 1.3), random.Random(seed))
    shares = []
    for found in search_corpus_by_layer(assets.bert("en"), POLICE, word, top=enough, corpus=corpus):
        tags = [hit.pos for hit in found.hits if dice is None or dice.random() < KEPT][:NEAREST]
        shares.append({pos: count / len(tags) for pos, count in Counter(tags).items()})
    return NearestTokens(known.most_common(1)[0][0], shares)


def masked_word(question: Question) -> str:
    return re.search(r'[Mm]ask "(\w+)"', question.text.en)[1]


@once
def chances_of_pronouns(assets: Assets, *masked: str) -> dict[str, float]:
    """How probable she, he and it are in place of "she", with these words masked."""
    place = predict_masked(assets.bert("en"), POLICE, masked, watch=PRONOUNS)["she"]
    return {one.token: one.probability for one in place.watched}


PRONOUNS = ("she", "he", "it")


@once
def attention_on_pronouns(assets: Assets) -> list[Attention]:
    return [one.by_word() for one in attention(assets.bert("en"), [text for text, _ in load_pronouns()])]


@once
def coreference_of_heads(assets: Assets, seed: int) -> Coreference:
    """With a seed, over texts drawn with replacement from the kit's."""
    attentions, pronouns = attention_on_pronouns(assets), [pronoun for _, pronoun in load_pronouns()]
    chosen = range(len(pronouns)) if seed == 0 else random.Random(seed).choices(range(len(pronouns)), k=len(pronouns))
    return coreference([attentions[i] for i in chosen], [pronouns[i] for i in chosen])


@once
def answering(assets: Assets, seed: int) -> dict[str, Tensor]:  # (L+1,) each, the mean over questions
    """What becomes of a question and its context: the homework's three, and others of the kit's."""
    every = load_questions()
    homework, others = [one for one in every if one.homework], [one for one in every if not one.homework]
    rows: dict[str, list[Tensor]] = {"answer apart": [], "question to answer": [], "same sentence": []}
    for one in homework + random.Random(seed).sample(others, min(len(others), QUESTIONS - len(homework))):
        states = hidden_states(assets.bert("qa"), one.question, one.context, one.span)
        numbers = layer_numbers(states)
        rows["answer apart"].append(numbers.answer_distance)
        nearer = numbers.question_to_answer_sentence - numbers.question_to_other_sentences
        if nearer.isfinite().all():  # a context of one sentence has no other
            rows["question to answer"].append(nearer)
        rows["same sentence"].append(neighbours(states).shares["same sentence"])
    return {name: torch.stack(values).mean(0) for name, values in rows.items()}


# --- attention -------------------------------------------------------------------------------------------------------


def q21(question: Question, assets: Assets, seed: int) -> Measured:
    head = int(re.search(r"head (\d+)", question.text.en)[1])
    found = {letter: best_of_column(assets, seed, head, name) for letter, name in FUNCTIONS.items()}
    listed = {
        "en": ", ".join(
            f"{FUNCTIONS[letter]} {score:.2f} (layer {layer})" for letter, (_, score, layer) in found.items()
        ),
        "zh": "、".join(
            f"{question.options[letter].text.zh} {score:.2f}（第 {layer} 層）"
            for letter, (_, score, layer) in found.items()
        ),
    }
    return Measured(
        {letter: claim for letter, (claim, _, _) in found.items()},
        {f"{FUNCTIONS[letter]}, layer {layer}": score for letter, (_, score, layer) in found.items()},
        Text(
            f"Best scores of head {head} in any layer, {SENTENCES} sentences: {listed['en']}; it takes {MIN_SCORE}.",
            f"head {head} 在各層的最高分（{SENTENCES} 句）：{listed['zh']}；要達到 {MIN_SCORE} 才算。",
        ),
    )


def best_of_column(assets: Assets, seed: int, head: int, function: str) -> tuple[float, float, int]:
    """Over all layers: the claim that this head has the function somewhere, its score there, and the layer."""
    functions = heads(assets, seed)
    if functions.entropy.shape[1] < head:
        raise Unmeasurable(f"the model has {functions.entropy.shape[1]} heads, and the question asks for head {head}")
    score, lift = (of[function][:, head - 1].tolist() for of in (functions.score, functions.lift))
    claims = [min(lead(s, MIN_SCORE), lead(l, MIN_LIFT)) for s, l in zip(score, lift, strict=True)]
    best = max(range(len(claims)), key=claims.__getitem__)
    return claims[best], score[best], best + 1


def q22(question: Question, assets: Assets, seed: int) -> Measured:
    found = nearest_tokens(assets, seed, masked_word(question))
    named = {letter: int(numbers_in(option)[0]) for letter, option in question.options.items()}
    if max(named.values()) >= len(found.leads):
        raise Unmeasurable(f"the model has {len(found.leads) - 1} layers, and an option names {max(named.values())}")
    shares, settled = found.wanted_shares, settles(found.leads)
    if settled is None:
        reason = Text(
            f"{found.wanted} is never the commonest to the end: {shares[-1]:.0%} of {NEAREST} in the last layer.",
            f"{found.wanted} 沒有在最後成為最常見的詞性：最後一層的 {NEAREST} 個中占 {shares[-1]:.0%}。",
        )
    elif settled == 0:
        reason = Text(
            f"{found.wanted} is the commonest from the start: {shares[0]:.0%} of the {NEAREST} nearest at layer 0.",
            f"{found.wanted} 一開始就是最常見的詞性：第 0 層最近的 {NEAREST} 個中占 {shares[0]:.0%}。",
        )
    else:
        reason = Text(
            f"{found.wanted} is the commonest from layer {settled} on: {shares[settled]:.0%} of the {NEAREST} nearest "
            f"there, {shares[settled - 1]:.0%} one layer before.",
            f"從第 {settled} 層開始，{found.wanted} 一直是最常見的詞性："
            f"最近 {NEAREST} 個中占 {shares[settled]:.0%}，前一層占 {shares[settled - 1]:.0%}。",
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


def q23_1(question: Question, assets: Assets, seed: int) -> Measured:
    chances = chances_of_pronouns(assets, "she")
    listed = ", ".join(f"{word} {chances[word]:.2f}" for word in PRONOUNS)
    return Measured(
        winner({letter: chances[option.text.en] for letter, option in question.options.items()}),
        chances,
        Text(f'With "she" masked: {listed}.', f"遮住 she 之後：{listed}。"),
    )


def q23_2(question: Question, assets: Assets, seed: int) -> Measured:
    before, after = (chances_of_pronouns(assets, *masked)["he"] for masked in (("she",), ("she", "officer")))
    fall = before - after
    off = {letter: abs(fall - numbers_in(option)[0]) for letter, option in question.options.items()}
    return Measured(
        {letter: min(claim, lead(CLOSE, off[letter])) for letter, claim in least(off).items()},
        {"P(he), she masked": before, "P(he), officer masked too": after, "fall": fall},
        Text(
            f"P(he) falls from {before:.2f} to {after:.2f}, by {fall:.2f}.",
            f"he 的機率從 {before:.2f} 降到 {after:.2f}，下降 {fall:.2f}。",
        ),
    )


def q24(question: Question, assets: Assets, seed: int) -> Measured:
    found = coreference_of_heads(assets, seed)
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
        Text(
            f"{head[first].en} finds the antecedent of {accuracy[first]:.0%} of {found.pronouns} pronouns; next, "
            f"{head[second].en.lower()}: {accuracy[second]:.0%}; the nearest mention {nearest}, chance {chance}.",
            f"{head[first].zh} 找到 {found.pronouns} 個代名詞中 {accuracy[first]:.0%} 的先行詞；其次是"
            f"{head[second].zh}：{accuracy[second]:.0%}；最近的名詞 {nearest}，隨機 {chance}。",
        ),
    )


# --- embeddings ------------------------------------------------------------------------------------------------------


def best_layers(question: Question, values: Tensor, what: Text) -> Measured:
    """Which of the layers that the options name has the largest value: one layer, or the mean from one to another."""
    spans = {letter: [int(number) for number in numbers_in(option)] for letter, option in question.options.items()}
    if max(map(max, spans.values())) >= len(values):
        raise Unmeasurable(f"the model has {len(values) - 1} layers, and an option names another")
    means = {letter: float(values[span[0] : span[-1] + 1].mean()) for letter, span in spans.items()}
    first, second = ranked(means)[:2]
    layers = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        winner(means),
        {question.options[letter].text.en.lower(): value for letter, value in means.items()},
        Text(
            f"{what.en}: {layers[first].en.lower()} {means[first]:.2f}, next {layers[second].en.lower()} "
            f"{means[second]:.2f}; the lowest {min(means.values()):.2f}.",
            f"{what.zh}：{layers[first].zh} {means[first]:.2f}，其次 {layers[second].zh} {means[second]:.2f}；"
            f"最低 {min(means.values()):.2f}。",
        ),
    )


def q25(question: Question, assets: Assets, seed: int) -> Measured:
    what = Text(
        f"Distance of the answer to the rest over the mean distance, in {QUESTIONS} questions",
        f"答案到其餘 token 的距離 ÷ 平均距離（{QUESTIONS} 題）",
    )
    return best_layers(question, answering(assets, seed)["answer apart"], what)


def q26(question: Question, assets: Assets, seed: int) -> Measured:
    what = Text(
        "Cosine of the question with the answer's sentence, less that with the other sentences",
        "問題與含有答案的句子的餘弦，減去與其他句子的餘弦",
    )
    return best_layers(question, answering(assets, seed)["question to answer"], what)


def q27(question: Question, assets: Assets, seed: int) -> Measured:
    what = Text("Share of words whose nearest neighbour is of their own sentence", "最近鄰居在同一句裡的字詞比例")
    return best_layers(question, answering(assets, seed)["same sentence"], what)


@once
def off_the_slide(assets: Assets) -> dict[tuple[str, str], float]:
    """How far the slides' matrix is from what each measure makes of each word: by (measure, word)."""
    bert = assets.bert("zh")
    slide, last = slide_matrix(bert, APPLES), bert.model.config.num_hidden_layers
    return {
        (metric, word): float(
            (compare_embeddings(bert, APPLES, word, layer=last, metric=metric).values - slide).abs().mean()
        )
        for metric in METRICS
        for word in ("蘋", "蘋果", "果")
    }


def q28_1(question: Question, assets: Assets, seed: int) -> Measured:
    off = off_the_slide(assets)
    by_metric = {metric: min(one for (name, _), one in off.items() if name == metric) for metric in METRICS}
    diagonal = float(slide_matrix(assets.bert("zh"), APPLES).diagonal().mean())
    cosine, euclidean = by_metric["cosine"], by_metric["euclidean"]
    return Measured(
        least({"A": euclidean, "B": cosine}),
        {"diagonal": diagonal, "off cosine": cosine, "off Euclidean": euclidean},
        Text(
            f"The diagonal is {diagonal:.2f}; the nearest matrix of cosines is {cosine:.2f} off, the nearest of "
            f"Euclidean distances {euclidean:.2f}.",
            f"對角線是 {diagonal:.2f}；最接近的餘弦矩陣相差 {cosine:.2f}，最接近的歐幾里得矩陣相差 {euclidean:.2f}。",
        ),
    )


def q28_2(question: Question, assets: Assets, seed: int) -> Measured:
    off = off_the_slide(assets)
    by_word = {word: min(one for (_, name), one in off.items() if name == word) for word in ("蘋", "蘋果", "果")}
    listed = "、".join(f"{word} {one:.3f}" for word, one in by_word.items())
    return Measured(
        least(dict(zip("ABC", by_word.values(), strict=True))),
        {f"off {word}": one for word, one in by_word.items()},
        Text(
            f"Mean difference from the slides' matrix: {listed.replace('、', ', ')}.",
            f"與投影片矩陣的平均差異：{listed}。",
        ),
    )


def q29(question: Question, assets: Assets, seed: int) -> Measured:
    pair = [one for one in APPLES if one in ("今天買了蘋果手機", "蘋果獲新Face ID專利")]
    curve = similarity_by_layer(assets.bert("zh"), pair, "果").values[1:-1, 0, 1].tolist()  # layers 1 to 11
    low, high = min(range(len(curve)), key=curve.__getitem__), max(range(len(curve)), key=curve.__getitem__)
    return Measured(
        shape_claims(curve),
        {f"layer {layer}": value for layer, value in enumerate(curve, start=1)},
        Text(
            f"From {curve[0]:.2f} at layer 1 to {curve[-1]:.2f} at layer {len(curve)}; the lowest is {curve[low]:.2f} "
            f"at layer {low + 1}, the highest {curve[high]:.2f} at layer {high + 1}.",
            f"第 1 層 {curve[0]:.2f}，第 {len(curve)} 層 {curve[-1]:.2f}；最低在第 {low + 1} 層（{curve[low]:.2f}），"
            f"最高在第 {high + 1} 層（{curve[high]:.2f}）。",
        ),
    )


def shape_claims(curve: Sequence[float]) -> dict[str, float]:
    """A: up, then down; B: down, then up; C: down; D: up. A bend counts where it is a tenth of the whole range."""
    span = (max(curve) - min(curve)) or 1.0
    dip = (min(curve[0], curve[-1]) - min(curve)) / span
    bump = (max(curve) - max(curve[0], curve[-1])) / span
    dips, bumps, up = lead(dip, TURNS), lead(bump, TURNS), (curve[-1] - curve[0]) / span
    straight = min(-dips, -bumps)
    return {
        "A": min(bumps, lead(bump, dip)), "B": min(dips, lead(dip, bump)),
        "C": min(straight, -up), "D": min(straight, up),
    }  # fmt: skip


def q30(question: Question, assets: Assets, seed: int) -> Measured:
    sentences = [APPLES[0], *ONE_THING_CHANGED.values()]
    cosines = compare(character_states(assets.bert("zh"), sentences, "果")[0], "cosine")[0, 1:]  # (4,) at layer 0
    change = dict(zip(ONE_THING_CHANGED, (1 - cosines).clamp(min=0).tolist(), strict=True))
    listed = [f"{change[letter]:.3f}" for letter in "ABCD"]
    return Measured(
        winner(change),
        dict(zip(("position", "length", "meaning", "count"), change.values(), strict=True)),
        Text(
            f"The cosine leaves 1 by {listed[0]} when only the position changes, by {listed[1]} with the length, "
            f"by {listed[2]} with the meaning, by {listed[3]} with the number of 果.",
            f"餘弦離開 1 的量：只改位置 {listed[0]}，只改長度 {listed[1]}，"
            f"只改意思 {listed[2]}，只改出現次數 {listed[3]}。",
        ),
    )


MEASURES: Mapping[str, Callable[[Question, Assets, int], Measured]] = {
    "Q21": q21, "Q22": q22, "Q23.1": q23_1, "Q23.2": q23_2, "Q24": q24, "Q25": q25, "Q26": q26, "Q27": q27,
    "Q28.1": q28_1, "Q28.2": q28_2, "Q29": q29, "Q30": q30,
}  # fmt: skip
