"""Measures of trust on planted truths: models that look at one part only, and maps whose scores are known by hand."""

import numpy as np
import pytest
import torch
from given.nets import Linear, random_pictures, seeded
from scipy.stats import linregress, spearmanr
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


# -- against another map -----------------------------------------------------------------------------------------------


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


# -- what needs no method ----------------------------------------------------------------------------------------------


def test_area_alone_is_the_r_squared_of_a_regression():
    areas, effects = torch.rand(40, generator=seeded(1)).tolist(), torch.randn(40, generator=seeded(2)).tolist()
    line = linregress(areas, [abs(effect) for effect in effects])
    assert trust.area_alone(areas, effects) == pytest.approx(line.rvalue**2)
    assert trust.area_alone(areas, [-3 * area for area in areas]) == pytest.approx(1)
