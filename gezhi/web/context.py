"""What every template may say about the house itself. Nothing here asks the database unless it is used."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gezhi import __version__
from gezhi.kernel.installation import is_demo_mode


def house(request: HttpRequest) -> dict[str, Any]:
    """`house.is_demo` (may one enter without a password), `.filing_number`, `.tiles` (see web/tiles.html), `.version`."""
    return {
        "house": {
            "is_demo": SimpleLazyObject(is_demo_mode),
            "filing_number": settings.FILING_NUMBER,
            "tiles": settings.TILES,
            "version": __version__,
        }
    }
