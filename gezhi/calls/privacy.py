"""What calls keep of people, and why. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

WORDS = Personal(_("联动办理：说明里可能写到具体的人"), Basis.DUTY, Keep(730, _("销号")))

declare("calls.Call", title=WORDS, text=WORDS, summary=WORDS)
declare("calls.CallPart", task=WORDS, result=WORDS)
declare("calls.Lateness", account=WORDS)
declare("calls.CallScore", words=WORDS, objection=WORDS, ruling=WORDS)
impersonal("calls.CallAttachment", "step")
impersonal("calls.ScoreRule", "basis")
