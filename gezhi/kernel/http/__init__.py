"""What every JSON endpoint is made of: `door` (the API object), `problems` (how it says no), `inputs`, `pages` and `repeats`."""
