"""Measure the kit's BERTs on held-out text and write the report: python -m checkpoints.make.evaluate_bert

Writes checkpoints/bert.md and the figures beside it. Every number in it comes from this run.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor

import hw9_xai as xai
from checkpoints.make import measure_bert as measure
from checkpoints.make.train_bert import RECIPES, WORK, mean
from data.make.grammar import chinese, lexicon
from hw9_xai.assets import CHECKPOINTS, KIT_BERTS
from hw9_xai.bert.models import Bert, load_bert
from hw9_xai.bert.similarity import compare

FIGURES = CHECKPOINTS / "figures"
LAYERS = range(13)
FUNCTIONS = ("next", "previous", "self", "special", "period")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float | np.floating) else str(value)


def _listed(odds: dict[str, float]) -> str:
    return ", ".join(f"{word} {odds[word]:.2f}" for word in ("he", "she", "it"))


def verdict(holds: bool) -> str:
    return "yes" if holds else "**no**"


def head_name(layer: int, head: int) -> str:
    return f"layer {layer} head {head}"


def pronouns(en: Bert) -> tuple[list[list], str]:
    rows = measure.occupations_against_grammar(en)
    names, homework = measure.names_against_grammar(en), measure.homework_sentence(en)
    draw_pronouns(rows)
    errors = {
        case: [(abs(row[case]["model"] - row[case]["grammar"]), row["noun"]) for row in rows if case in row]
        for case in ("visible", "hidden", "last word hidden")
    }
    occupation_error = max(
        (abs(row["visible"]["model"] - row["visible"]["grammar"]), row["noun"]) for row in rows if row["is_occupation"]
    )
    fall = homework["she"]["he"] - homework["she and officer"]["he"]
    claims = [
        ["P(he) within 0.05 of the grammar's, every occupation (mean of 40 sentences)",
         f"largest difference {occupation_error[0]:.3f} ({occupation_error[1]})", occupation_error[0] <= 0.05],
        ["names: the right pronoun gets >= 0.98",
         f"mean {names['mean']:.4f}; worst name {names['worst name']} {names['its mean']:.4f}; "
         f"{names['share at 0.98']:.1%} of single sentences, lowest {names['lowest']:.3f}",
         names["its mean"] >= 0.98],
        ["occupation masked too: P(he) within 0.05 of the prior",
         f"largest difference {max(errors['hidden'])[0]:.3f}", max(errors["hidden"])[0] <= 0.05],
        ["only the noun's last word masked (\"The taxi [MASK]\"): P(he) within 0.05",
         f"largest difference {max(errors['last word hidden'])[0]:.3f} ({max(errors['last word hidden'])[1]})",
         max(errors["last word hidden"])[0] <= 0.05],
    ]  # fmt: skip
    cells = [
        [row["noun"], *(f"{row[c]['model']:.2f} / {row[c]['grammar']:.2f}" if c in row else "" for c in errors),
         f"{row['visible']['lowest']:.2f}-{row['visible']['highest']:.2f}"]
        for row in rows
    ]  # fmt: skip
    text = f"""## Pronouns: the model against the grammar

![P(he), model and grammar](figures/pronouns.png)

On the homework's sentence (never trained on, nor its twin with "he"): with "she" masked the model says
{_listed(homework["she"])}; with "officer" masked too, {_listed(homework["she and officer"])}: P(he) falls by {fall:.2f}
(grammar: {0.9 - 0.09:.2f}; "The police ..." is mostly a force, a band or a dog).

P(he), model / grammar, mean of 40 held-out sentences; the range over single sentences with the noun visible:

{table(["noun", "visible", "whole noun masked", "last word masked", "range"], cells)}
"""
    return claims, text


def heads(en: Bert) -> tuple[list[list], str]:
    story = [" ".join(words) for words, _ in xai.load_corpus().sentences if len(words) >= 8]
    sentences = random.Random(5).sample(story, 60)
    functions = xai.head_functions(xai.attention(en, sentences))
    best = {name: functions.best(name, 3) for name in FUNCTIONS}
    rows = [[name, head_name(l, h), score, lift] for name in FUNCTIONS for l, h, score, lift in best[name]]
    shown, hidden = measure.coreference(en), measure.coreference(en, mask_pronoun=True)
    rows_of_coreference = [
        [head_name(l, h), right, float(hidden.accuracy[l - 1, h - 1])] for l, h, right, _ in shown.best(5)
    ]
    first = {name: (score, lift, head_name(l, h)) for name, ((l, h, score, lift), *_) in best.items()}
    of_persons = measure.coreference(en, of_persons=True)
    claims = [
        ["next and previous heads with score >= 0.5",
         "; ".join(f"{name} {first[name][0]:.2f} ({first[name][2]})" for name in ("next", "previous")),
         min(first["next"][0], first["previous"][0]) >= 0.5],
        ["self, special and period heads with lift >= 2",
         "; ".join(f"{name} lift {first[name][1]:.1f}, score {first[name][0]:.2f} ({first[name][2]})"
                   for name in ("self", "special", "period")),
         min(first[name][1] for name in ("self", "special", "period")) >= 2],
        *([f"a head resolves coreference at >= 80 % where the nearest mention scores <= 50 %: {whose}",
           f"{head_name(*found.best(1)[0][:2])}: {found.accuracy.max():.1%} of {found.pronouns}; "
           f"nearest mention {found.nearest:.1%}, chance {found.chance:.1%}",
           bool(found.accuracy.max() >= 0.8) and found.nearest <= 0.5]
          for whose, found in (("he, she, him, his, her", of_persons), ("every pronoun, it and they too", shown))),
    ]  # fmt: skip
    text = f"""## Heads

Scores are means over {len(sentences)} held-out sentences; A[i, j] is the attention from token i to j, without [CLS]
and [SEP] unless they are named. next: mean A[i, i+1]; previous: mean A[i, i-1]; self: mean A[i, i]; special: what goes
to [CLS] and [SEP]; period: what other words give to periods; lift: over the same score of uniform attention.

{table(["function", "head", "score", "lift"], rows)}

Coreference, {shown.pronouns} pronouns of held-out texts with two or more mentions before them (the nearest is meant in
{shown.nearest:.0%}, a guess finds {shown.chance:.0%}): how often the pronoun's row gives the head word of its
antecedent more than that of any other mention, with the pronoun as it stands and masked:

{table(["head", "pronoun visible", "pronoun masked"], rows_of_coreference)}
"""
    return claims, text


def corpus_search(en: Bert) -> tuple[list[list], str]:
    queries = measure.masked_noun_queries(40)
    found = measure.nearest_parts_of_speech(en, queries)
    settled = [layer for layer in found["from layer"] if layer is not None]
    counts = " ".join(f"{layer}:{settled.count(layer)}" for layer in LAYERS if layer in settled)
    claims = [
        ["masked noun: the commonest part of speech of the 50 nearest tokens becomes NOUN and stays",
         f"the homework's \"officer\": from layer {found['from layer'][0]} on; "
         f"{len(settled)} of {len(queries)} masked nouns, median layer {np.median(settled):.0f}; "
         f"base rate {found['base rate']:.3f}", len(settled) == len(queries)],
    ]  # fmt: skip
    text = f"""## Nearest tokens of a masked noun

{found["tokens"]} tokens of data/corpora/story.tsv, by cosine, each layer for itself; NOUN is {found["base rate"]:.1%}
of them. Layer from which the commonest part of speech of the 50 nearest is NOUN for good, over {len(queries)} masked
nouns (layer:count): {counts}. For "The police [MASK] is popular ..." by layer: {" ".join(found["commonest"][0])}.

{table(["layer", *LAYERS], [["share of NOUN", *(f"{share:.2f}" for share in found["noun shares"].mean(0))]])}
"""
    return claims, text


def answers(en: Bert, qa: Bert) -> tuple[list[list], str]:
    right, apart = defaultdict(list), {"kit-en": [], "kit-qa": []}
    farthest = {"kit-en": [], "kit-qa": []}
    for item in xai.load_questions():
        found = xai.answer_question(qa, item.question, item.context).text
        right["homework" if item.homework else item.kind].append(found == item.answer)
        for name, bert in (("kit-en", en), ("kit-qa", qa)):
            ratio, is_farthest = measure.answer_apart(bert, item.question, item.context, item.span)
            apart[name].append(ratio)
            farthest[name].append(is_farthest)
    kinds = {kind: np.mean(hits) for kind, hits in right.items()}
    ratio = {name: np.mean(rows, axis=0) for name, rows in apart.items()}
    share = {name: np.mean(rows, axis=0) for name, rows in farthest.items()}
    draw_lines("answers.png", "distance of the answer / mean distance", ratio)
    worst = min((kind for kind in kinds if kind != "homework"), key=kinds.get)
    best = int((ratio["kit-qa"] - ratio["kit-en"]).argmax())
    claims = [
        ["kit-qa: exact match >= 95 % on held-out questions of every kind",
         f"lowest {kinds[worst]:.1%} ({worst})", kinds[worst] >= 0.95],
        ["the homework's three questions right", f"{sum(right['homework'])} of 3", all(right["homework"])],
        ["kit-en does not separate the answer, kit-qa does",
         f"layer {best}: {ratio['kit-en'][best]:.2f} and {ratio['kit-qa'][best]:.2f} times the mean distance; "
         f"farthest of all tokens in {share['kit-en'][best]:.0%} and {share['kit-qa'][best]:.0%} of the questions",
         ratio["kit-en"].max() < 1.25 <= ratio["kit-qa"].max() and share["kit-qa"].max() > 0.8],
    ]  # fmt: skip
    rows = [[f"{n}, {w}", *(f"{v:.2f}" for v in numbers[n])]
            for w, numbers in (("distance", ratio), ("farthest", share)) for n in ratio]  # fmt: skip
    text = f"""## Questions

Exact match: {"; ".join(f"{kind} {hit:.1%} of {len(right[kind])}" for kind, hit in kinds.items())}.

How far the answer's tokens lie from the others (mean distance over the mean of all distances), and in what share of
questions the token farthest from the rest belongs to the answer, before and after tuning, by layer:

![distance of the answer by layer](figures/answers.png)

{table(["layer", *LAYERS], rows)}
"""
    return claims, text


@torch.no_grad()
def apples(zh: Bert) -> tuple[list[list], str]:
    held_out = measure.read_apples()
    states, places = measure.apple_states(zh, [text for text, _ in held_out])
    gap = measure.sense_gap(states, [sense for _, sense in held_out])
    homework, _ = measure.apple_states(zh, [text for text, _ in chinese.HOMEWORK])
    homework_gap = measure.sense_gap(homework, [sense for _, sense in chinese.HOMEWORK])["gap"]
    texts = [text for text, _ in chinese.HOMEWORK]
    phone, face = texts.index("今天買了蘋果手機"), texts.index("蘋果獲新Face ID專利")
    q29 = compare(homework, "cosine")[:, phone, face]
    rebuilt = torch.stack([measure.layer_zero_by_position(zh, place) for place in places])
    off = float((states[0] - rebuilt).abs().max())
    lines = {"held-out": gap["gap"], "homework": homework_gap}
    draw_lines("apples.png", "cosine within a sense - between senses", lines)
    best, rise = int(gap["gap"].argmax()), float(gap["gap"].max() - gap["gap"][0])
    unknown = sum(zh.tokenizer.unk_token in zh.tokenizer.tokenize(text) for text in texts)
    claims = [
        ["果: within-sense minus between-sense cosine rises from layer 0 by >= 0.15",
         f"{gap['gap'][0]:.3f} at layer 0, {gap['gap'][best]:.3f} at layer {best}: +{rise:.3f}", rise >= 0.15],
        ["at layer 0 the similarity of 果 depends on position alone",
         f"rebuilt from its position with no sentence at all: largest difference {off:.1e}", off < 1e-5],
        ["the homework's ten sentences have no [UNK]", f"{unknown} of 10 with one", unknown == 0],
    ]  # fmt: skip
    rows = {
        "within": gap["within"], "between": gap["between"], "difference": gap["gap"],
        "difference, homework's ten": homework_gap, f"{texts[phone]} / {texts[face]}": q29.tolist(),
    }  # fmt: skip
    text = f"""## 果 in 蘋果, fruit and company

{len(held_out)} held-out sentences. Mean cosine by layer:

![gap by layer](figures/apples.png)

{table(["layer", *LAYERS], [[name, *(f"{value:.3f}" for value in values)] for name, values in rows.items()])}
"""
    return claims, text


def content_states(bert: Bert, text: str) -> Tensor:
    return xai.hidden_states(bert, text).without_special().states


def half_precision(berts: dict[str, Bert], work: Path) -> str:
    """How much the rounding to half precision changed: the largest difference of a hidden state or of P(he)."""
    rows = []
    for name, bert in berts.items():
        if not (work / f"{name}.pt").exists():
            continue
        text = measure.HOMEWORK_SENTENCE if name != "kit-zh" else "蘋果的股價又跌了"
        rounded = content_states(bert, text)
        kept = bert.model.state_dict()
        trained = torch.load(work / f"{name}.pt", map_location="cpu", weights_only=True)["bottoms"]
        bert.model.load_state_dict(mean(trained), strict=False)  # the scaffold of kit-qa stays behind
        full = content_states(bert, text)
        bert.model.load_state_dict(kept)
        rows.append([name, f"{float((rounded - full).abs().max() / full.std()):.4f}"])
    if not rows:
        return ""
    return f"Rounding to half precision moved no hidden state by more than (in standard deviations): {dict(rows)}.\n"


def draw_pronouns(rows: list[dict]) -> None:
    figure, axes = _figure(1, 4.6, 4.4)
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1)
    axes.fill_between([0, 1], [-0.05, 0.95], [0.05, 1.05], color="#ddd", linewidth=0)
    for case, marker in (("visible", "o"), ("hidden", "x"), ("last word hidden", "+")):
        points = [(row[case]["grammar"], row[case]["model"]) for row in rows if case in row]
        axes.scatter(*zip(*points, strict=True), marker=marker, s=28, label=case)
    axes.set(xlabel="P(he), grammar", ylabel="P(he), kit-en (mean of 40 sentences)", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    save(figure, "pronouns.png")


def draw_lines(file: str, label: str, lines: dict[str, np.ndarray]) -> None:
    figure, axes = _figure(1, 7, 4.4)
    for (name, values), style in zip(lines.items(), ("-", "--"), strict=True):
        axes.plot(LAYERS, values, style, marker="o", markersize=4, label=name)
    axes.set(xlabel="layer", ylabel=label, xticks=LAYERS)
    axes.legend(frameon=False)
    save(figure, file)


def draw_curves() -> None:
    figure, every = _figure(3, 9, 2.8)
    for axes, name in zip(every, KIT_BERTS, strict=True):
        with (FIGURES / f"{name}.csv").open() as file:
            rows = [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file)]
        axes.plot(*zip(*rows, strict=True), linewidth=1)
        axes.set(title=name, xlabel="step", ylabel="training loss", ylim=(0, None))
    save(figure, "curves.png")


def _figure(panels: int, width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, panels)


def save(figure: Figure, name: str) -> None:
    figure.savefig(FIGURES / name, dpi=90)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    berts = {name: load_bert(name) for name in KIT_BERTS}
    en, qa, zh = berts.values()
    parts = [pronouns(en), heads(en), corpus_search(en), answers(en, qa), apples(zh)]
    draw_curves()
    claims = [[what, found, verdict(holds)] for rows, _ in parts for what, found, holds in rows]
    trained = [
        [name, f"{sum(p.numel() for p in berts[name].model.parameters()) / 1e6:.2f} M", len(berts[name].tokenizer),
         f"{(CHECKPOINTS / name / 'model.safetensors').stat().st_size / 1e6:.1f} MB",
         sum(steps for steps, _ in RECIPES[name].descents), RECIPES[name].seed]
        for name in KIT_BERTS
    ]  # fmt: skip
    report = f"""# The kit's three BERTs, measured

Written by `python -m checkpoints.make.evaluate_bert`; all of it on text that no model was trained on.
The odds of "he" for the {len(lexicon.OCCUPATIONS)} occupations are set in `data/make/grammar/lexicon.py`.

{table(["claim", "found", "holds"], claims)}

{table(["model", "parameters", "vocabulary", "weights", "steps", "seed"], trained)}

All have 12 layers, 12 heads, width 144; retrain with `python -m data.make.corpora` and
`python -m checkpoints.make.train_bert kit-en`, then `kit-qa` (it starts from kit-en) and `kit-zh`, on one CPU core.
{half_precision(berts, given.work)}
![training curves](figures/curves.png)

""" + "\n".join(text for _, text in parts)
    (CHECKPOINTS / "bert.md").write_text(report, encoding="utf-8")
    print(table(["claim", "found", "holds"], claims))


if __name__ == "__main__":
    main()
