"""Who: people, their mandates, and the ways by which they come in."""

from livelihood.accounts.models.entrances import ProviderLink, SentForm, SignIn, SignInCode, WrongCodes
from livelihood.accounts.models.factors import Authenticator, Passkey, RecoveryCode
from livelihood.accounts.models.people import Leave, LooksLike, Mandate, User

__all__ = [
    "Authenticator",
    "Leave",
    "LooksLike",
    "Mandate",
    "Passkey",
    "ProviderLink",
    "RecoveryCode",
    "SentForm",
    "SignIn",
    "SignInCode",
    "User",
    "WrongCodes",
]
