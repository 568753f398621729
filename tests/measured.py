"""Assets of which something has been measured before: planted values take the place of a model's."""

from hw9_xai.quiz.measuring import Assets, memory_key


def planted(*measurements, **given):
    """(measurement, value), and the measurement's arguments where they are not just seed 0."""
    assets = Assets("kit", **given)
    for measurement, value, *arguments in measurements:
        assets.measured[memory_key(measurement, *(arguments or (0,)))] = value
    return assets
