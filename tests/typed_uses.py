"""Right and wrong uses of the public face. Nothing here is run: tests/test_types.py has the type checker read it.

The checker must report the lines that end in `# wrong: ...`, and no others.
"""
# ruff: noqa: B018

import numpy as np
import torch
from matplotlib.figure import Figure

import hw9_xai as xai

# -- right: pictures ---------------------------------------------------------------------------------------------------

model = xai.load_classifier()
pictures = xai.load_pictures()
images, labels = pictures.images, pictures.labels

maps: torch.Tensor = xai.saliency(model, images, labels, of="score")
smooth: torch.Tensor = xai.smoothgrad(model, images, [0, 1], samples=100, batch_size=None)
attributions, residual = xai.integrated_gradients(model, images, np.array([0, 1]), baseline=0.5)
explanation: xai.LimeExplanation = xai.lime(model, images, 3, segments=50, hide=(0.5, 0.5, 0.5))[0]
weights: torch.Tensor = explanation.weights
shares: list[xai.LimeExplanation] = xai.shapley(model, images, labels, samples=200, segments=20)
coarse: torch.Tensor = xai.gradcam(model, images, labels, layer=model.cnn[36])
lost: torch.Tensor = xai.occlusion(model, images, 3, window=32, hide="blur")
activation: torch.Tensor = xai.filter_activation(model, images, cnnid="cnn.15", filterid=0)
liked: torch.Tensor = xai.filter_visualization(model, cnnid=model.cnn[15], filterid=0, start=images)
dream: torch.Tensor = xai.deep_dream(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3)), images[2], cnnid="0")
effects: dict[str, float] = xai.true_effects(model, images[0], labels[0], xai.load_without(pictures.names[0]))
sums: dict[str, float] = xai.part_sums(maps[0], pictures.masks[0])
figure: Figure = xai.plots.maps(images, {"saliency": xai.normalize(maps)}, caption="where the loss looks")
figure = xai.plots.lime({"lime": [explanation], "course": xai.course.lime(model, images, labels)})
hit: float = xai.trust.pointing(maps[0], xai.food_mask(pictures.masks[0]))
trusted: list[str] = xai.trust_table({"pointing": {"saliency": [hit], "random": torch.rand(1)}}).trusted("pointing")

# -- right: text -------------------------------------------------------------------------------------------------------

bert = xai.load_bert("kit-en")
texts = ["The cat sleeps.", "The dog sleeps."]
one: xai.Attention = xai.attention(bert, ("Who sleeps?", texts[0]), masked=["cat", 4])
several: list[xai.Attention] = xai.attention(bert, texts)
functions: xai.HeadFunctions = xai.head_functions(several)
probability: float = xai.predict_masked(bert, texts[0], "cat", watch=["dog"])["cat"].top[0].probability
nearest: str = xai.search_corpus(bert, texts[0], "cat", layer=4).hits[0].token
points: torch.Tensor = xai.project(xai.hidden_states(bert, "Who sleeps?", texts[0], answer="cat")).points
alike: torch.Tensor = xai.compare_embeddings(bert, texts, "sleeps", layer=4, metric="euclidean").values
figure = xai.plots.curves({"alike": alike[0], "chance": [0.5]}, "sentence", "distance")
page: str = xai.explore(bert, texts[0], pairs=[("cat", "sleeps")]).html
tenths: int = xai.score({"Q1": "A"}).tenths

# -- wrong -------------------------------------------------------------------------------------------------------------

xai.saliency(model, images)  # wrong: no labels
xai.saliency(model, "lunch.jpg", 3)  # wrong: a path where pixels are expected
xai.saliency(model, images, 1.5)  # wrong: no class has half a number
xai.smoothgrad(model, images, labels, samples="many")  # wrong: a word where a number is expected
xai.smoothgrad(model, images, labels, 100)  # wrong: samples without its name
xai.integrated_gradients(model, images, labels).shape  # wrong: a pair has no shape
xai.lime(model, images, labels).weights  # wrong: several explanations, not one
xai.gradcam(model, images, labels, layer=1.5)  # wrong: no layer has half a number
xai.filter_activation(model, images, cnnid=15)  # wrong: no filterid
xai.deep_dream(model, images[2], cnnid=2.5)  # wrong: no layer has half a number
xai.deep_dreams(model, images[2], cnnid=23)  # wrong: no such method
xai.plots.maps(images, maps)  # wrong: a map without its name
xai.course.lime(model, images, labels, segments=50)  # wrong: the course's has no segments
xai.trust.pointing(maps[0])  # wrong: no mask
xai.attention(bert, 3)  # wrong: no text
xai.attention(bert, texts).weights  # wrong: several attentions, not one
xai.predict_masked(bert, texts[0])  # wrong: nothing to mask
xai.search_corpus(bert, texts[0], "cat")  # wrong: no layer
xai.project([[0.0, 1.0]])  # wrong: lists, not a tensor
xai.score(9)  # wrong: no answers
