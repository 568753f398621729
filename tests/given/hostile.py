"""Values and texts as nobody means to write them."""

from hypothesis import strategies as st

ATTACK = '<img src=x onerror="alert(1)">&</script>'


class Hostile:
    def __getattribute__(self, name):
        raise RuntimeError("do not touch")

    def __bool__(self):
        raise RuntimeError("do not touch")


class Shouting(str):
    def __str__(self):
        raise RuntimeError("do not touch")

    __len__ = __iter__ = __eq__ = __str__
    __hash__ = None


@st.composite
def damaged(draw, content):
    """Bytes as they come back from a bad disk, or from somebody who tries: cut, changed in places, or any others."""
    how = draw(st.sampled_from(["cut", "changed", "changed", "changed", "put in", "any"]))
    if how == "any":
        return draw(st.binary(max_size=200))
    at = draw(st.integers(0, len(content) - 1) | st.integers(0, min(len(content), 2000) - 1))
    if how == "cut":
        return content[:at]
    if how == "put in":
        return content[:at] + draw(st.binary(min_size=1, max_size=20)) + content[at:]
    changed = bytearray(content)
    for place in draw(st.lists(st.just(at) | st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        changed[place] = draw(st.integers(0, 255))
    return bytes(changed)
