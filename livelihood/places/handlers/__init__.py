"""What the door for sheets asks of areas and of organisations."""

from livelihood.kernel.sheets.handling import register
from livelihood.places.handlers.areas import Areas
from livelihood.places.handlers.organisations import Organisations

register(Areas())
register(Organisations())
