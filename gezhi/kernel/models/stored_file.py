from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file that was taken in, known by its content alone; see `gezhi.kernel.files`.

    The name under which it came is kept nowhere: names of photos and letters are full of names of people.
    """

    class Kind(models.TextChoices):
        JPEG = "image/jpeg", _("照片")
        PNG = "image/png", _("图片")
        PDF = "application/pdf", _("PDF 文件")

    sha256 = models.CharField(max_length=64, unique=True, help_text="of the content as stored, hex")
    kind = models.CharField(max_length=20, choices=Kind)
    size = models.PositiveIntegerField(help_text="bytes")
    width = models.PositiveIntegerField(null=True, help_text="pixels, pictures only")
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"

    @property
    def is_picture(self) -> bool:
        return self.width is not None
