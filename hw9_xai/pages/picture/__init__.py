"""The picture page: every method over a picture, and what truly happens when a piece or a part is taken away."""
