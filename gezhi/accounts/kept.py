"""What somebody was typing when the session ended: kept in the browser's new session, sealed, for an hour, for the same person alone."""

import json
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.kernel.secrets import Unreadable, seal, unseal

KEY = "kept_text"
FOR = timedelta(hours=1)
LONGEST = 20_000
CONTEXT = "accounts.kept"
# Never to be shown again, not even to the one who typed it.
SECRET = ("password", "token", "code", "secret")


def keep(request: HttpRequest, user_id: int, at: datetime) -> bool:
    """Put the typed text of this request aside; False where there was none."""
    texts = [
        value.strip()
        for name in request.POST
        if not any(word in name.lower() for word in SECRET)
        for value in request.POST.getlist(name)
        if is_prose(value)
    ]
    if not texts:
        return False
    text = "\n".join(texts)[:LONGEST]
    request.session[KEY] = seal(json.dumps([user_id, at.timestamp(), text]), context=CONTEXT)
    return True


def is_prose(value: str) -> bool:
    """Words of a person, not the number of a choice or a version."""
    value = value.strip()
    return len(value) > 1 and (not value.isascii() or " " in value)


def show(request: HttpRequest, at: datetime) -> None:
    """Hand kept text back as a message, once, if the same person has signed in; anybody else makes it vanish."""
    sealed = request.session.get(KEY)
    if sealed is None or is_fragment(request):
        return
    del request.session[KEY]
    try:
        user_id, since, text = json.loads(unseal(sealed, context=CONTEXT))
    except Unreadable:
        return
    if user_id == request.user.pk and at.timestamp() - since <= FOR.total_seconds():
        messages.info(request, _("登录结束之前您填写的内容：") + "\n" + text)


def is_fragment(request: HttpRequest) -> bool:
    """Only a whole page has a place for messages."""
    return request.method != "GET" or request.headers.get("HX-Request") == "true"
