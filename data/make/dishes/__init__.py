"""The menu: for each class its dishes by name, each a function that sets one on the table and points the camera."""

from dishes import bread, dairy, egg, soup

MENU = {
    "bread": bread.DISHES,
    "dairy": dairy.DISHES,
    "egg": egg.DISHES,
    "soup": soup.DISHES,
}
