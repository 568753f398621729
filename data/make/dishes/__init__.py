"""The menu: for each class its dishes by name, each a function that sets one on the table and points the camera."""

from dishes import bread, dairy, dessert, egg, fried_food, meat, noodles, rice, seafood, soup, vegetable_fruit

MENU = {
    "bread": bread.DISHES,
    "dairy": dairy.DISHES,
    "dessert": dessert.DISHES,
    "egg": egg.DISHES,
    "fried_food": fried_food.DISHES,
    "meat": meat.DISHES,
    "noodles": noodles.DISHES,
    "rice": rice.DISHES,
    "seafood": seafood.DISHES,
    "soup": soup.DISHES,
    "vegetable_fruit": vegetable_fruit.DISHES,
}
