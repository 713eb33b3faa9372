"""Gezhi 格治: the open software of a district's grid governance."""

__version__ = "0.1.0"
