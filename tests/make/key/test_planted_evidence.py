"""Evidence where the truth was planted: models that look at one part, explanations and measurements made by hand."""

from collections import OrderedDict
from dataclasses import replace

import pytest
import torch
from given.measured import planted
from given.nets import seeded
from torch import nn

import hw9_xai as xai
from data.make.key.claims import decide
from data.make.key.evidence import evidence, measure_of
from data.make.key.exhibits import Exhibits, Unmeasurable
from data.make.key.measures import (
    attention,
    embedding_analysis,
    embedding_visualization,
    filters,
    integrated_gradients,
    maps,
    saliency,
    solids,
)
from hw9_xai.bert.coreference import Coreference
from hw9_xai.bert.heads import HeadFunctions
from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.quiz.bank import Bilingual, Option, load_bank

BANK = load_bank("kit")


# --- planted truth: the CNN ------------------------------------------------------------------------------------------


class LooksAt(nn.Module):
    """Its only evidence for a class is brightness within a mask."""

    def __init__(self, label, mask):
        super().__init__()
        self.register_buffer("weights", torch.zeros(11, *mask.shape))
        self.weights[label][mask] = 1e-4

    def forward(self, images):
        return torch.einsum("nchw,khw->nk", images, self.weights)


@pytest.mark.parametrize("name, picture, letter, parts", [
    ("Q6", 8, "A", ["salmon"]), ("Q6", 8, "B", ["table"]), ("Q6", 8, "C", ["chopsticks"]), ("Q6", 8, "D", ["plate"]),
    ("Q13", 7, "A", ["plate"]), ("Q13", 7, "B", ["noodles"]), ("Q13", 7, "D", ["sausage"]),
    ("Q20", 3, "A", ["table"]), ("Q20", 3, "C", ["fork"]), ("Q20", 3, "D", ["cake", "cream", "strawberry"]),
])  # fmt: skip
def test_a_model_that_looks_at_one_part(name, picture, letter, parts, monkeypatch):
    monkeypatch.setattr(maps, "SMOOTHGRAD_SAMPLES", 2)
    monkeypatch.setattr(integrated_gradients, "MANY_STEPS", 2)
    pictures = xai.load_pictures()
    mask = torch.stack([pictures.masks[picture][part] for part in parts]).any(0)
    model = LooksAt(int(pictures.labels[picture]), mask)
    found = evidence(name, exhibits=Exhibits("kit", model=model, pictures=pictures))
    assert found.answer == letter and found.margin > 0.9


def explanation_of(picture, weights):
    """LIME's, with the picture's parts for segments and the given weights for them."""
    pictures = xai.load_pictures()
    masks = pictures.masks[picture]
    segments = torch.stack(list(masks.values())).int().argmax(0)
    values = torch.tensor([weights.get(part, 0.0) for part in masks])
    return LimeExplanation(pictures.images[picture], segments, 1, values, 0.0, 1.0, 512.0, values[None])


@pytest.mark.parametrize("jug, strawberries, letter", [(1, -4, "A"), (4, -1, "B"), (-1, 4, "C"), (-4, 1, "D")])
def test_the_part_with_most_weight_for_its_area(jug, strawberries, letter):
    masks = xai.load_pictures().masks[2]
    areas = {name: float(masks[name].sum()) / 1000 for name in ("jug", "strawberries")}
    explanation = explanation_of(2, {"jug": jug * areas["jug"], "strawberries": strawberries * areas["strawberries"]})
    found = evidence("Q1", exhibits=planted((maps.limes, {2: explanation})))
    assert found.answer == letter and found.margin == pytest.approx(0.6)
    assert found.measured.figures["jug, 1000 pixels"] == pytest.approx(jug)
    assert found.measured.figures["strawberries, sum"] == pytest.approx(strawberries * areas["strawberries"])


@pytest.mark.parametrize("weights, letter", [
    ({"cake": -1.0}, "A"), ({"cake": 1.0, "cream": 0.5}, "B"), ({"table": 1.0}, "C"),
    ({"cake": 1.0, "cream": -1.0}, "D"),
])  # fmt: skip
def test_what_is_painted_on_the_cake(weights, letter):
    found = evidence("Q4", exhibits=planted((maps.limes, {3: explanation_of(3, weights)})))
    assert found.answer == letter and found.margin > 0.5


@pytest.mark.parametrize("picture, letter", [(7, "A"), (6, "B"), (4, "C"), (8, "D"), (1, "E")])
def test_the_picture_where_lime_and_saliency_differ(picture, letter):
    explanations = {}
    values = torch.zeros(10, 128, 128)
    for one in (1, 4, 6, 7, 8):
        parts = xai.load_pictures().masks[one]
        explanations[one] = explanation_of(one, {part: float(place) for place, part in enumerate(parts)})
        values[one] = explanations[one].heatmap() * (-1 if one == picture else 1) + 10
    found = evidence("Q9", exhibits=planted((maps.limes, explanations), (maps.saliency_maps, values)))
    assert found.answer == letter and found.margin == pytest.approx(1)


@pytest.mark.parametrize("solid, letter", [
    ("pyramid", "A"), ("sphere", "B"), ("box", "C"), ("cylinder", "D"), ("tetrahedron", "E"),
])  # fmt: skip
def test_the_solid_that_a_map_shows(solid, letter):
    shapes = solids.outlines(xai.load_pictures().masks[1]["butter"])
    values = torch.rand(10, 128, 128, generator=seeded())
    values[1] += 3 * saliency.outline(shapes[solid])
    found = evidence("Q8", exhibits=planted((maps.saliency_maps, values)))
    assert found.answer == letter and found.margin > 0.02


def test_outlines_fill_the_blocks_rectangle():
    block = torch.zeros(40, 60, dtype=torch.bool)
    block[10:31, 20:51] = True
    for name, outline in solids.outlines(block).items():
        rows, columns = outline.any(1).nonzero(), outline.any(0).nonzero()
        ends = [int(end) for end in (rows.min(), rows.max(), columns.min(), columns.max())]
        assert ends == pytest.approx([10, 30, 20, 50], abs=1), name
    areas = {name: int(outline.sum()) for name, outline in solids.outlines(block).items()}
    assert areas["sphere"] == pytest.approx(torch.pi * 15 * 10, rel=0.05)
    assert areas["tetrahedron"] < areas["pyramid"] < areas["sphere"] < areas["cylinder"] < areas["box"] == 21 * 31


@pytest.mark.parametrize("clear, letter", [("SmoothGrad", "C"), ("saliency", "B")])
def test_the_map_that_tells_food_from_the_rest(clear, letter):
    food = torch.stack([xai.food_mask(masks).float() for masks in xai.load_pictures().masks])
    noisy = food + 3 * torch.rand(food.shape, generator=seeded())
    noisy[9] = food[9].roll(64, 0)  # in picture 9 the emphasis moves
    plain = food + 0.01 * torch.rand(food.shape, generator=seeded(1))
    shown = {"saliency": noisy, "SmoothGrad": noisy, clear: plain}
    found = evidence("Q11", exhibits=planted(
        (maps.plain_saliency_maps, shown["saliency"]), (maps.smoothgrad_maps, shown["SmoothGrad"]),
    ))  # fmt: skip
    assert found.clear and found.answer == letter


@pytest.mark.parametrize("largest, letter", [(0.01, "A"), (1.0, "E")])
def test_spots_that_are_seen_or_not(largest, letter):
    values = largest * torch.rand(10, 128, 128, generator=seeded())
    found = evidence("Q12", exhibits=planted((maps.smoothgrad_maps, values)))
    assert found.answer == letter
    assert found.measured.figures["bright spots"] == pytest.approx(0.99 * largest, rel=0.01)


@pytest.mark.parametrize("part, letter", [("shadow", "B"), ("strawberries", "C"), ("background", "D")])
def test_the_part_that_activates_least(part, letter):
    pictures = xai.load_pictures()
    pictures.images[2] = torch.tensor([[0.1, 0.9], [0.9, 0.1]]).repeat(64, 64)  # on either side of the median
    pictures.images[2][:, pictures.masks[2][part]] = 0.5
    layers = [(str(cnnid), nn.Identity()) for cnnid in range(16)]  # cnnid 15, filter 0 answers with red
    model = nn.Sequential(OrderedDict(cnn=nn.Sequential(OrderedDict(layers))))
    found = evidence("Q14", exhibits=Exhibits("kit", model=model, pictures=pictures))
    assert found.clear and found.answer == letter
    figures = found.measured.figures
    assert figures.pop(part) == pytest.approx(0, abs=1e-6) and max(figures.values()) == pytest.approx(0.4, abs=0.01)


def test_late_activations_that_are_vaguer_in_the_same_places_or_not():
    coarse = torch.rand(10, 1, 8, 8, generator=seeded()).repeat_interleave(16, -1).repeat_interleave(16, -2)
    fine = torch.rand(10, 128, 128, generator=seeded(1))
    vague = nn.functional.avg_pool2d(coarse, 17, 1, 8)[:, 0]
    of_all_others = vague.sum(0) - vague
    for early, late, answer in ((vague + fine, vague, "BC"), (vague, of_all_others + fine, "AD")):
        places = {filters.EARLY: early, filters.LATE: late}
        found = evidence(
            "Q15", exhibits=planted(*((filters.activations, map, 0, cnnid) for cnnid, map in places.items()))
        )
        assert found.clear and found.answer == answer, found


@pytest.mark.parametrize("layer, letter", [
    (nn.Conv2d(1, 1, 1), "A"), (nn.Linear(1, 1), "B"), (nn.MaxPool2d(2), "C"), (nn.ReLU(), "D"),
    (nn.BatchNorm2d(1), "E"),
])  # fmt: skip
def test_the_kind_of_layer(layer, letter):
    model = nn.Module()
    model.cnn = nn.Sequential(*(nn.Identity() for _ in range(21)), layer)
    found = evidence("Q17", exhibits=Exhibits("kit", model=model))
    assert (found.answer, found.margin) == (letter, 1)


def test_steps_that_change_the_map():
    few, many = torch.rand(2, 10, 128, 128, generator=seeded()) ** 8
    for other, answer in ((few + 1e-3 * many, "B"), (many, "C")):
        exhibits = planted(
            (integrated_gradients.integrated_maps, few, 0, 10), (integrated_gradients.integrated_maps, other, 0, 100)
        )
        assert evidence("Q18", exhibits=exhibits).answer == answer


# --- planted truth: the BERTs ----------------------------------------------------------------------------------------


def asked(name, options=(), text=None):
    """The question with other options, or another text."""
    question = BANK.questions[name]
    texts = {
        letter: Option(Bilingual(shown, shown), question.options[letter].why)
        for letter, shown in zip("ABCDEF", options, strict=False)
    }
    return replace(question, options=texts or question.options, text=text or question.text)


def decided(question, exhibits):
    return decide(measure_of(question)(question, exhibits, 0).claims, question.choose)


def test_functions_of_a_column_of_heads():
    score = {name: torch.full((12, 12), 0.1) for name in ("next", "previous", "self", "special", "period")}
    lift = {name: torch.full((12, 12), 4.0) for name in score}
    score["next"][2, 11] = score["period"][7, 11] = 0.9
    score["self"][5, 10] = 0.9  # another head
    score["special"][3, 11], lift["special"][3, 11] = 0.9, 1.1  # no more than evenly
    functions = HeadFunctions(score, lift, torch.zeros(12, 12), 60)
    exhibits = planted((attention.heads, functions))
    text = Bilingual("Look at head 12 in each of the 12 layers.", "看 head 12")
    assert decided(asked("Q21", text=text), exhibits)[0] == "BC"
    text = Bilingual("Look at head 11 in each of the 12 layers.", "看 head 11")
    assert decided(asked("Q21", text=text), exhibits)[0] == "D"
    text = Bilingual("Look at the 12 heads of layer 8.", "看第 8 層")
    assert decided(asked("Q21", text=text), exhibits)[0] == "C"
    text = Bilingual("Look at head 13 in each of the 12 layers.", "看 head 13")
    with pytest.raises(Unmeasurable, match="the model has 12 layers of 12 heads"):
        decided(asked("Q21", text=text), exhibits)


def nearest(*layers):
    return attention.NearestTokens("NOUN", [{"NOUN": share, "VERB": 1 - share} for share in layers])


def test_the_layer_where_nouns_take_over():
    question = asked("Q22", [f"Layer {layer}" for layer in (1, 2, 3, 4, 5)])
    exhibits = planted((attention.nearest_tokens, nearest(0.1, 0.8, 0.2, 0.9, 1.0, 0.9), 0, "officer"))
    assert decided(question, exhibits) == ("C", pytest.approx(0.6))
    assert (
        "from layer 3 on: 90% of the 50 nearest there, 20% one layer before"
        in measure_of(question)(question, exhibits, 0).reason
    )


def test_another_word_may_be_masked():
    text = Bilingual('Mask "generous" in the sentence.', "遮住 generous")
    question = asked("Q22", [f"Layer {layer}" for layer in (1, 2)], text)
    exhibits = planted((attention.nearest_tokens, nearest(0.1, 0.2, 0.9), 0, "generous"))
    assert decided(question, exhibits)[0] == "B"


@pytest.mark.parametrize(
    "shares, said", [([0.9, 0.9, 0.9], "from the start: 90%"), ([0.9, 0.9, 0.1], "never the commonest")]
)
def test_nouns_that_never_take_over(shares, said):
    question = asked("Q22", ["Layer 1", "Layer 2"])
    exhibits = planted((attention.nearest_tokens, nearest(*shares), 0, "officer"))
    assert decided(question, exhibits)[1] < 0
    assert said in measure_of(question)(question, exhibits, 0).reason


def pronouns(before, after):
    return planted(
        (attention.chances_of_pronouns, {"she": 0.95 - before, "he": before, "it": 0.05}, "she"),
        (attention.chances_of_pronouns, {"she": 0.95 - after, "he": after, "it": 0.05}, "she", "officer"),
    )


@pytest.mark.parametrize("he, letter", [(0.9, "B"), (0.1, "A")])
def test_the_likelier_pronoun(he, letter):
    assert evidence("Q23.1", exhibits=pronouns(he, 0.0)).answer == letter


@pytest.mark.parametrize(
    "fall, letter, clear", [(0.80, "A", True), (0.19, "C", True), (0.0, "D", True), (0.5, "A", False)]
)
def test_the_fall_of_he(fall, letter, clear):
    found = evidence("Q23.2", exhibits=pronouns(0.9, 0.9 - fall))
    assert (found.answer, found.clear) == (letter, clear)


@pytest.mark.parametrize("accuracy, letter, clear", [(0.9, "C", True), (0.35, "C", False)])
def test_the_head_that_finds_the_antecedent(accuracy, letter, clear):
    accuracies = torch.full((12, 12), 0.2)
    accuracies[4, 9] = accuracy  # layer 5, head 10
    accuracies[0, 0] = 1.0  # in none of the options
    found = Coreference(accuracies, accuracies, nearest=0.4, chance=0.3, pronouns=250)
    question = asked("Q24", [f"Layer {layer}, head 10" for layer in (6, 8, 5, 4, 7)])
    answer, margin = decided(question, planted((attention.coreference_of_heads, found)))
    assert (answer, margin > 0) == (letter, clear)


@pytest.mark.parametrize("name, row, options, letter", [
    ("Q25", "answer apart", ["Layer 11", "Layer 5", "Layer 8", "Layer 2"], "D"),
    ("Q26", "told apart", ["Layers 1 to 3", "Layers 10 to 12", "Layers 4 to 6", "Layers 7 to 9"], "A"),
])  # fmt: skip
def test_the_layers_with_the_largest_value(name, row, options, letter):
    values = torch.full((13,), 0.5)
    values[2] = 2.0
    values[0] = 9.0  # in none of the options
    assert decided(asked(name, options), planted((embedding_visualization.answering, {row: values})))[0] == letter


@pytest.mark.parametrize("steep, letter", [(2, "A"), (5, "B"), (11, "C"), (8, "D")])
def test_the_layers_over_which_a_curve_climbs_most(steep, letter):
    curve = torch.arange(13) * 0.01
    curve[steep:] += 1.0  # from this layer on
    curve[12] = 1.5 if steep != 11 else 2.0  # the height at the end is not what is asked for
    options = ["Layers 1 to 3", "Layers 4 to 6", "Layers 10 to 12", "Layers 7 to 9"]
    assert (
        decided(asked("Q27", options), planted((embedding_visualization.answering, {"own sentence": curve})))[0]
        == letter
    )


def test_an_option_that_the_model_does_not_have():
    with pytest.raises(Unmeasurable, match="the model has 4 layers, and an option names another"):
        evidence("Q26", exhibits=planted((embedding_visualization.answering, {"told apart": torch.rand(5)})))


@pytest.mark.parametrize("curve, letter", [
    ([0.3, 0.6, 0.9, 0.5, 0.2], "A"), ([0.9, 0.6, 0.3, 0.5, 0.7], "B"), ([0.9, 0.7, 0.72, 0.3, 0.1], "C"),
    ([0.1, 0.3, 0.28, 0.7, 0.9], "D"),
])  # fmt: skip
def test_the_shape_of_a_curve(curve, letter):
    answer, margin = decide(embedding_analysis.shape_claims(curve), "one")
    assert answer == letter and margin > 0


def test_a_flat_curve_has_no_shape():
    assert decide(embedding_analysis.shape_claims([0.5] * 11), "one")[1] <= 0


def test_the_sentences_are_the_homeworks():
    from data.make.grammar import chinese

    assert list(embedding_analysis.APPLES) == [text for text, _ in chinese.HOMEWORK]
    assert all("果" in changed for changed in embedding_analysis.ONE_THING_CHANGED.values())
    for name in ("Q22", "Q23.1"):
        assert attention.masked_word(BANK.questions[name]) in attention.POLICE
    assert attention.POLICE in BANK.questions["Q22"].text.en
