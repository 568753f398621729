"""The menu: for each class its dishes by name, each a function that sets one on the table and points the camera."""

from dishes import bread, dairy, egg, meat, noodles, rice, seafood, soup, vegetable_fruit

MENU = {
    "bread": bread.DISHES,
    "dairy": dairy.DISHES,
    "egg": egg.DISHES,
    "meat": meat.DISHES,
    "noodles": noodles.DISHES,
    "rice": rice.DISHES,
    "seafood": seafood.DISHES,
    "soup": soup.DISHES,
    "vegetable_fruit": vegetable_fruit.DISHES,
}
