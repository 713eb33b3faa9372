from django.apps import AppConfig


class Party(AppConfig):
    name = "gezhi.party"
