"""Pages of the room 选育管用, a file a theme."""
