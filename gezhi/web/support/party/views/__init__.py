"""Pages of the room 党建, a file a theme."""
