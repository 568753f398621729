"""The layers page's numbers and limits; what it does in a browser is tested in tests/browser."""

import json
import re
from itertools import pairwise

import pytest
import torch
from given.berts import tiny_bert

from hw9_xai.bert.hidden import HiddenStates, hidden_states
from hw9_xai.bert.projection import Projection, aligned, project
from hw9_xai.pages.layers.explorer import explore_layers


def states(seed=0, tokens=("who", "?", "a", "<b>nurse</b>", ".")):
    drawn = torch.randn(4, len(tokens), 8, generator=torch.Generator().manual_seed(seed))
    return HiddenStates(drawn, tuple(tokens), (0, 0, 1, 1, 1), (False,) * 5, (3,))


def data_of(page):
    return json.loads(page.html.split('type="application/json">')[1].split("</script>")[0])


def test_the_page_has_the_aligned_points_each_layer_on_its_own_scale():
    before, after = states(0), states(1)
    data = data_of(explore_layers(before, after))
    assert data["tokens"] == list(before.tokens) and data["kinds"] == [0, 0, 1, 2, 1]
    first = aligned(project(before))[0]
    for panel, of, start in zip(data["panels"], (before, after), (None, first), strict=True):
        points = aligned(project(of), start)
        shown = torch.tensor(panel["points"])  # (L+1,T,2)
        low, high = shown.amin(1), shown.amax(1)
        assert torch.allclose(low + high, torch.zeros(4, 2), atol=0.11) and (high.amax(1) == 100).all()
        factor = 200 / (points.amax(1) - points.amin(1)).amax(1)  # and nothing else is done to them
        assert torch.allclose(torch.cdist(shown, shown), factor[:, None, None] * torch.cdist(points, points), atol=0.3)
        assert torch.allclose(shown - shown[:, :1], factor[:, None, None] * (points - points[:, :1]), atol=0.11)
        assert panel["explained"] == pytest.approx(project(of).explained.sum(1).tolist(), abs=1e-4)


def test_aligned_layers_keep_their_distances_and_follow_the_layer_before():
    projection = project(torch.randn(5, 9, 6, generator=torch.Generator().manual_seed(2)))
    turned = aligned(projection)
    assert torch.allclose(torch.cdist(turned, turned), torch.cdist(projection.points, projection.points), atol=1e-4)
    turns = [torch.tensor([[c, -s], [s, c]]) for c, s in torch.stack([torch.linspace(0, 6.28, 90).cos(),
             torch.linspace(0, 6.28, 90).sin()], 1)]  # fmt: skip
    for before, layer in pairwise(turned):  # no turn and no mirror image lies nearer
        least = (layer - before).square().sum()
        mirrored = layer * torch.tensor([-1.0, 1.0])
        assert all((one @ turn - before).square().sum() >= least - 1e-4 for one in (layer, mirrored) for turn in turns)


def test_a_layer_that_is_only_turned_and_mirrored_comes_back():
    corners = torch.randn(7, 2, generator=torch.Generator().manual_seed(3))
    turn = torch.tensor([[0.6, 0.8], [0.8, -0.6]])
    same = aligned(Projection(torch.stack([corners, corners @ turn, corners]), torch.ones(3, 2)))
    assert torch.allclose(same, corners.expand(3, -1, -1), atol=1e-5)


def test_hostile_tokens_are_text():
    page = explore_layers(states())
    assert "<b>nurse" not in page.html.replace("\\u003cb>nurse", "") and "&lt;b&gt;nurse&lt;/b&gt;" in page.html
    assert len(data_of(page)["panels"]) == 1


def test_what_does_not_fit_is_named():
    before = states()
    with pytest.raises(TypeError, match="before: expected what hidden_states"):
        explore_layers(torch.zeros(3, 4, 5))
    for after in (states(tokens=("who", "?", "a", "cat", ".")), HiddenStates(before.states[:2], *(
        before.tokens, before.segments, before.special, before.answer))):  # fmt: skip
        with pytest.raises(ValueError, match=re.escape("after: expected states of the same 5 tokens and 4 layers")):
            explore_layers(before, after)


def test_states_of_a_bert_make_a_page():
    hidden = hidden_states(tiny_bert(), "Who?", "A cat.", answer="cat").without_special()
    assert len(explore_layers(hidden, hidden).html) < 60_000
