import pytest
import torch
from given.berts import tiny_bert
from sklearn.decomposition import PCA

from hw9_xai.bert.hidden import hidden_states
from hw9_xai.bert.projection import project, project_together

STATES = torch.randn(3, 12, 6, generator=torch.Generator().manual_seed(0))


def test_is_the_pca_of_each_layer():
    found = project(STATES)
    for points, explained, layer in zip(found.points, found.explained, STATES, strict=True):
        pca = PCA(2).fit(layer.numpy())
        assert explained.tolist() == pytest.approx(pca.explained_variance_ratio_.tolist(), abs=1e-5)
        assert torch.allclose(points.abs(), torch.tensor(pca.transform(layer.numpy())).abs(), atol=1e-4)


def test_by_hand():
    cross = torch.tensor([[3.0, 0, 1], [-3, 0, 1], [0, 1, 1], [0, -1, 1]])[None]
    found = project(cross)
    assert found.explained[0].tolist() == pytest.approx([0.9, 0.1])
    assert found.points[0].abs().tolist() == [pytest.approx(p, abs=1e-6) for p in ([3, 0], [3, 0], [0, 1], [0, 1])]


def test_the_sign_of_an_axis_does_not_hang_on_the_signs_of_the_states():
    points = project(STATES).points
    assert torch.allclose(points, project(torch.cat([STATES[:1], -STATES[1:2], STATES[2:]])).points, atol=1e-4)
    assert (points[0].gather(0, points[0].abs().argmax(0, keepdim=True)) > 0).all()
    assert ((points[:-1] * points[1:]).sum(1) >= 0).all()  # each layer agrees with the one before


def test_together_they_share_axes():
    before, after = project_together(STATES, STATES + 5)
    assert torch.allclose((after.points - before.points).std(1), torch.zeros(3, 2), atol=1e-4)  # one shift for all
    assert (after.points - before.points).norm(dim=-1).min() > 5
    assert torch.equal(before.explained, after.explained)
    alone = project(torch.cat([STATES, STATES + 5], 1))
    assert torch.equal(alone.points[:, :12], before.points)


def test_states_that_are_all_alike_lie_at_0():
    found = project(torch.ones(1, 4, 3))
    assert found.points.eq(0).all() and found.explained.eq(0).all()


def test_takes_what_hidden_states_gives():
    hidden = hidden_states(tiny_bert(), "a wolf sleeps .", None)
    assert project(hidden).points.shape == (5, 7, 2)
    assert torch.equal(project(hidden).points, project(hidden.states).points)


@pytest.mark.parametrize("states", [torch.ones(3, 4), "states", torch.ones(2, 1, 4)])
def test_wrong_states_are_told(states):
    with pytest.raises(ValueError, match="states: expected"):
        project(states)


def test_states_of_different_models_are_told():
    with pytest.raises(ValueError, match="after: expected as many layers"):
        project_together(STATES, STATES[:2])
