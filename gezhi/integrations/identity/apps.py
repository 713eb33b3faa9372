from django.apps import AppConfig


class Identity(AppConfig):
    name = "gezhi.integrations.identity"
