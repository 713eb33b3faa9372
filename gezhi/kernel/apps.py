from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Kernel(AppConfig):
    name = "gezhi.kernel"

    def ready(self) -> None:
        # Each app's subscribers and its register of personal fields make themselves known by being imported.
        autodiscover_modules("reactions", "privacy")
