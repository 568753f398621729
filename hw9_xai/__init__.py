"""hw9-xai: explainable AI that can be checked. Everything a notebook needs is here, flat."""

from hw9_xai import course, plots
from hw9_xai.cnn.classifier import FoodCNN, load_classifier
from hw9_xai.cnn.deep_dream import deep_dream
from hw9_xai.cnn.filters import filter_activation
from hw9_xai.cnn.integrated_gradients import generate_images_on_linear_path, integrated_gradients
from hw9_xai.cnn.lime import LimeExplanation, lime
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.pictures import Pictures, load_picture, load_pictures
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.cnn.visualization import filter_visualization

__all__ = [
    "FoodCNN",
    "LimeExplanation",
    "Pictures",
    "course",
    "deep_dream",
    "filter_activation",
    "filter_visualization",
    "generate_images_on_linear_path",
    "integrated_gradients",
    "lime",
    "load_classifier",
    "load_picture",
    "load_pictures",
    "normalize",
    "plots",
    "saliency",
    "smoothgrad",
]
