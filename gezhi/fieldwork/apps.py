from django.apps import AppConfig


class Fieldwork(AppConfig):
    name = "gezhi.fieldwork"
