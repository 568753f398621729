import captum.attr
import pytest
import torch
from given.nets import Linear, Recorder, Small, food_cnn, random_pictures
from torch import nn

from hw9_xai import occlusion


class RedAt(nn.Module):
    """The score is the red of one pixel."""

    def __init__(self, row, column):
        super().__init__()
        self.row, self.column = row, column

    def forward(self, images):
        return images[:, :1, self.row, self.column]


@pytest.mark.parametrize("window, stride", [(4, 2), (5, 3), (16, 1), (1, 1), (7, 7)])
def test_on_a_linear_network_is_the_mean_of_what_each_window_weighs(window, stride):
    """By hand, in loops: captum's test below sees the same from elsewhere."""
    model, images = Linear(), random_pictures(2, 3, 16, 16)
    maps = occlusion(model, images, [1, 3], window=window, stride=stride)
    for image, label, ours in zip(images, (1, 3), maps, strict=True):
        parts = (model.weight[label] * (image - image.mean((1, 2), keepdim=True))).sum(0).detach()  # (H,W)
        total, count = torch.zeros(16, 16), torch.zeros(16, 16)
        starts = [start for start in range(0, 16, stride) if start - stride + window < 16]
        for top in starts:
            for left in starts:
                place = (slice(top, top + window), slice(left, left + window))
                total[place] += parts[place].sum()
                count[place] += 1
        assert count.min() > 0 and torch.allclose(ours, total / count, atol=1e-4)


def test_lights_all_windows_that_hide_the_one_pixel_that_counts():
    images = torch.zeros(1, 3, 16, 16)
    images[:, 0, 9, 5] = 1.0
    (map,) = occlusion(RedAt(9, 5), images, 0, window=4, stride=4, hide="black")
    expected = torch.zeros(16, 16)
    expected[8:12, 4:8] = 1.0
    assert torch.equal(map, expected)


@pytest.mark.parametrize(
    "size, window, stride", [((32, 32), 8, 4), ((33, 46), 8, 5), ((20, 31), 9, 9), ((16, 16), 16, 3)]
)
@pytest.mark.parametrize("hide", ["black", "mean", (0.2, 0.5, 0.7)])
def test_equals_captum(size, window, stride, hide):
    """Captum's attribution at a pixel is a mean too, and its last windows reach over the border as ours."""
    model, images, labels = Small().eval(), random_pictures(2, 3, *[(n + 7) // 8 * 8 for n in size]), [1, 3]
    images = images[..., : size[0], : size[1]].contiguous()
    baselines = {"black": 0, "mean": images.mean((2, 3), keepdim=True).expand_as(images)}
    baseline = baselines[hide] if isinstance(hide, str) else torch.tensor(hide)[None, :, None, None].expand_as(images)
    theirs = captum.attr.Occlusion(model).attribute(
        images, (3, window, window), (3, stride, stride), baselines=baseline, target=torch.tensor(labels)
    )
    ours = occlusion(model, images, labels, window=window, stride=stride, hide=hide)
    assert torch.allclose(ours[:, None].expand_as(theirs), theirs, atol=1e-5)


def test_what_the_network_is_fed_is_the_picture_with_one_window_hidden():
    model, images = Recorder(Linear()), random_pictures(1, 3, 16, 16)
    occlusion(model, images, 0, window=6, stride=5, hide="black", batch_size=4)
    whole, *hidden = torch.cat(model.fed)
    assert torch.equal(whole, images[0]) and len(hidden) == 9
    corners = []
    for picture in hidden:
        gone = (picture == 0).all(0)
        rows, columns = gone.any(1).nonzero()[:, 0], gone.any(0).nonzero()[:, 0]
        corners.append((int(rows[0]), int(columns[0])))
        assert gone.sum() == len(rows) * len(columns) and torch.equal(picture[:, ~gone], images[0][:, ~gone])
        assert (len(rows), len(columns)) == (6, 6)
    assert corners == [(top, left) for top in (0, 5, 10) for left in (0, 5, 10)]


def test_on_the_classifier_batch_size_changes_nothing():
    model, images = food_cnn(), random_pictures(2)
    maps = [occlusion(model, images, [1, 7], window=60, stride=40, batch_size=size) for size in (1, 7, None)]
    assert maps[0].shape == (2, 128, 128)
    assert all(torch.allclose(maps[0], other, atol=1e-5) for other in maps[1:])


@pytest.mark.parametrize(
    "options, problem",
    [
        ({"window": 17}, "window: expected a whole number from 1 to 16, got 17"),
        ({"window": 4, "stride": 5}, "stride: expected a whole number from 1 to 4, got 5"),
        ({"window": 4, "stride": 0}, "stride: expected a whole number from 1 to 4, got 0"),
        ({"hide": "white"}, "hide: expected one of 'mean', 'black', 'blur', got 'white'"),
        ({"hide": (0.5, 0.5)}, "hide: expected 'mean', 'black', 'blur' or a colour of 3 numbers"),
    ],
)
def test_a_wrong_argument_is_one_sentence(options, problem):
    with pytest.raises(ValueError, match=f"^{problem}"):
        occlusion(Linear(), random_pictures(1, 3, 16, 16), 0, **options)
