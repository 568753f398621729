"""Values and texts as nobody means to write them."""

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
