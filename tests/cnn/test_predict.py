import pytest
import torch
from nets import food_cnn, random_pictures

from hw9_xai.cnn.predict import confusion, predict


def test_logits_are_the_models_however_they_are_cut():
    model, images = food_cnn(), random_pictures(9)
    with torch.no_grad():
        assert torch.allclose(predict(model, images), model(images), atol=1e-5)


def test_rows_are_truth_and_columns_answers():
    logits = torch.nn.functional.one_hot(torch.tensor([0, 2, 2, 1]), 3).float()
    assert confusion(logits, [0, 0, 2, 1]).tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_a_class_nobody_asked_for_has_an_empty_row():
    assert confusion(torch.tensor([[0.0, 1.0, 0.0]]), 2).tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 0]]


def test_labels_beyond_the_models_classes_are_refused():
    with pytest.raises(ValueError, match="labels: expected 0 to 2, got 3"):
        confusion(torch.zeros(1, 3), 3)
