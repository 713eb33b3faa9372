from django.apps import AppConfig


class Matters(AppConfig):
    name = "gezhi.matters"
