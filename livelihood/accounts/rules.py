"""Who may give accounts and mandates, and who looks after an account."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import ROLES, Permission, Role
from livelihood.cycles.models import Area
from livelihood.kernel.verdict import YES, Verdict, no


def may_manage_people(user: User | None, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it. The command line (no user) may: it has the database anyway."""
    if user is None or holding.has(user, Permission.MANAGE_PEOPLE, area, at):
        return YES
    return no(_("Only an administrator of this area may manage people and mandates."))


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


def may_have_stand_in(mandate: Mandate) -> Verdict:
    """May: offices, for which somebody else can act; not those to which a person was elected."""
    if not ROLES[Role(mandate.role)].may_have_stand_in:
        return no(_("This role is held in person. Nobody can stand in for it."))
    return no(_("Who stands in has no stand-in.")) if mandate.stands_in_for_id else YES
