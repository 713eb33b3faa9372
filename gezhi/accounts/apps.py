from django.apps import AppConfig


class Accounts(AppConfig):
    name = "gezhi.accounts"
