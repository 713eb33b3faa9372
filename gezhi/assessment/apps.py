from django.apps import AppConfig


class Assessment(AppConfig):
    name = "gezhi.assessment"
