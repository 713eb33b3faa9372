"""What assessing keeps of people, and why. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

WORDS = Personal(_("说明为什么剔除：正文可能写到具体的人"), Basis.DUTY, Keep(1095, _("决定")))

declare("assessment.Exclusion", words=WORDS, note=WORDS)
impersonal("assessment.Scheme", "name", "basis")
impersonal("assessment.Measure", "code", "name", "weights", "params")
impersonal("assessment.ExclusionReason", "code", "name")
