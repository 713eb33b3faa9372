from django.apps import AppConfig


class Cobuild(AppConfig):
    name = "gezhi.cobuild"
