"""The pages of matters, a file a theme."""
