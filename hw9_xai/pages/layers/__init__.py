"""The layers page: what tokens do on their way through the layers, in the plane."""
