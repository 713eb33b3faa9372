"""What the three separated officers (三员) may do: one table. None of it touches a case, and no duty contains another.

The system officer keeps accounts alive, the security officer decides who holds a duty, the audit officer reads the traces.
"""

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import Officer

DUTY_RIGHTS = {
    "user.edit": _("开设、停用账号，重置密码"),
    "token.edit": _("发放、作废接口令牌"),
    "user.authorise": _("任免系统、安全、审计管理员"),
    "audit.see": _("查看操作记录"),
}

OFFICER_RIGHTS: dict[Officer, tuple[str, ...]] = {
    Officer.NONE: (),
    Officer.SYSTEM: ("user.edit", "token.edit"),
    Officer.SECURITY: ("user.authorise",),
    Officer.AUDIT: ("audit.see",),
}
