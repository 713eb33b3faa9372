from django.db import models


class Register(models.Model):
    """The stamp of a group of rarely changed tables; see `gezhi.kernel.registers`."""

    name = models.CharField(max_length=40, primary_key=True)
    stamp = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name
