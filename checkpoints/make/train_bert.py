"""Train the kit's three BERTs from scratch: python -m checkpoints.make.train_bert kit-en | kit-qa | kit-zh.

Every step draws its text from (seed, step) and counts that are kept, so a run that was stopped goes on exactly
where it was.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertTokenizer, PreTrainedModel

from checkpoints.make import bert_batches as batches
from checkpoints.make.bert_batches import SPECIAL
from data.make.grammar import chinese, english, lexicon, questions
from data.make.grammar.text import Text
from hw9_xai.assets import CHECKPOINTS, cache_folder

WORK = cache_folder() / "training"
LAYERS = HEADS = 12
HIDDEN, INNER = 144, 432


@dataclass(frozen=True)
class Recipe:
    """How one model is trained. `loss` computes a step's mean loss and leaves its gradient in the parameters.

    It draws its text from a generator, and counts in `turns` what has to come up evenly over all steps.
    """

    build: Callable[[dict[str, int]], PreTrainedModel]
    vocabulary: Callable[[], dict[str, int]]
    loss: Callable[[PreTrainedModel, dict[str, int], random.Random, Counter[str]], float]
    descents: tuple[tuple[int, float], ...]  # steps, and the share of the rate from which it falls to nothing
    rate: float
    averaged: int = 1  # over the ends of so many last descents: what each is off by is mostly its own
    warm_up: int = 100
    seed: int = 4


def new_bert(vocab: dict[str, int], positions: int) -> BertForMaskedLM:
    """A fresh model that learns at this depth: with BERT's own initialisation, 12 narrow layers never get going."""
    config = BertConfig(
        vocab_size=len(vocab), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=positions, initializer_range=HIDDEN**-0.5,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=vocab["[PAD]"],
    )  # fmt: skip
    model = BertForMaskedLM._from_config(config, attn_implementation="sdpa")
    with torch.no_grad():
        for layer in model.bert.encoder.layer:
            # Two residual branches per layer: so scaled, their sum over all layers has the size of one.
            layer.attention.output.dense.weight /= math.sqrt(2 * LAYERS)
            layer.output.dense.weight /= math.sqrt(2 * LAYERS)
        model.bert.embeddings.position_embeddings.weight.copy_(2 * HIDDEN**-0.5 * waves(positions, HIDDEN))
        somewhere = torch.arange(64 * positions).reshape(64, positions) % len(vocab)
        usual = model.bert.embeddings(somewhere).mean((0, 1))
        cls, sep, period = (
            model.bert.embeddings(torch.full((1, positions), vocab[mark])).mean((0, 1)) - usual
            for mark in ("[CLS]", "[SEP]", "。" if "。" in vocab else ".")
        )
        for layer in model.bert.encoder.layer[:2]:
            look_beside(layer.attention.self, head=0, offset=-1)
            look_beside(layer.attention.self, head=1, offset=1)
            for head in (2, 3, 4):
                look_for_twins(layer.attention.self, head, usual)
            look_at(layer.attention.self, 5, cls + sep, usual)
            look_at(layer.attention.self, 6, period, usual)
    return model


def frequencies(width: int) -> Tensor:
    """From half a turn per position, so that neighbours are far apart, down to a turn in 2,000 positions."""
    return math.pi / 1000 ** (torch.arange(0, width, 2) / width)


def waves(positions: int, width: int) -> Tensor:
    """Where the position embeddings start: sines and cosines, in which "one further" is the same rotation anywhere."""
    angle = torch.arange(positions)[:, None] * frequencies(width)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


def look_beside(attention: nn.Module, head: int, offset: int, sharpness: float = 1.7) -> None:
    """Let a head start by looking at a neighbour: its queries are the fastest waves, rotated by `offset` positions.

    Heads of 12 numbers find this only slowly by themselves. Training is free to keep it or to lose it.
    """
    size = attention.attention_head_size
    rows = slice(head * size, (head + 1) * size)
    attention.query.weight[rows] = attention.key.weight[rows] = 0
    turn = frequencies(HIDDEN)[: size // 2] * offset
    for pair, angle in enumerate(turn.tolist()):
        a, b = 2 * pair, 2 * pair + 1
        rotation = torch.tensor([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        attention.query.weight[rows][a : b + 1, a : b + 1] = sharpness * rotation
        attention.key.weight[rows][a : b + 1, a : b + 1] = sharpness * torch.eye(2)


def look_for_twins(attention: nn.Module, head: int, usual: Tensor, sharpness: float = 2.5) -> None:
    """Let a head start by looking at other places of the same word, so that a question finds its words in the text.

    Its queries and keys are twelve numbers of the embedding as they are, less their mean; from the slowest waves,
    because there the position hardly shows.
    """
    size = attention.attention_head_size
    rows = slice(head * size, (head + 1) * size)
    seen = slice(HIDDEN - (head - 1) * size, HIDDEN - (head - 2) * size)
    for layer in (attention.query, attention.key):
        layer.weight[rows] = 0
        layer.weight[rows, seen] = sharpness * torch.eye(size)
        layer.bias[rows] = -sharpness * usual[seen]


def look_at(attention: nn.Module, head: int, sought: Tensor, usual: Tensor, sharpness: float = 5.0) -> None:
    """Let a head start by looking at the tokens whose embeddings differ from the usual one in the direction `sought`.

    One of its twelve numbers does it: the same query from everywhere, a key only there. The others stay free.
    """
    row = head * attention.attention_head_size
    key = sharpness * sought / sought.square().sum()
    attention.query.bias[row] = sharpness
    attention.key.weight[row] = key
    attention.key.bias[row] = -key @ usual


def numbered(words: set[str]) -> dict[str, int]:
    """Special tokens, then printable characters (so that any Latin text tokenises), then whole words."""
    characters = [chr(code) for code in range(33, 127)]
    pieces = [*SPECIAL, *characters, *(f"##{c}" for c in characters), *sorted(words - set(characters))]
    return {piece: number for number, piece in enumerate(pieces)}


def english_vocabulary() -> dict[str, int]:
    rng = random.Random(0)
    words = set(lexicon.POS_OF)
    for _ in range(20_000):
        words.update(english.draw_sentence(rng).words)
        question = questions.draw_question(rng)
        words.update(question.question.words, question.context.words)
    return numbered(words)


OPEN_NOUNS = {subject.noun for subject in lexicon.SUBJECTS}
# OPEN: a pronoun whose noun leaves it open is counted, not just learnt, so it is masked nearly always.
BASE_ODDS, FOCUS_ODDS, OPEN_ODDS, ANTECEDENT_ODDS = 0.12, 0.5, 0.9, 0.3


def mask_odds(text: Text, rng: random.Random) -> list[float]:
    """Mask more often what teaches most: words that the text determines, and whoever a pronoun stands for."""
    odds = [FOCUS_ODDS if i in text.focus else BASE_ODDS for i in range(len(text.words))]
    for pronoun, antecedent in text.links:
        if " ".join(antecedent.entity.words[1:]) in OPEN_NOUNS:
            odds[pronoun.start] = max(odds[pronoun.start], OPEN_ODDS)
        if rng.random() < ANTECEDENT_ODDS:
            # Sometimes the noun alone ("police [MASK]"), sometimes all of it ("[MASK] [MASK]"), the article never.
            start = antecedent.start + (text.words[antecedent.start].lower() == "the")
            for i in range(start if rng.random() < 0.5 else antecedent.head, antecedent.end):
                odds[i] = 1.0
    return odds


def spelled(words: list[str], odds: list[float], rng: random.Random) -> tuple[list[str], list[float]]:
    """Now and then one word in single characters, as any word outside the vocabulary arrives.

    To complete a spelled word, a head must look exactly one character back and one ahead.
    """
    at = rng.randrange(len(words))
    if rng.random() < 0.85 or not words[at].isascii() or not words[at].isalpha():
        return words, odds
    pieces = [words[at][0], *(f"##{letter}" for letter in words[at][1:])]
    return [*words[:at], *pieces, *words[at + 1 :]], [*odds[:at], *[0.25] * len(pieces), *odds[at + 1 :]]


def english_example(vocab: dict[str, int], rng: random.Random, turns: Counter[str]) -> batches.Example:
    text = english.training_sentence(rng, turns)
    return batches.lay_out(vocab, spelled(text.words, mask_odds(text, rng), rng))


def question_example(vocab: dict[str, int], rng: random.Random) -> batches.Example:
    """A question and its text; half the time the answer stands behind the question, to be predicted from the text."""
    item = questions.training_question(rng)
    words, odds = list(item.question.words), mask_odds(item.question, rng)
    if rng.random() < 0.5:
        answer = item.answer_words
        words, odds = [*words, *answer], [*odds, *[0.8] * len(answer)]
    return batches.lay_out(vocab, (words, odds), (item.context.words, mask_odds(item.context, rng)))


def english_loss(model: PreTrainedModel, vocab: dict[str, int], rng: random.Random, turns: Counter[str]) -> float:
    sentences = [english_example(vocab, rng, turns) for _ in range(88)]
    pairs = [question_example(vocab, rng) for _ in range(18)]
    groups = [*batches.chunks_by_length(sentences, 2), *batches.chunks_by_length(pairs, 2)]
    return masked_loss(model, vocab, rng, groups)


def masked_loss(
    model: PreTrainedModel, vocab: dict[str, int], rng: random.Random, groups: list[list[batches.Example]]
) -> float:
    prepared = [batches.masked_inputs(group, rng, vocab) for group in groups]
    chosen = sum(int((labels != batches.IGNORED).sum()) for _, labels in prepared)
    total = 0.0
    for inputs, labels in prepared:
        states = model.bert(**to_device(model, inputs)).last_hidden_state
        labels = labels.to(model.device)
        at = labels != batches.IGNORED
        # The head runs at the chosen positions only: a seventh of the work, the same loss.
        loss = functional.cross_entropy(model.cls(states[at]), labels[at], reduction="sum") / chosen
        loss.backward()
        total += loss.item()
    return total


def question_loss(model: PreTrainedModel, vocab: dict[str, int], rng: random.Random, turns: Counter[str]) -> float:
    turns["step"] += 1
    longest = SHORTEST + turns["step"] // 25  # short texts first: there the answer is one of few words
    rarer = LEARNT_FIRST if turns["step"] > RECIPES["kit-qa"].descents[0][0] else ()
    rows = sorted((question_row(vocab, rng, longest, rarer) for _ in range(36)), key=lambda row: len(row["example"]))
    total = 0.0
    for group in (rows[:18], rows[18:]):
        inputs, _ = batches.masked_inputs([row["example"] for row in group], rng, vocab)
        first, last = (torch.tensor([row["answer"][end] for row in group]) for end in (0, 1))
        support = batches.pad([row["support"] for row in group], batches.IGNORED).to(model.device)
        output = model(
            **to_device(model, inputs | {"start_positions": first, "end_positions": last}), output_hidden_states=True
        )
        guessed = model.scaffold(output.hidden_states[SCAFFOLD_LAYER]).squeeze(-1)
        of_context = support != batches.IGNORED
        finding = functional.binary_cross_entropy_with_logits(guessed[of_context], support[of_context].float())
        loss = (output.loss + finding) / 2
        loss.backward()
        total += output.loss.item() / 2
    return total


def question_row(vocab: dict[str, int], rng: random.Random, longest: int, rarer: Collection[str]) -> dict:
    """[CLS] question [SEP] context [SEP], the tokens of the answer, and which words of the context lead to it."""
    item = questions.training_question(rng)
    while len(item.context.words) > longest or (item.kind in rarer and rng.random() < 0.7):
        item = questions.training_question(rng)
    words, context = item.question.words, item.context.words
    shift = len(words) + 2
    support = [batches.IGNORED] * shift + [0] * len(context) + [batches.IGNORED]
    for start, end in item.support:
        support[shift + start : shift + end] = [1] * (end - start)
    return {
        "example": batches.lay_out(vocab, (words, [0.0] * len(words)), (context, [0.0] * len(context))),
        "answer": (shift + item.answer[0], shift + item.answer[1] - 1),
        "support": support,
    }


def chinese_vocabulary() -> dict[str, int]:
    rng = random.Random(0)
    pieces: set[str] = set()
    for _ in range(20_000):
        pieces.update(chinese_pieces(chinese.draw_sentence(rng).text))
    return numbered({piece for piece in pieces if not piece.startswith("##")})


def chinese_pieces(text: str) -> list[str]:
    """As BERT's tokenizer cuts: single characters, digit by digit, Latin words whole."""
    pieces = []
    for found in re.findall(r"[A-Za-z]+|\d+|\S", text):
        pieces += [found[0], *(f"##{digit}" for digit in found[1:])] if found.isdigit() else [found]
    return pieces


def chinese_example(vocab: dict[str, int], rng: random.Random) -> batches.Example:
    """Any fruit or company may be shown as 蘋果 and has to be told from the rest: so 蘋果 itself comes to mean one or
    the other. Hidden characters alone do not do it: 果 is what follows 蘋, in either sense."""
    sentence = chinese.training_sentence(rng)
    pieces = chinese_pieces(sentence.text)
    example = batches.lay_out(vocab, (pieces, [0.15] * len(pieces)))
    if sentence.name and len(sentence.name) == 2:
        place = next(i for i in range(len(pieces)) if pieces[i : i + 2] == list(sentence.name))
        example.lure = (place + 1, [vocab["蘋"], vocab["果"]])
    return example


def chinese_loss(model: PreTrainedModel, vocab: dict[str, int], rng: random.Random, turns: Counter[str]) -> float:
    examples = [chinese_example(vocab, rng) for _ in range(96)]
    return masked_loss(model, vocab, rng, list(batches.chunks_by_length(examples, 2)))


def to_device(model: PreTrainedModel, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.to(model.device) for name, tensor in tensors.items()}


def tuned_from_kit_en(vocab: dict[str, int]) -> BertForQuestionAnswering:
    """kit-en under a new head; a second one, for the time of training, names the sentences that lead to the answer.

    From answers alone, two words in forty, a net this small takes very long to find what to read first.
    """
    model = BertForQuestionAnswering.from_pretrained(CHECKPOINTS / "kit-en", attn_implementation="sdpa").float()
    model.scaffold = nn.Linear(HIDDEN, 1)
    return model


RECIPES = {
    "kit-en": Recipe(
        lambda vocab: new_bert(vocab, 128), english_vocabulary, english_loss,
        descents=((3000, 1), (1500, 0.5), (1500, 0.5), (1200, 0.25), (1200, 0.25), (600, 0.25)), rate=6e-4, averaged=3,
    ),
    "kit-qa": Recipe(
        tuned_from_kit_en, english_vocabulary, question_loss,
        descents=((2500, 1), (2000, 0.5), (1500, 0.5), (1200, 0.5)), rate=5e-4,
    ),
    "kit-zh": Recipe(
        lambda vocab: new_bert(vocab, 64), chinese_vocabulary, chinese_loss, descents=((1500, 1),), rate=6e-4
    ),
}  # fmt: skip


SCAFFOLD_LAYER = 7
SHORTEST = 18  # words: every topic has texts as short as that
LEARNT_FIRST = ("birth", "death", "country", "meaning")  # kinds that later descents repeat less


def rate_at(step: int, recipe: Recipe) -> float:
    """Linear warm-up, then linearly down to nothing: the end of a descent averages out the noise of single batches."""
    for steps, share in recipe.descents:  # noqa: B007
        if step < steps:
            break
        step -= steps
    return share * recipe.rate * min((step + 1) / recipe.warm_up, (steps - step) / (steps - recipe.warm_up))


def train(name: str, recipe: Recipe, work: Path, device: str) -> None:
    torch.manual_seed(recipe.seed)
    vocab = recipe.vocabulary()
    model = recipe.build(vocab).to(device).train()
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], betas=(0.9, 0.98)
    )
    curve, turns, saved = [], Counter(), work / f"{name}.pt"
    bottoms: list[dict[str, Tensor]] = []  # the weights at the ends that are averaged
    if saved.exists():
        state = torch.load(saved, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        curve, turns, bottoms = state["curve"], Counter(state["turns"]), state["bottoms"]
    began = time.time()
    ends = list(accumulate(steps for steps, _ in recipe.descents))
    steps = ends[-1]
    for step in tqdm(range(len(curve), steps), initial=len(curve), total=steps, desc=name):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, recipe)
        loss = recipe.loss(model, vocab, random.Random(f"{recipe.seed} {step}"), turns)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        curve.append(round(loss, 4))
        if len(curve) in ends[-recipe.averaged :]:
            bottoms.append({key: weight.clone() for key, weight in model.state_dict().items()})
        if len(curve) % 100 == 0 or len(curve) == steps:
            recent = sum(curve[-100:]) / len(curve[-100:])
            tqdm.write(f"{name} step {len(curve)}: loss {recent:.4f}, {time.time() - began:.0f} s")
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state | {"curve": curve, "turns": dict(turns), "bottoms": bottoms}, saved)
            write(name, model, bottoms, vocab, curve)


def mean(bottoms: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {key: torch.stack([bottom[key] for bottom in bottoms]).mean(0) for key in bottoms[0]}


def write(
    name: str, model: PreTrainedModel, bottoms: list[dict[str, Tensor]], vocab: dict[str, int], curve: list[float]
) -> None:
    """The standard folder, in half precision, and the curve beside the report's figures."""
    folder = CHECKPOINTS / name
    tokenizer = BertTokenizer(vocab=vocab, do_lower_case=False, model_max_length=model.config.max_position_embeddings)
    tokenizer.save_pretrained(folder)
    kept = copy.deepcopy(model)
    kept.load_state_dict(mean(bottoms or [model.state_dict()]))
    kept.half()
    if hasattr(kept, "scaffold"):
        del kept.scaffold
    kept.save_pretrained(folder)
    (CHECKPOINTS / "figures").mkdir(exist_ok=True)
    with (CHECKPOINTS / "figures" / f"{name}.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["step", "loss"])
        rows.writerows((end, round(sum(curve[end - 20 : end]) / 20, 4)) for end in range(20, len(curve) + 1, 20))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--threads", type=int, default=1, help="two are slower than one on a busy machine")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    train(given.name, RECIPES[given.name], given.work, given.device)


if __name__ == "__main__":
    main()
