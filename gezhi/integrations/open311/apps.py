from django.apps import AppConfig


class Open311(AppConfig):
    name = "gezhi.integrations.open311"
