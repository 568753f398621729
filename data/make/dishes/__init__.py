"""The menu: for each class its dishes by name, each a function that sets one on the table and points the camera."""

from dishes import dairy

MENU = {
    "dairy": dairy.DISHES,
}
