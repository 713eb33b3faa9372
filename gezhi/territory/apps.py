from django.apps import AppConfig


class Territory(AppConfig):
    name = "gezhi.territory"
