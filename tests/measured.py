"""Exhibits of which something has been measured before: planted values take the place of a model's."""

from data.make.key.exhibits import Exhibits, memory_key


def planted(*measurements, **given):
    """(measurement, value), and the measurement's arguments where they are not just seed 0."""
    exhibits = Exhibits("kit", **given)
    for measurement, value, *arguments in measurements:
        exhibits.measured[memory_key(measurement, *(arguments or (0,)))] = value
    return exhibits
