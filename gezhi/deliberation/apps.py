from django.apps import AppConfig


class Deliberation(AppConfig):
    name = "gezhi.deliberation"
