"""Carrying out what a phone had kept: each command in a transaction of its own, twice is once, and what hangs on another waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from gezhi.cases.models import Case
from gezhi.fieldwork.actions.phones import remember_command
from gezhi.fieldwork.models import SyncedCommand
from gezhi.fieldwork.sync.commands import COMMANDS, NO_SUCH_COMMAND, Command, Order
from gezhi.fieldwork.sync.handing_over import hand_over, report_beyond
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import canonical
from gezhi.kernel.http.problems import errors_of
from gezhi.kernel.models import Chained
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.uploads import sent

State = Literal["done", "already", "conflict", "refused", "waiting", "skipped"]
# What is not settled: the phone sends it again.
UNSETTLED: tuple[State, ...] = ("waiting", "skipped")
HANDED_OVER = _("您已不在这个岗位，写的内容和照片已经转给接手的人。")
NO_RIGHT = _("您现在没有这一步的权限，可能岗位已经变动。")


@dataclass(frozen=True)
class Kept:
    """A command as the phone kept it. `subject`: an id, or the command that made it; `seen` or `after`: what the person looked at."""

    key: UUID
    name: str
    data: dict[str, Any]
    subject: int | UUID | None = None
    seen: int | None = None
    after: UUID | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a command. `kind`, `subject` and `version` say what it made or moved; `code`, `message`, `field` why not."""

    key: UUID
    state: State
    kind: str = ""
    subject: int | None = None
    version: int | None = None
    code: str = ""
    message: str = ""
    field: str | None = None


class Wait(Exception):
    """Something that the command hangs on has not arrived."""


def sender_of(actor: Actor) -> str:
    return f"user:{actor.user_id}"


@dataclass
class Round:
    """One call of a phone: its commands in their order. What was not carried out holds up what follows on the same subject."""

    actor: Actor
    at: datetime
    held_up: set[int | UUID] = field(default_factory=set)

    @property
    def user_id(self) -> int:
        assert self.actor.user_id is not None, "phones are people's"
        return self.actor.user_id

    def apply(self, commands: Sequence[Kept]) -> list[Outcome]:
        return [self.apply_one(kept) for kept in commands]

    def apply_one(self, kept: Kept) -> Outcome:
        hung_on = {one for one in (kept.subject, kept.after) if one is not None}
        if hung_on & self.held_up:
            outcome = Outcome(kept.key, "skipped", code="held_up", message=str(_("前面有一条还没有办成。")))
        else:
            outcome = self.carried_out(kept)
        if outcome.state not in ("done", "already"):
            self.held_up |= {kept.key, *([kept.subject] if kept.subject is not None else [])}
        return outcome

    def carried_out(self, kept: Kept) -> Outcome:
        order: Order | None = None
        try:
            order, command = self.order_of(kept)
            content = [kept.name, str(kept.subject), kept.seen, str(kept.after), print_of(kept.data)]

            def do() -> tuple[int, dict[str, Any]]:
                return 200, self.record(kept, command.do(order))

            (_status, told), replayed = once(f"field:{self.user_id}", str(kept.key), content, do, at=self.at)
        except (Wait, ValidationError, Refused, Denied) as error:
            return self.standing(kept, error) or self.handed_over(kept, order, error) or why_not(kept, error)
        return Outcome(kept.key, "already" if replayed else "done", **told)

    def handed_over(self, kept: Kept, order: Order | None, error: Exception) -> Outcome | None:
        """The desk, or the place, is somebody else's: what was written goes to them, once."""
        is_beyond = isinstance(error, Refused) and error.code == "not_your_area"
        if order is None or not (is_beyond or isinstance(error, Denied | Missing)):
            return None
        given = order

        def do() -> tuple[int, dict[str, Any]]:
            case = report_beyond(kept.name, given) if is_beyond else None
            still_here = case is not None
            case = case or hand_over(kept.name, given)
            if case is None:
                raise Denied(kept.name)
            return 200, self.record(kept, case) | {"still_here": still_here}

        try:
            content = [kept.name, print_of(kept.data)]
            (_status, told), replayed = once(f"field:{self.user_id}:over", str(kept.key), content, do, at=self.at)
        except (Denied, Refused):
            return None
        if told.pop("still_here"):
            return Outcome(kept.key, "already" if replayed else "done", **told)
        return Outcome(kept.key, "refused", code="handed_over", message=str(HANDED_OVER))

    def standing(self, kept: Kept, error: Exception) -> Outcome | None:
        """What came in before receipts are remembered stands by its own key: a phone that was in a drawer for a year."""
        if not isinstance(error, Conflict) or error.code != "known":
            return None
        case = Case.objects.filter(external_key=f"field:{kept.key}").first()
        return Outcome(kept.key, "already", case.subject_kind, case.pk, case.version) if case is not None else None

    def order_of(self, kept: Kept) -> tuple[Order, Command]:
        command = COMMANDS.get(kept.name)
        if command is None:
            raise Refused("no_such_command", NO_SUCH_COMMAND, field="name")
        if bool(command.about) != (kept.subject is not None):
            raise Refused("no_subject", _("没有写明是对哪一件。"), field="subject")
        data = command.data.model_validate(kept.data)
        subject, seen = kept.subject, kept.seen
        if isinstance(subject, UUID):
            subject = self.before(subject, command.about).subject_id
        if kept.after is not None:
            seen = self.before(kept.after, command.about).version
        digests = command.photos_in(data)
        photos = sent(sender_of(self.actor), digests)
        if set(digests) - photos.keys():
            raise Wait(_("照片还没有传完。"))
        return Order(kept.key, data, self.actor, self.at, subject, seen, photos, kept.done_at), command

    def before(self, key: UUID, about: str) -> SyncedCommand:
        """An earlier command of the same person, by which this one names its subject or what was seen."""
        found = SyncedCommand.objects.filter(user_id=self.user_id, key=key).first()
        if found is None:
            raise Wait(_("前面的一条还没有送到。"))
        if found.subject_kind != about:
            raise Refused("no_subject", _("前面的一条不是对这一件的。"), field="after")
        return found

    def record(self, kept: Kept, row: Chained | None) -> dict[str, Any]:
        """What the command became, beside it in its transaction."""
        written = remember_command(
            row, user_id=self.user_id, key=kept.key, name=kept.name, done_at=kept.done_at, at=self.at
        )
        return {"kind": written.subject_kind, "subject": written.subject_id, "version": written.version}


def why_not(kept: Kept, error: Exception) -> Outcome:
    """Why a command was not carried out, for the person who gave it."""
    subject = kept.subject if isinstance(kept.subject, int) else None
    match error:
        case Wait():
            return Outcome(kept.key, "waiting", code="not_arrived", message=str(error))
        case ValidationError():
            first = errors_of([{**one, "loc": ("body", "data", *one["loc"])} for one in error.errors()])[0]
            return Outcome(kept.key, "refused", code="invalid", message=str(first["detail"]), field=first["field"])
        case Denied():
            return Outcome(kept.key, "refused", code=error.right, message=str(NO_RIGHT))
        case Refused():
            # What has left the phone's desks looks like what was never there: the person sees that it went elsewhere.
            is_conflict = isinstance(error, Conflict) or (isinstance(error, Missing) and kept.subject is not None)
            state: State = "conflict" if is_conflict else "refused"
            words = str(error.message)
            return Outcome(kept.key, state, subject=subject, code=error.code, message=words, field=error.field)
    raise error


def print_of(data: dict[str, Any]) -> str:
    """What a replay is compared by: keyed, because names and phones may be in it and a plain fingerprint could be found by trying all."""
    return blind_index(canonical(data), context="fieldwork.sync")
