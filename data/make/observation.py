"""The ten observation pictures, the homework's scenes in the homework's order."""

from scenes import butter, cake, egg, milk, miso, noodles, pizza, salmon, steak, waffle

ORDER = (pizza, butter, milk, cake, waffle, egg, steak, noodles, salmon, miso)
SCENES = {module.SCENE.stem: module.SCENE for module in ORDER}
