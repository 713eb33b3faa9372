"""What is kept of those who work here."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

STAFF = Keep(None, _("账号存续期间；停用后随经办档案保存"))

declare(
    "accounts.User",
    username=Personal(_("登录"), Basis.EMPLOYMENT, STAFF),
    name=Personal(_("说明由谁经办，居民可知自己的网格员是谁"), Basis.EMPLOYMENT, STAFF, "open"),
    work_phone=Personal(_("居民和同事联系工作"), Basis.EMPLOYMENT, Keep(None, _("在岗期间")), "open"),
    password=Personal(_("登录；只存散列"), Basis.EMPLOYMENT, STAFF),
)
impersonal("accounts.ApiToken", "label", "digest")
