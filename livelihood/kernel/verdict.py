"""The answer of a rule: yes, or no with the reason shown to the person."""

from dataclasses import dataclass

from livelihood.kernel.errors import NotAllowed, Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done; `reason` is empty when it may."""

    ok: bool
    reason: Text = ""

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(ok=True)


def no(reason: Text) -> Verdict:
    """Refuse with a reason."""
    return Verdict(ok=False, reason=reason)


def require(verdict: Verdict) -> None:
    """Do nothing if the verdict is yes.

    :raises NotAllowed: the verdict is no; the message is its reason.
    """
    if not verdict.ok:
        raise NotAllowed(verdict.reason)
