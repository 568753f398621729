"""The figures show what they are given: read back from the drawn axes."""

import base64
import io

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from given.nets import Small, random_pictures
from PIL import Image

from hw9_xai import filter_activation, filter_visualization, lime, plots, trust_table

IMAGES = random_pictures(3, 3, 32, 32)


def shown(axes):
    return np.asarray(axes.images[0].get_array())


def to_the_99th_percentile(values):  # of one map
    low, high = float(values.min()), float(np.percentile(values.numpy(), 99))
    return np.clip((values.numpy() - low) / (high - low), 0, 1)


def test_maps_stand_under_their_pictures_each_on_its_own_scale():
    values = torch.rand(3, 32, 32) * torch.tensor([1.0, 1e-9, 1e6]).reshape(3, 1, 1)
    figure = plots.maps(IMAGES, {"saliency": values}, titles=["a", "b", "c"], caption="one caption")
    assert len(figure.axes) == 6
    for i in range(3):
        assert np.allclose(shown(figure.axes[i]), IMAGES[i].permute(1, 2, 0), atol=1e-6)
        assert np.allclose(shown(figure.axes[3 + i]), to_the_99th_percentile(values[i]), atol=1e-5)
    assert [axes.get_title() for axes in figure.axes[:3]] == ["a", "b", "c"]
    assert figure.axes[3].get_ylabel() == "saliency" and figure.get_suptitle() == "one caption"


def test_colour_maps_are_shown_in_colour_and_grey_pictures_in_grey():
    figure = plots.maps(IMAGES[:, :1], {"smoothgrad": torch.rand(3, 3, 32, 32)})
    assert shown(figure.axes[0]).shape == (32, 32) and shown(figure.axes[3]).shape == (32, 32, 3)


def test_signed_maps_are_centred_at_zero():
    values = torch.randn(3, 3, 32, 32) + 2
    figure = plots.signed_maps(IMAGES, {"integrated gradients": values})
    image = figure.axes[3].images[0]
    low, high = image.get_clim()
    assert low == -high and np.allclose(shown(figure.axes[3]), values[0].sum(0), atol=1e-5)
    zero = image.cmap(image.norm(0.0))[:3]
    assert min(zero) > 0.94  # zero is white


def test_a_map_of_zeros_is_drawn():
    figure = plots.signed_maps(IMAGES, {"nothing": torch.zeros(3, 32, 32)})
    figure.canvas.draw()


def test_lime_marks_both_signs_by_more_than_colour():
    explanations = lime(Small(), IMAGES, 1, samples=60, segments=12)
    figure = plots.lime(explanations, strongest=6, min_weight=0.0)
    figure.canvas.draw()
    for i, explanation in enumerate(explanations):
        chosen = explanation.weights[explanation.strongest(6)]
        hatches = [h for collection in figure.axes[3 + i].collections for h in getattr(collection, "hatches", [])]
        assert ("////" in hatches) == bool((chosen < 0).any())
        below = f"R² {explanation.r2:.2f} · {explanation.effective_samples:.0f} effective"
        assert figure.axes[3 + i].get_xlabel() == below
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["speaks for the label", "speaks against it"]


@pytest.mark.parametrize("start", ["noise", IMAGES])
def test_filter_triptych(start):
    model = Small().eval()
    liked = filter_visualization(model, 4, 1, start=start, steps=2, size=32)
    figure = plots.filters(IMAGES, filter_activation(model, IMAGES, 4, 1), liked)
    figure.canvas.draw()
    assert len(figure.axes) == (8 if isinstance(start, str) else 9)


def test_curves_differ_in_style_and_span_the_data():
    figure = plots.curves({"a": [1, 2, 3], "b": [0, 5, 1]}, "layer", "cosine")
    axes = figure.axes[0]
    assert len({line.get_linestyle() for line in axes.lines}) == 2 and axes.get_ylim()[1] >= 5


def test_figures_are_closed_so_that_a_notebook_shows_them_once():
    before = plt.get_fignums()
    plots.pictures(IMAGES)
    assert plt.get_fignums() == before


def test_no_pictures_is_an_error():
    with pytest.raises(ValueError, match="images: expected at least one picture"):
        plots.pictures(IMAGES[:0])


def test_the_fifth_picture_starts_a_second_band():
    seven = random_pictures(7, 3, 32, 32)
    values = torch.rand(7, 32, 32)
    figure = plots.maps(seven, {"saliency": values})
    grid = {axes.get_subplotspec().num1: axes for axes in figure.axes}  # what would be empty is not there
    grid = np.array([grid.get(place) for place in range(16)], dtype=object).reshape(4, 4)
    assert np.allclose(shown(grid[2, 2]), seven[6].permute(1, 2, 0), atol=1e-6) and grid[2, 2].get_title() == "6"
    assert np.allclose(shown(grid[3, 2]), to_the_99th_percentile(values[6]), atol=1e-5)
    assert grid[3, 0].get_ylabel() == "saliency" and not any(grid[2:, 3:].flat)


def test_one_picture_and_two_lie_beside_their_maps():
    values = {name: torch.rand(2, 32, 32) for name in ("a", "b", "c")}
    two = plots.maps(IMAGES[:2], values, titles=["egg", "soup"]).axes
    assert [axes.get_title() for axes in two[:4]] == ["picture", "a", "b", "c"] and two[4].get_ylabel() == "soup"
    assert np.allclose(shown(two[7]), to_the_99th_percentile(values["c"][1]), atol=1e-5)
    one = plots.maps(IMAGES[:1], {name: map[:1] for name, map in values.items()} | {"d": values["a"][1:]}).axes
    assert [axes.get_title() for axes in one] == ["picture", "a", "b", "c", "d"]


def test_maps_stand_alone_without_pictures_and_light_up_the_greyed_photo_over_it():
    bright = torch.zeros(3, 32, 32)
    bright[:, :8] = 1.0
    assert len(plots.maps(None, {"a": bright, "b": bright}).axes) == 6
    over = shown(plots.maps(IMAGES, {"a": bright}, over=True).axes[3])
    grey = 0.55 * IMAGES[0].mean(0)[8:]
    assert np.allclose(over[8:], grey[..., None].expand(-1, -1, 3), atol=1e-5)  # where the map is dark: the photo
    assert np.allclose(over[:8], plt.get_cmap("inferno")(1.0)[:3], atol=1e-5)  # where it is bright: only the map
    signed = shown(plots.signed_maps(IMAGES, {"a": 1 - 2 * bright}, over=True).axes[3])
    assert np.allclose(signed[:8], plt.get_cmap("PuOr_r")(0.0)[:3], atol=1e-5)


def test_one_hot_pixel_does_not_blacken_a_map():
    values = torch.rand(3, 32, 32)
    values[:, 0, 0] = 1e6
    assert shown(plots.maps(IMAGES, {"saliency": values}).axes[3]).mean() > 0.4


def test_a_figure_is_wide_and_its_letters_can_be_read():
    ten = random_pictures(10, 3, 128, 128)
    figures = [
        plots.maps(ten, {"saliency": torch.rand(10, 128, 128)}),
        plots.maps(ten[:1], {"a": torch.rand(1, 128, 128)}),
    ]
    for figure in figures:
        figure.draw_without_rendering()  # the layout settles only when drawn a second time
        figure.draw_without_rendering()
        assert figure.axes[0].get_window_extent().width >= 2 * 128
        assert 700 <= figure.get_figwidth() * figure.dpi <= 1200
        assert min(text.get_fontsize() for text in figure.findobj(plt.Text) if text.get_text()) >= 10


def test_without_stretching_a_faint_map_stays_dark():
    figure = plots.maps(IMAGES, {"faint": torch.full((3, 32, 32), 0.01)}, stretch=False)
    image = figure.axes[3].images[0]
    assert image.get_clim() == (0, 1) and np.allclose(shown(figure.axes[3]), 0.01)


def test_top_classes_are_the_likeliest_classes_and_mark_the_label():
    probabilities = torch.tensor([[0.1, 0.6, 0.3], [0.2, 0.3, 0.5]])
    figure = plots.top_classes(IMAGES[:2], probabilities, torch.tensor([2, 2]), ["ant", "bee", "cow"], top=2)
    texts = [[text.get_text() for text in axes.texts] for axes in figure.axes[2:]]
    assert texts == [["bee 60%", "★ cow 30%"], ["★ cow 50%", "bee 30%"]]
    assert [bar.get_width() for bar in figure.axes[2].patches] == pytest.approx([0.6, 0.3])


def test_confusion_shows_every_count_and_the_share_that_is_right():
    figure = plots.confusion(torch.tensor([[3, 1], [0, 4]]), ["ant", "bee"])
    grid, bars = figure.axes
    assert {text.get_text() for text in grid.texts} == {"3", "1", "4"}
    assert [text.get_text() for text in bars.texts] == ["75%", "100%"]


def test_parts_below_zero_are_hatched_and_missing_ones_said_to_be():
    figure = plots.parts({"LIME": {"jug": 2.0, "table": 0.5, "shadow": -1.0}, "truth": {"shadow": 0.3}})
    left, right = figure.axes
    assert [bar.get_width() for bar in left.patches] == [2.0, 0.5, -1.0]
    assert [bool(bar.get_hatch()) for bar in left.patches] == [False, False, True]
    assert len(right.patches) == 1 and len(right.texts) == 2
    assert [label.get_text() for label in left.get_yticklabels()] == ["jug", "table", "shadow"]


def test_shares_of_an_area_are_held_against_one():
    figure = plots.parts({"truth": {"jug": -1.0}}, times={"saliency": {"jug": 2.0, "table": 0.5}})
    shares, truth = figure.axes
    assert shares.get_title() == "saliency: times its area" and [line.get_xdata()[0] for line in shares.lines] == [0, 1]
    assert [line.get_xdata()[0] for line in truth.lines] == [0] and len(truth.texts) == 1
    assert shares.patches[0].get_facecolor() != truth.patches[0].get_facecolor()


def test_curves_stand_at_their_own_places():
    axes = plots.curves({"error": [1.0, 0.1]}, "steps", "error", x=[10, 100], scale="log").axes[0]
    assert axes.lines[0].get_xdata() == [10, 100] and axes.get_xscale() == axes.get_yscale() == "log"
    assert axes.get_xlim()[1] >= 100


def test_every_figure_has_the_same_resolution_wherever_it_is_drawn():
    with plt.rc_context({"figure.dpi": 72}):
        figures = [
            plots.pictures(IMAGES), plots.curves({"a": [1, 2]}, "x", "y"), plots.parts({"a": {"b": 1.0}}),
            plots.confusion(torch.eye(2).long(), ["a", "b"]),
        ]  # fmt: skip
    assert {figure.dpi for figure in figures} == {plots.DPI}


def test_effects_tell_what_speaks_against_by_more_than_colour():
    truth = [2.0, -1.0, 0.5]
    figure = plots.effects({"LIME": [1.0, -2.0, 0.1], "saliency": [3.0, 2.0, 1.0], "third": [0.0, 0.0, 0.0]}, truth)
    figure.canvas.draw()
    drawn = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in drawn] == ["LIME", "saliency", "third"]
    positive, negative = drawn[0].collections
    assert positive.get_offsets().tolist() == [[2.0, 1.0], [0.5, 0.1]]
    assert negative.get_offsets().tolist() == [[-1.0, -2.0]]
    assert len(positive.get_paths()[0].vertices) != len(negative.get_paths()[0].vertices)  # a dot and a cross


def test_trust_is_full_where_the_bar_is_cleared_and_says_what_was_not_measured():
    measured = {
        "hits": {"good": [0.9, 0.8, 0.9], "bad": [0.1, 0.2, 0.1], "edges": [0.3, 0.3, 0.3]},
        "repeats": {"good": [0.9, 0.8, 0.9]},
    }
    figure = plots.trust(trust_table(measured, bars={"repeats": 0.95}))
    figure.canvas.draw()
    hits, repeats = (axes for axes in figure.axes if axes.axison)
    good, bad, edges = (line for line in hits.lines if line.get_marker() in ("o", "s"))
    assert good.get_markerfacecolor() == good.get_color() and bad.get_markerfacecolor() == "white"
    assert edges.get_marker() == "s" and good.get_marker() == bad.get_marker() == "o"
    assert good.get_xdata()[0] == pytest.approx(0.8667, abs=1e-3)
    assert [text.get_text() for text in repeats.texts] == ["not measured"] * 2
    assert [label.get_text() for label in hits.get_yticklabels()] == ["good", "bad", "edges"]


def test_a_signed_map_of_nothing_is_white():
    figure = plots.signed_maps(IMAGES[:1], {"none": torch.zeros(1, *IMAGES.shape[2:])})
    figure.canvas.draw()
    drawn = figure.axes[1].images[0]
    assert drawn.to_rgba(drawn.get_array())[..., :3].min() > 0.96


def test_many_measures_stand_in_three_columns_with_the_methods_named_once_a_row():
    measured = {f"measure {i}": {"good": [0.9, 0.8, 0.9], "edges": [0.3, 0.3, 0.3]} for i in range(10)}
    figure = plots.trust(trust_table(measured))
    figure.canvas.draw()
    lefts = {round(axes.get_position().x0, 2) for axes in figure.axes}
    assert len(figure.axes) == 10 and len(lefts) == 3
    named = [any(label.get_text() for label in axes.get_yticklabels()) for axes in figure.axes]
    assert named == [True, False, False] * 3 + [True]


def test_hundreds_of_effects_are_drawn_small_enough_to_be_told_apart():
    few, many = (plots.effects({"LIME": [0.1] * count}, [1.0] * count) for count in (30, 900))
    sizes = [figure.axes[0].collections[0].get_sizes()[0] for figure in (few, many)]
    assert sizes[0] > 2 * sizes[1] >= 20


def test_a_notebook_keeps_pictures_as_jpeg_and_lines_as_png(monkeypatch):
    kept = []
    monkeypatch.setattr("IPython.display.display", lambda data, metadata, raw: kept.append((data, metadata)))
    figure = plots.pictures(random_pictures(10))
    figure._ipython_display_()
    ((data, about),) = kept
    assert about == {"image/jpeg": {"alt": "0; 1; 2; 3; 4; 5; 6; 7; 8; 9"}}
    assert set(data) == {"image/jpeg", "text/plain"} and data["text/plain"].startswith("<Drawing size")
    exact, small = io.BytesIO(), base64.b64decode(data["image/jpeg"])
    figure.savefig(exact, bbox_inches="tight")
    assert len(small) < 0.5 * len(exact.getvalue())
    before, after = (np.asarray(Image.open(f).convert("RGB")).astype(float) for f in (exact, io.BytesIO(small)))
    assert before.shape == after.shape and abs(before - after).mean() < 5 and (after[0, 0] == 255).all()
    plots.curves({"loss": [2.0, 1.0]}, "epoch", "loss")._ipython_display_()
    assert kept[1][0].keys() == {"image/png", "text/plain"} and kept[1][1] == {"image/png": {"alt": "epoch; loss"}}


def test_lime_of_two_kinds_stands_in_two_rows():
    ones, others = (lime(Small(), IMAGES, label, samples=60, segments=12) for label in (0, 1))
    figure = plots.lime({"kit": ones, "homework": others})
    figure.canvas.draw()
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["picture", "kit", "homework"]
    for axes, explanation in zip(figure.axes[3:], ones + others, strict=True):
        lit = torch.isin(explanation.segments, explanation.strongest(11, 0.05))
        picture, drawn = explanation.image.permute(1, 2, 0), torch.from_numpy(shown(axes)).float()
        assert torch.allclose(drawn[lit], picture[lit], atol=1e-6)  # in colour, and the rest grey
        assert (drawn[~lit].amax(1) - drawn[~lit].amin(1) < 1e-6).all() and (picture[~lit].std(1) > 1e-3).any()


def test_a_photo_is_enlarged_smoothly_and_a_map_shows_its_pixels():
    photo, by_pixel = plots.maps(IMAGES[:1], {"map": torch.rand(1, 32, 32)}).axes
    assert photo.images[0].get_interpolation() == "bicubic"
    assert by_pixel.images[0].get_interpolation() != "bicubic"


def test_a_figure_can_be_shown_again(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **how: shown.append(base64.b64decode(data["image/jpeg"]))
    )
    figure = plots.pictures(IMAGES)
    layout = figure.get_layout_engine()
    for _ in range(2):
        figure._ipython_display_()
    first, again = (Image.open(io.BytesIO(picture)).size for picture in shown)
    assert np.allclose(first, again, atol=3) and figure.get_layout_engine() is layout


def test_a_name_of_dollars_is_no_mathematics():
    figure = plots.pictures(torch.rand(1, 3, 8, 8), titles=["$_$"], caption="$_$")
    figure.savefig(io.BytesIO(), format="png")
    figure._ipython_display_()
