"""Who may give accounts and mandates, and who looks after an account."""

from collections.abc import Collection
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import FROM_OTHERS, ROLES, Permission, Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.verdict import YES, Verdict, no


def may_manage_people(user: User | None, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it. The command line (no user) may: it has the database anyway."""
    if user is None or holding.has(user, Permission.MANAGE_PEOPLE, area, at):
        return YES
    return no(_("Only an administrator of this area may manage people and mandates."))


def may_take_people(area: Area) -> Verdict:
    """May: an area that goes on; one that has a last day only while a year of its own is still to be finished there."""
    if area.valid_to is None or Cycle.objects.filter(area=area).exclude(phase=Phase.CLOSED).exists():
        return YES
    return no(format_lazy(_("{area} has ended and takes nobody new."), area=area.name))


def may_give_role(by: User | None, user: User, role: Role) -> Verdict:
    """May: anybody to others; of the roles that vote, run a vote or watch the others, nobody to themselves."""
    if by is not None and by.pk == user.pk and role in FROM_OTHERS:
        return no(
            format_lazy(_("Nobody gives themselves the role {role}. Ask another administrator."), role=role.label)
        )
    return YES


def may_manage_account(by: User | None, user: User, areas: Collection[Area], at: datetime) -> Verdict:
    """May: another person, who is administrator wherever this one works; who opens an account may act in its name.

    areas: of `holding.areas_of_accounts`.
    """
    if by is None:
        return YES
    if by.pk == user.pk:
        return no(_("Nobody does this to their own account. Ask another administrator."))
    if areas and all(holding.has(by, Permission.MANAGE_PEOPLE, area, at) for area in areas):
        return YES
    return no(_("Only an administrator of all areas in which this person works may do this."))


def may_enrol_deputies(by: User, area: Area, at: datetime) -> Verdict:
    """May: congress staff of the area, who keep the roll, and its administrators.

    They make accounts that are new, and no more of them than deputies of the area.
    """
    if any(holding.has(by, right, area, at) for right in (Permission.PREPARE_ROUND, Permission.MANAGE_PEOPLE)):
        return YES
    return no(_("Only congress staff of this area, or an administrator, may give deputies accounts."))


def may_seat_deputy(by: User, user: User, area: Area, areas: Collection[Area], at: datetime) -> Verdict:
    """May: who enrols deputies, another person of this area: it opens nobody's account to who keeps the roll.

    areas: of `holding.areas_of_accounts`.
    """
    if by.pk == user.pk or area not in areas:
        return no(_("Only an administrator may give this person the mandate of a deputy."))
    return may_enrol_deputies(by, area, at)


def may_let_deputy_in(by: User, user: User, mandates: Collection[Mandate], area: Area, at: datetime) -> Verdict:
    """May: who enrols deputies, but only somebody who is a deputy of this area and nothing else, and has no password.

    So nobody who keeps a roll gets hold of what another role may do, or of an account that is in use. They hand
    out cards and sign deputies in anyway.
    mandates: all that the person holds now or later.
    """
    areas = {mandate.area for mandate in mandates} | ({user.area} if user.area else set())
    if verdict := may_manage_account(by, user, areas, at):
        return verdict
    is_theirs = all(mandate.role == Role.DEPUTY for mandate in mandates) and areas == {area}
    if by.pk == user.pk or not mandates or not is_theirs or user.has_usable_password():
        return no(_("Only an administrator may give this person a code."))
    return may_enrol_deputies(by, area, at)


def may_end_mandate(by: User, mandate: Mandate, at: datetime) -> Verdict:
    """May: who manages people there; of administrators another one, so that no area is left without."""
    if by.pk == mandate.user_id and mandate.role == Role.ADMINISTRATOR:
        return no(_("Nobody ends their own mandate as administrator. Ask another administrator."))
    return may_manage_people(by, mandate.area, at)


def may_confirm_mandate(by: User, mandate: Mandate, at: datetime) -> Verdict:
    """May: a second administrator, or congress staff of the area; neither who has given it nor who is to hold it.

    And not who may by the giver's word alone, as long as there is anybody else (`holding.who_confirms`).
    """
    if not mandate.is_waiting:
        return no(_("This mandate does not wait for anybody."))
    if not holding.has(by, Permission.CONFIRM_MANDATES, mandate.area, at):
        return no(_("Only another administrator, or congress staff of this area, may confirm this mandate."))
    if by.pk in (mandate.given_by_id, mandate.user_id):
        return no(_("Who has given a mandate, or is to hold it, does not confirm it. Ask somebody else."))
    if by.pk not in holding.who_confirms(mandate.area, giver=mandate.given_by_id, holder=mandate.user_id, at=at):
        return no(
            _("You may confirm here by the word of who has given this mandate alone. Somebody else is there to do it.")
        )
    return YES


def may_refuse_mandate(by: User, mandate: Mandate, at: datetime) -> Verdict:
    """May: whoever may confirm it; and who has given it takes it back, as long as it waits."""
    if mandate.is_waiting and by.pk == mandate.given_by_id:
        return may_manage_people(by, mandate.area, at)
    return may_confirm_mandate(by, mandate, at)


def may_have_stand_in(mandate: Mandate) -> Verdict:
    """May: offices, for which somebody else can act; not those to which a person was elected."""
    if not ROLES[Role(mandate.role)].may_have_stand_in:
        return no(_("This role is held in person. Nobody can stand in for it."))
    return no(_("Who stands in has no stand-in.")) if mandate.stands_in_for_id else YES
