"""Measures of trust on planted truths: models that look at one part only, and maps whose scores are known by hand."""

import numpy as np
import pytest
import torch
from nets import Linear, food_cnn, random_pictures, seeded
from scipy.stats import spearmanr
from torch import nn

from hw9_xai import integrated_gradients, lime, saliency, smoothgrad, trust
from hw9_xai.cnn.interventions import true_effects

PARTS = {"egg": (slice(2, 7), slice(3, 9)), "toast": (slice(8, 14), slice(1, 6)), "crumb": (slice(0, 1), slice(15, 16))}
SIDE = 16


def planted_masks() -> dict[str, torch.Tensor]:
    masks = {part: torch.zeros(SIDE, SIDE, dtype=torch.bool) for part in PARTS}
    for part, (rows, columns) in PARTS.items():
        masks[part][rows, columns] = True
    return {**masks, "plate": ~torch.stack([*masks.values()]).any(0)}


MASKS = planted_masks()
EGG = MASKS["egg"]
AREA = float(EGG.double().mean())
IMAGE = random_pictures(1, 3, SIDE, SIDE)[0].clamp(0.05, 1)


def looks_only_at(part: str) -> Linear:
    model = Linear()
    model.weight.data *= MASKS[part]
    return model


def painted_out(image: torch.Tensor, part: str) -> torch.Tensor:
    return image * ~MASKS[part]


def explanations(model: nn.Module) -> dict[str, torch.Tensor]:
    """Every method's map (H,W) of IMAGE for class 1; LIME hides whole parts, behind the black they are painted with."""
    pieces = sum(number * mask for number, mask in enumerate(MASKS.values()))
    return {
        "loss": saliency(model, IMAGE[None], 1)[0],
        "score": saliency(model, IMAGE[None], 1, of="score")[0],
        "smoothgrad": smoothgrad(model, IMAGE[None], 1, samples=3, of="score")[0].amax(0),
        "integrated": integrated_gradients(model, IMAGE[None], 1, steps=3)[0][0].sum(0),
        "lime": lime(model, IMAGE[None], 1, samples=512, segments=pieces, hide="black")[0].density(),
    }


# -- against a mask ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["loss", "score", "smoothgrad", "integrated", "lime"])
def test_who_looks_at_one_part_only_scores_all_there_is(method):
    map = explanations(looks_only_at("egg"))[method]
    ridge = 0.03 if method == "lime" else 1e-6  # LIME's ridge leaves a little elsewhere
    assert trust.mass_over_area(map, EGG) == pytest.approx(1 / AREA, rel=ridge)
    assert trust.rank_accuracy(map, EGG) == 1
    assert trust.pointing(map, EGG) == 1
    for part in ("toast", "plate"):
        assert trust.mass_over_area(map, MASKS[part]) == pytest.approx(0, abs=ridge)
        assert trust.pointing(map, MASKS[part]) == 0


def test_mass_is_the_share_of_absolute_values_over_the_share_of_area():
    map = torch.ones(SIDE, SIDE)
    map[EGG] = -3.0
    share = 3 * AREA / (3 * AREA + 1 - AREA)
    assert trust.mass_over_area(map, EGG) == pytest.approx(share / AREA)
    assert trust.mass_over_area(1e-30 * map, EGG) == pytest.approx(share / AREA)


def test_rank_accuracy_counts_as_many_pixels_as_the_part_has():
    map = torch.arange(100.0).reshape(10, 10)
    mask = torch.zeros(10, 10, dtype=torch.bool)
    mask[9] = True  # the ten largest
    assert trust.rank_accuracy(map, mask) == 1
    assert trust.rank_accuracy(-map, mask) == 1  # signs do not matter
    mask = mask.roll(-5)  # half of the ten largest, half below
    assert trust.rank_accuracy(map, mask) == 0.5
    assert trust.pointing(map, mask) == 0
    assert trust.pointing(map, ~mask) == 1


def test_ties_give_what_breaking_them_at_random_gives():
    map = torch.tensor([[3.0, 2.0, 2.0, 2.0, 0.0, 0.0]])
    mask = torch.tensor([[True, True, False, False, True, False]])  # K = 3: the 3, and two of the three 2s
    assert trust.rank_accuracy(map, mask) == pytest.approx((1 + 2 / 3) / 3)
    top = torch.tensor([[5.0, -5.0, 5.0, 1.0]])
    assert trust.pointing(top, torch.tensor([[True, False, True, True]])) == pytest.approx(2 / 3)
    noise = torch.rand(2000, 6, generator=seeded())
    broken = [trust.rank_accuracy(map + 0.01 * one[None], mask) for one in noise]
    assert np.mean(broken) == pytest.approx(trust.rank_accuracy(map, mask), abs=0.03)


@pytest.mark.parametrize("value", [0.0, 1.0, -2.5, 1e-38, 1e38])
@pytest.mark.parametrize("part", MASKS)
def test_a_constant_map_scores_what_chance_scores(value, part):
    map, mask = torch.full((SIDE, SIDE), value), MASKS[part]
    area = float(mask.double().mean())
    assert trust.mass_over_area(map, mask) == pytest.approx(1)
    assert trust.rank_accuracy(map, mask) == pytest.approx(area)
    assert trust.pointing(map, mask) == pytest.approx(area)
    assert trust.similarity(map, torch.rand(SIDE, SIDE)) == trust.similarity(map, map) == 0


@pytest.mark.parametrize("part", ["egg", "toast", "plate"])
def test_random_maps_score_on_average_what_the_constant_map_scores(part):
    draws, mask = 1000, MASKS[part]
    noise = torch.rand(draws, SIDE, SIDE, generator=seeded(7))
    control = trust.uniform(IMAGE[None])[0]
    for measure in (trust.mass_over_area, trust.rank_accuracy, trust.pointing):
        scores = torch.tensor([measure(map, mask) for map in noise], dtype=torch.double)
        error = float(scores.std() / draws**0.5)
        assert abs(float(scores.mean()) - measure(control, mask)) < 3.5 * error + 1e-12, measure.__name__
        assert error < 0.025  # so the line above is no empty promise


@pytest.mark.parametrize("measure", [trust.mass_over_area, trust.rank_accuracy, trust.pointing])
def test_what_cannot_be_measured_is_said(measure):
    map = torch.ones(SIDE, SIDE)
    with pytest.raises(ValueError, match="mask: expected at least one pixel, got an empty part"):
        measure(map, torch.zeros(SIDE, SIDE, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"mask: expected the map's shape \(16, 16\), got \(4, 4\)"):
        measure(map, torch.ones(4, 4, dtype=torch.bool))
    with pytest.raises(ValueError, match="map: expected finite values, got NaN or infinity"):
        measure(map.index_fill(0, torch.tensor([3]), torch.nan), EGG)


def test_a_mask_of_everything_is_all_there_is_to_find():
    everything = torch.ones(SIDE, SIDE, dtype=torch.bool)
    for measure in (trust.mass_over_area, trust.rank_accuracy, trust.pointing):
        assert measure(torch.rand(SIDE, SIDE), everything) == pytest.approx(1)


QUARTER = torch.zeros(4, 8, dtype=torch.bool)
QUARTER[:, :2] = True
QUARTERS = {"egg": QUARTER, "plate": ~QUARTER}


def test_concentration_is_one_by_chance_and_ignores_signs_and_scale():
    assert trust.concentration(torch.ones(4, 8), QUARTERS) == {"egg": 1.0, "plate": 1.0}
    values = torch.where(QUARTER, -3.0, 1.0)  # 24 of 48 on a quarter of the area
    assert trust.concentration(values, QUARTERS) == pytest.approx({"egg": 2.0, "plate": 2 / 3})
    assert trust.concentration(1e-6 * values, QUARTERS) == pytest.approx({"egg": 2.0, "plate": 2 / 3})


def test_shares_weighted_by_area_add_up_to_one():
    values = torch.rand(4, 8)
    found = trust.concentration(values, QUARTERS)
    assert found["egg"] / 4 + found["plate"] * 3 / 4 == pytest.approx(1)


def test_a_few_pixels_are_no_part():
    crumb = torch.zeros(128, 128, dtype=torch.bool)
    crumb[0, :100] = True
    values = torch.rand(128, 128)
    assert set(trust.concentration(values, {"crumb": crumb, "rest": ~crumb})) == {"rest"}
    assert set(trust.concentration(values, {"crumb": crumb, "rest": ~crumb}, least=0)) == {"crumb", "rest"}


def test_concentration_of_a_map_that_says_nothing_and_without_masks():
    assert trust.concentration(torch.zeros(4, 8), QUARTERS) == {"egg": 1.0, "plate": 1.0}
    assert trust.concentration(torch.ones(4, 8), {}) == {}


# -- against interventions ---------------------------------------------------------------------------------------------


def linear_effects(model: Linear) -> dict[str, float]:
    return true_effects(model, IMAGE, 1, {part: painted_out(IMAGE, part) for part in MASKS})


@pytest.mark.parametrize("method", ["integrated", "lime"])
def test_signed_methods_find_the_true_effects_of_a_linear_model(method):
    model = Linear()
    effects = linear_effects(model)
    map = explanations(model)[method]
    error = 0.03 * torch.tensor([*effects.values()]).abs().max() if method == "lime" else 1e-3
    for part, effect in effects.items():
        assert float(map[MASKS[part]].sum()) == pytest.approx(effect, abs=float(error))
        assert trust.right_sign(float(map[MASKS[part]].sum()), effect) == 1
    assert trust.agreement(map, MASKS, effects) == pytest.approx(1)
    assert trust.agreement(map, MASKS, effects, signed=True) == pytest.approx(1)


def test_a_reversed_map_is_right_about_sizes_and_wrong_about_signs():
    model = Linear()
    effects, map = linear_effects(model), -explanations(model)["integrated"]
    assert trust.agreement(map, MASKS, effects) == pytest.approx(1)
    assert trust.agreement(map, MASKS, effects, signed=True) == pytest.approx(-1)
    assert all(trust.right_sign(float(map[MASKS[part]].sum()), effects[part]) == 0 for part in effects)


def test_every_method_finds_the_one_part_that_matters():
    effects = linear_effects(looks_only_at("toast"))
    assert [part for part, effect in effects.items() if abs(effect) > 1e-4] == ["toast"]
    for method, found in explanations(looks_only_at("toast")).items():
        sums = {part: abs(float(found[mask].sum())) for part, mask in MASKS.items()}
        assert max(sums, key=sums.get) == "toast", method


def test_parts_taken_out_together_count_together():
    map = torch.zeros(SIDE, SIDE)
    map[MASKS["egg"]], map[MASKS["toast"]], map[MASKS["plate"]] = 1.0, -2.0, 0.1
    sums = {part: float(map[mask].sum()) for part, mask in MASKS.items()}
    effects = {"egg+toast": 1.0, "plate": 3.0, "egg": 2.0}
    said = torch.tensor([sums["egg"] + sums["toast"], sums["plate"], sums["egg"]])
    expected = trust.similarity(said, torch.tensor([*effects.values()]), signed=True)
    assert expected == pytest.approx(0.5)
    assert trust.agreement(map, MASKS, effects, signed=True) == pytest.approx(expected)
    behind_glass = {**effects, "milk": 9.0}  # no mask: left out
    assert trust.agreement(map, MASKS, behind_glass, signed=True) == pytest.approx(expected)


def test_a_part_that_shows_nowhere_and_equal_effects_give_numbers():
    masks = {**MASKS, "hidden": torch.zeros(SIDE, SIDE, dtype=torch.bool)}
    effects = {"egg": 1.0, "toast": 0.5, "hidden": 0.0}
    map = torch.where(EGG, 2.0, 1.0)
    assert trust.agreement(map, masks, effects) == pytest.approx(1)
    assert trust.agreement(map, masks, dict.fromkeys(effects, 0.0)) == 0
    assert trust.agreement(torch.zeros(SIDE, SIDE), masks, effects) == 0
    with pytest.raises(ValueError, match="effects: expected at least two parts to rank, got 1"):
        trust.agreement(map, masks, {"egg": 1.0, "milk": 2.0})


def test_to_say_nothing_is_half_right():
    assert trust.right_sign(0.0, 1.0) == trust.right_sign(0.0, -1.0) == 0.5
    assert trust.right_sign(0.1, 5.0) == trust.right_sign(-0.1, -5.0) == 1
    assert trust.right_sign(0.1, -5.0) == trust.right_sign(-0.1, 5.0) == 0


def test_similarity_with_signs_and_ties_is_pearsons_correlation_of_mean_ranks():
    a, b = torch.tensor([1.0, 2.0, 2.0, 3.0]), torch.tensor([4.0, 1.0, 2.0, 3.0])
    assert trust.similarity(a, b, signed=True) == pytest.approx(np.corrcoef([1, 2.5, 2.5, 4], [4, 1, 2, 3])[0, 1])
    assert trust.similarity(a, a.exp(), signed=True) == pytest.approx(1)
    assert trust.similarity(a, -a, signed=True) == pytest.approx(-1)


# -- against another model, another seed -------------------------------------------------------------------------------


def test_similarity_is_of_sizes_and_ranks_only():
    map = torch.randn(SIDE, SIDE, generator=seeded())
    assert trust.similarity(map, -7 * map) == pytest.approx(1)
    assert trust.similarity(map, map.sign() * map.abs().exp()) == pytest.approx(1)
    assert abs(trust.similarity(map, torch.randn(SIDE, SIDE, generator=seeded(1)))) < 0.2


def test_rank_correlation_is_scipys_spearman_with_ties():
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randint(0, 9, (3, 7, 11), generator=generator).float() for _ in range(2))
    for one, x, y in zip(trust.rank_correlation(a, b), a, b, strict=True):
        assert float(one) == pytest.approx(spearmanr(x.flatten(), y.flatten())[0], abs=1e-12)


def test_a_map_agrees_with_itself_whatever_the_scale_and_not_with_its_opposite():
    map = torch.rand(2, 3, 16, 16)
    assert torch.allclose(trust.rank_correlation(map, (5 * map).exp()), torch.ones(2).double())
    assert torch.allclose(trust.rank_correlation(map, -map), -torch.ones(2).double())


def test_a_constant_map_agrees_with_nothing():
    assert trust.rank_correlation(torch.zeros(1, 4, 4), torch.rand(1, 4, 4)).isnan().all()


def test_maps_of_different_size_are_refused():
    with pytest.raises(ValueError, match=r"b: expected the shape of a, \(1, 4, 4\), got \(1, 2, 2\)"):
        trust.rank_correlation(torch.zeros(1, 4, 4), torch.zeros(1, 2, 2))


def test_the_top_is_randomised_first_and_the_rest_is_kept():
    model = food_cnn()
    names = trust.layers_with_weights(model)
    assert names[:2] == ["fc.3", "fc.0"] and names[-2:] == ["cnn.1", "cnn.0"] and len(names) == 24
    for depth in (0, 1, 2, 5, len(names)):
        other = trust.randomised(model, depth)
        for place, name in enumerate(names):
            before, after = model.get_submodule(name).state_dict(), other.get_submodule(name).state_dict()
            same = all(torch.equal(before[key], after[key]) for key in before)
            assert same == (place >= depth), (depth, name)


def test_depths_are_steps_of_one_walk_and_the_seed_decides():
    model = food_cnn()
    shallow, deep, other = trust.randomised(model, 1), trust.randomised(model, 9), trust.randomised(model, 1, seed=1)
    assert torch.equal(shallow.fc[3].weight, deep.fc[3].weight)
    assert torch.equal(shallow.fc[3].weight, trust.randomised(model, 1).fc[3].weight)
    assert not torch.equal(shallow.fc[3].weight, other.fc[3].weight)


def test_randomisation_leaves_no_trace():
    model = food_cnn().train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    state = torch.get_rng_state()
    trust.cascade(lambda net: saliency(net, random_pictures(1), 0), model, [1, 24])
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training and all(parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_what_looks_at_no_model_survives_randomisation_and_what_does_falls():
    model, images = food_cnn(), random_pictures(2)
    kept = trust.cascade(lambda net: trust.edges(images), model, [1, 24])
    assert (
        kept.shape == (2, 2, 128, 128) and torch.equal(kept[0], kept[1]) and torch.equal(kept[0], trust.edges(images))
    )
    own = saliency(model, images, 0, of="score")
    untouched, ruined = trust.cascade(lambda net: saliency(net, images, 0, of="score"), model, [0, 24])
    for i in range(2):
        assert trust.similarity(own[i], untouched[i]) == pytest.approx(1)
        assert trust.similarity(own[i], ruined[i]) < 0.7


def test_randomising_the_top_moves_a_map_that_hangs_on_it_in_closed_form():
    """Two regions, one weight each: a new top layer gives each pixel its region's new weight, so ranks are known."""
    left = torch.zeros(1, 4, 4)
    left[..., :2] = 1
    bottom = nn.Linear(16, 2, bias=False)
    bottom.weight.data = torch.stack([left.flatten(), 1 - left.flatten()])
    top = nn.Linear(2, 1, bias=False)
    top.weight.data = torch.tensor([[1.0, 2.0]])
    model, image = nn.Sequential(nn.Flatten(), bottom, top), torch.full((1, 1, 4, 4), 0.5)

    def explain(net):
        return saliency(net, image, 0, of="score")

    for seed in range(6):
        new = trust.randomised(model, 1, seed=seed)[2].weight[0].abs()
        expected = 1.0 if new[1] > new[0] else -1.0
        (faded,) = trust.cascade(explain, model, [1], seed=seed)
        assert trust.similarity(explain(model)[0], faded[0]) == pytest.approx(expected)


def test_depths_and_models_that_cannot_be_are_said():
    with pytest.raises(ValueError, match="depth: expected at most 24, the model's layers, got 25"):
        trust.randomised(food_cnn(), 25)
    with pytest.raises(ValueError, match="model: expected layers with reset_parameters"):
        trust.randomised(Linear(), 1)


# -- controls ----------------------------------------------------------------------------------------------------------


def test_edges_are_where_brightness_changes():
    image = torch.zeros(1, 3, 8, 8)
    image[..., 4:] = 1
    found = trust.edges(image)[0]
    assert (found[:, 3:5] > 0).all() and found.sum() == found[:, 3:5].sum()
    assert torch.allclose(trust.edges(image.transpose(2, 3))[0], found.T)


# -- averages and verdicts ---------------------------------------------------------------------------------------------

GOOD, BAD = [0.9, 0.8, 0.9, 1.0, 0.7], [0.2, 0.1, 0.3, 0.2, 0.0]


def test_a_method_is_trusted_where_it_beats_the_better_control_on_the_same_pictures():
    measured = {"hits": {"good": GOOD, "bad": BAD, "random": [0.1] * 5, "edges": [0.3] * 5}}
    table = trust.trust_table(measured)
    assert table.bars == {"hits": pytest.approx(0.3)}
    assert table.trusted("hits") == ["good"]
    assert set(table.leads["hits"]) == {"good", "bad"}
    assert table.leads["hits"]["good"].mean == pytest.approx(0.86 - 0.3)
    assert table.methods == ["good", "bad", "random", "edges"]


def test_pictures_that_are_hard_for_all_do_not_blur_the_lead():
    hard = torch.tensor([0.0, 1.0, 2.0, 3.0, 4.0])
    table = trust.trust_table({"hits": {"ahead": hard + 0.1, "edges": hard}})
    wide, lead = table.intervals["hits"]["ahead"], table.leads["hits"]["ahead"]
    assert wide.high - wide.low > 1
    assert lead.low == pytest.approx(0.1) and lead.high == pytest.approx(0.1)
    assert table.trusted("hits") == ["ahead"]


def test_a_lead_of_rounding_errors_is_no_lead():
    assert trust.trust_table({"hits": {"same": [1.0 + 4e-16] * 5, "edges": [1.0] * 5}}).trusted("hits") == []
    assert trust.trust_table({"hits": {"ahead": [1.001] * 5, "edges": [1.0] * 5}}).trusted("hits") == ["ahead"]


def test_a_given_bar_takes_the_place_of_the_controls():
    measured = {"repeats": {"good": GOOD, "bad": BAD}}
    assert trust.trust_table(measured, bars={"repeats": 0.5}).trusted("repeats") == ["good"]
    assert trust.trust_table(measured, bars={"repeats": 0.95}).trusted("repeats") == []
    with pytest.raises(ValueError, match="bars: expected a number for 'repeats', which no control was measured by"):
        trust.trust_table(measured)


def test_the_best_comes_first():
    table = trust.trust_table({"hits": {"second": [0.5] * 4, "first": [0.9] * 4, "edges": [0.1] * 4}})
    assert table.trusted("hits") == ["first", "second"]


def test_intervals_are_means_with_bounds_of_the_seed():
    values = torch.randn(40, generator=seeded(), dtype=torch.double)
    interval = trust.bootstrap(values)
    assert interval == trust.bootstrap(values) != trust.bootstrap(values, seed=1)
    assert interval.mean == pytest.approx(float(values.mean()))
    normal = 1.96 * float(values.std(unbiased=False)) / 40**0.5
    assert interval.high - interval.mean == pytest.approx(normal, rel=0.15)
    assert interval.mean - interval.low == pytest.approx(normal, rel=0.15)
    assert trust.bootstrap([2.0, 2.0, 2.0]) == trust.bootstrap([2.0]) == (2.0, 2.0, 2.0)


def test_intervals_hold_what_they_promise():
    """Of 300 samples of 40 from a known mean, about 95 % of the intervals hold it."""
    samples = torch.rand(300, 40, generator=seeded(), dtype=torch.double)
    held = [interval.low <= 0.5 <= interval.high for interval in (trust.bootstrap(row, draws=500) for row in samples)]
    assert 0.9 <= sum(held) / len(held) <= 0.98


@pytest.mark.parametrize("values", [[], [float("nan"), 1.0], [[1.0, 2.0]]])
def test_what_is_no_row_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match="values: expected a row of finite numbers"):
        trust.bootstrap(values)


def test_a_method_measured_on_fewer_pictures_is_refused():
    with pytest.raises(ValueError, match=r"measured: expected one number for each picture.*good 3, edges 1"):
        trust.trust_table({"hits": {"good": [1.0, 1.0, 0.9], "edges": [0.1]}})


def test_the_page_shows_every_measure_marks_the_trusted_and_leaves_out_what_was_not_measured():
    page = trust.trust_table(
        {"hits": {"good": GOOD, "bad": BAD, "edges": [0.3] * 5}, "repeats": {"good": GOOD}}, bars={"repeats": 0.95}
    )._repr_html_()
    assert page.count("<tr>") == 4 and page.count("<td>") == 6
    assert "<th>edges (control)</th>" in page
    assert page.count("0.86 ✓") == 1 and page.count("0.86") == 2
    assert page.count("–") == 2  # bad and edges were not asked whether they repeat themselves
    assert "nan" not in page
