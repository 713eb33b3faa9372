from django.apps import AppConfig


class Ops(AppConfig):
    name = "gezhi.ops"
