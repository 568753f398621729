"""Q28 to Q30: one character in ten sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.make.key.claims import Measured, lead, least, winner
from data.make.key.exhibits import Exhibits, once
from hw9_xai.bert.similarity import (
    METRICS,
    character_states,
    compare,
    compare_embeddings,
    similarity_by_layer,
    slide_matrix,
)
from hw9_xai.quiz.bank import Question

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
TURNS = 0.1  # of a curve's range: a smaller bend is none


@once
def off_the_slide(exhibits: Exhibits) -> dict[tuple[str, str], float]:
    """How far the slides' matrix is from what each measure makes of each word: by (measure, word)."""
    bert = exhibits.bert("zh")
    slide, last = slide_matrix(bert, APPLES), bert.model.config.num_hidden_layers
    return {
        (metric, word): float(
            (compare_embeddings(bert, APPLES, word, layer=last, metric=metric).values - slide).abs().mean()
        )
        for metric in METRICS
        for word in ("蘋", "蘋果", "果")
    }


def q28_1(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the slides' matrix is from the nearest matrix of cosines, and of Euclidean distances."""
    off = off_the_slide(exhibits)
    by_metric = {metric: min(one for (name, _), one in off.items() if name == metric) for metric in METRICS}
    diagonal = float(slide_matrix(exhibits.bert("zh"), APPLES).diagonal().mean())
    cosine, euclidean = by_metric["cosine"], by_metric["euclidean"]
    return Measured(
        least({"A": euclidean, "B": cosine}),
        {"diagonal": diagonal, "off cosine": cosine, "off Euclidean": euclidean},
        f"The diagonal is {diagonal:.2f}; the nearest matrix of cosines is {cosine:.2f} off, the nearest of "
        f"Euclidean distances {euclidean:.2f}.",
    )


def q28_2(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the slides' matrix is from those of each word."""
    off = off_the_slide(exhibits)
    by_word = {word: min(one for (_, name), one in off.items() if name == word) for word in ("蘋", "蘋果", "果")}
    listed = ", ".join(f"{word} {one:.3f}" for word, one in by_word.items())
    return Measured(
        least(dict(zip("ABC", by_word.values(), strict=True))),
        {f"off {word}": one for word, one in by_word.items()},
        f"Mean difference from the slides' matrix: {listed}.",
    )


def q29(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The shape of the curve of cosines over the layers that the question names: where it bends, and which way it
    goes."""
    first, last = (int(layer) for layer in re.findall(r"layer (\d+)", question.text.en)[:2])
    pair = [one for one in APPLES if one in ("今天買了蘋果手機", "蘋果獲新Face ID專利")]
    curve = similarity_by_layer(exhibits.bert("zh"), pair, "果").values[first : last + 1, 0, 1].tolist()
    low, high = min(range(len(curve)), key=curve.__getitem__), max(range(len(curve)), key=curve.__getitem__)
    return Measured(
        shape_claims(curve),
        {f"layer {layer}": value for layer, value in enumerate(curve, start=first)},
        f"From {curve[0]:.2f} at layer {first} to {curve[-1]:.2f} at layer {last}; the lowest is {curve[low]:.2f} "
        f"at layer {first + low}, the highest {curve[high]:.2f} at layer {first + high}.",
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


def q30(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the cosine at layer 0 leaves 1 when one thing changes."""
    sentences = [APPLES[0], *ONE_THING_CHANGED.values()]
    cosines = compare(character_states(exhibits.bert("zh"), sentences, "果")[0], "cosine")[0, 1:]  # (4,) at layer 0
    change = dict(zip(ONE_THING_CHANGED, (1 - cosines).clamp(min=0).tolist(), strict=True))
    listed = [f"{change[letter]:.3f}" for letter in "ABCD"]
    return Measured(
        winner(change),
        dict(zip(("position", "length", "meaning", "count"), change.values(), strict=True)),
        f"The cosine leaves 1 by {listed[0]} when only the position changes, by {listed[1]} with the length, "
        f"by {listed[2]} with the meaning, by {listed[3]} with the number of 果.",
    )


MEASURES = {"Q28.1": q28_1, "Q28.2": q28_2, "Q29": q29, "Q30": q30}
