"""What disputes keep of people, and why. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

AFTER_CLOSING = Keep(730, _("结案"))
WORDS = Personal(_("调解矛盾纠纷：正文写到当事方和经过"), Basis.DUTY, AFTER_CLOSING, "confidential")
CONTACT = Personal(_("约当事方调解、回访；可不填"), Basis.CONSENT, AFTER_CLOSING, "confidential")

declare("disputes.Dispute", account=WORDS, agreement=WORDS)
impersonal("disputes.Dispute", "street_code", "community_code", "grid_code")
impersonal("disputes.DisputeType", "code", "name")
declare("disputes.Side", name=CONTACT, phone=CONTACT)
impersonal("disputes.Meeting", "present")
declare("disputes.Remark", text=WORDS)
