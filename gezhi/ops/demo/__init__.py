"""The demo: an invented town full of invented people, in a database of its own."""
