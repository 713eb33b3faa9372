"""What is kept of who came by a platform. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

IDENTITY = Personal(_("工作人员从平台登录时认出是谁"), Basis.EMPLOYMENT, Keep(730, _("解绑")), "confidential")
WHO = Personal(_("工作人员从平台登录时认出是谁"), Basis.EMPLOYMENT, Keep(730, _("解绑")))
PASSING = Personal(_("打开页面的一次性凭据"), Basis.EMPLOYMENT, Keep(1, _("发出")), "confidential")

declare("identity.Binding", identity=IDENTITY, identity_index=WHO, user=WHO)
impersonal("identity.Binding", "platform")
declare("identity.Ticket", identity=PASSING, identity_index=PASSING)
impersonal("identity.Ticket", "platform", "digest")
impersonal("identity.PlatformMessage", "template", "values", "page", "error")
