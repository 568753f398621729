"""The menu: for each class its dishes by name, each a function that sets one on the table and points the camera."""

from dishes import bread, dairy, egg, seafood, soup

MENU = {
    "bread": bread.DISHES,
    "dairy": dairy.DISHES,
    "egg": egg.DISHES,
    "seafood": seafood.DISHES,
    "soup": soup.DISHES,
}
