"""What a recount finds: figures that are kept otherwise than they count."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Miscount:
    """Something that is not what a recount says. kept, counted: as text, None where there is none."""

    subject: str
    kept: str | None
    counted: str | None

    def __str__(self) -> str:
        return f"{self.subject}: kept {self.kept}; counted {self.counted}"
