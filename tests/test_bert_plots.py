"""The figures of topic II show what they are given: read back from the drawn axes."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch
from berts import SENTENCES, tiny_bert, tiny_qa

from hw9_xai import plots
from hw9_xai.bert.attention import attention
from hw9_xai.bert.corpus import CorpusSearch, Hit
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.hidden import hidden_states
from hw9_xai.bert.projection import project
from hw9_xai.bert.similarity import compare_embeddings


def test_heads_have_the_colour_and_sign_of_their_function():
    functions = head_functions(attention(tiny_bert(heads=4), SENTENCES))
    figure = plots.heads(functions)
    figure.canvas.draw()
    axes = figure.axes[0]
    signs = [text.get_text() for text in axes.texts]
    assert signs == [plots.HEADS[label][1] for row in functions.label for label in row]
    assert np.asarray(axes.images[0].get_array()).shape == (4, 4)
    assert "3 sentences, weak" in figure.get_suptitle()
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "2", "3", "4"]


def search(layer, *tags):
    return CorpusSearch(layer, tuple(Hit("x", tag, 1.0, "", 0) for tag in tags), {"NOUN": 0.25, "VERB": 0.75})


def test_parts_of_speech_stand_beside_the_corpus():
    figure = plots.parts_of_speech([search(0, "NOUN", "VERB", "VERB", "VERB"), search(1, *["NOUN"] * 4)])
    figure.canvas.draw()
    heights = {c.get_label(): [bar.get_height() for bar in c] for c in figure.axes[0].containers}
    assert heights == {"NOUN": pytest.approx([0.25, 1, 0.25]), "VERB": pytest.approx([0.75, 0, 0.75])}
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["0", "1", "corpus"]


def test_rare_parts_of_speech_are_others():
    figure = plots.parts_of_speech([search(1, "NOUN", "ADJ", "DET", "PRON")], most=2)
    assert [container.get_label() for container in figure.axes[0].containers] == ["VERB", "NOUN", "others"]
    tops = sum(np.array([bar.get_height() for bar in container]) for container in figure.axes[0].containers)
    assert tops == pytest.approx([1, 1])


def test_layers_show_question_context_and_answer_by_shape_too():
    hidden = hidden_states(tiny_qa(), "who sleeps ?", "the dog sleeps .", "dog").without_special()
    projection = project(hidden)
    figure = plots.layers(projection, hidden, caption="tiny-qa")
    figure.canvas.draw()
    panels = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title()[:7] for axes in panels] == [f"layer {i}" for i in (1, 2, 3, 4)]
    question, context, answer = panels[1].collections
    assert torch.allclose(torch.tensor(answer.get_offsets().data).float(), projection.points[2, list(hidden.answer)])
    assert len(question.get_offsets()) == 4 and len(context.get_offsets()) == 4
    assert "of the variance" in panels[0].get_title()
    assert len([axes for axes in plots.layers(projection, hidden, chosen=[0, 4]).axes if axes.get_title()]) == 2


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_similarities_raw_and_against_the_baseline(metric):
    found = compare_embeddings(tiny_bert(), ["蘋果來", "買了蘋果", "蘋果"], "果", layer=2, metric=metric)
    figure = plots.similarities(found)
    figure.canvas.draw()
    raw, against = figure.axes[:2]
    assert np.allclose(np.asarray(raw.images[0].get_array()), found.values)
    assert np.allclose(np.asarray(against.images[0].get_array()), found.against_baseline)
    assert raw.texts[1].get_text() == f"{found.values[0, 1]:.2f}" and raw.get_title() == metric


def test_curves_may_begin_at_layer_0():
    line = plots.curves({"a": [1, 2, 3]}, "layer", "cosine", first=0).axes[0].lines[0]
    assert list(line.get_xdata()) == [0, 1, 2]
