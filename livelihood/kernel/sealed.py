"""Columns that hold what is sealed: written encrypted, and opened when they are read, not when a row is fetched.

So a page that shows none of it opens none, and goes on where a key is missing.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Func
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

from livelihood.kernel.folding import fold
from livelihood.kernel.sealing import KEY_NAME_LENGTH, key_names, keyed_hashes, seal, seal_bytes, unseal, unseal_bytes

HASH_LENGTH = 64
BLANKS = str.maketrans("", "", " -()")
"""What spellings of one telephone number differ by."""


class SealedText(str):
    """A text as the database has it."""

    __slots__ = ()

    def opened(self, purpose: str) -> str:
        """Return what it says."""
        return unseal(self, purpose=purpose)


class SealedBytes(bytes):
    """A file as the database has it."""

    def opened(self, purpose: str) -> bytes:
        """Return what it holds."""
        return unseal_bytes(self, purpose=purpose)


class OpenedWhenRead(DeferredAttribute):
    """The value of a row, which is sealed until somebody asks for it."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, SealedText | SealedBytes):
            value = value.opened(str(self.field))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class IsEmpty(Exact):
    """The one thing that a query may ask of a sealed column: whether there is nothing."""

    def get_prep_lookup(self) -> str:
        """Refuse to look for anything else: no two sealings of one text are alike."""
        if self.rhs != "":
            raise FieldError("What is sealed cannot be looked for; a keyed hash of it can (KeyedHashField).")
        return ""


class SealedField(models.TextField):
    """A text that stands in the database encrypted, for the purpose of this column alone; nothing stays nothing.

    The database takes nothing else: what some other way would write unsealed is refused.
    """

    descriptor_class = OpenedWhenRead

    def db_check(self, connection: Any) -> str:
        """Return the condition of the column: empty, or the name of a key with what it sealed."""
        column = connection.ops.quote_name(self.column)
        return f"{column} = '' OR {column} ~ '^[0-9a-f]{{{KEY_NAME_LENGTH}}}[A-Za-z0-9_-]{{38,}}={{0,2}}$'"

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Keep the text sealed until it is read."""
        return SealedText(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Seal a text."""
        value = super().get_prep_value(value)
        return seal(value, purpose=str(self)) if value and not isinstance(value, SealedText) else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Offer no lookup but the one for nothing."""
        return IsEmpty if lookup_name == "exact" else None


class SealedBytesField(models.BinaryField):
    """A file that stands in the database encrypted, as `SealedField` keeps a text."""

    descriptor_class = OpenedWhenRead

    def db_check(self, connection: Any) -> str:
        """Return the condition of the column: nothing, or the name of a key with what it sealed."""
        key = f"encode(substr({connection.ops.quote_name(self.column)}, 1, {KEY_NAME_LENGTH}), 'escape')"
        return f"{key} ~ '^[0-9a-f]{{{KEY_NAME_LENGTH}}}$'"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        """Keep the file sealed until it is read."""
        return None if value is None else SealedBytes(value)

    def get_prep_value(self, value: Any) -> Any:
        """Seal a file."""
        value = super().get_prep_value(value)
        if value is None or isinstance(value, SealedBytes):
            return value
        return seal_bytes(bytes(value), purpose=str(self))

    def get_lookup(self, lookup_name: str) -> Any:
        """Offer no lookup but the one for nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class KeyedHashField(models.CharField):
    """The keyed hash of the first of some sealed texts that says something, by which rows of one person are told.

    of: the sealed fields. Spaces and hyphens make no difference.
    """

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{"max_length": HASH_LENGTH, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """Return what a migration needs to make the field again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Hash what the fields say now, and let the object know."""
        said = next((text for name in self.of if (text := getattr(model_instance, name))), "")
        text = fold(said).translate(BLANKS)
        hashed = keyed_hashes(text, purpose=str(self))[0] if text else ""
        setattr(model_instance, self.attname, hashed)
        return hashed


SEALED = (SealedField, SealedBytesField)


class NameOfKey(Func):
    """The name of the key under which a file is sealed."""

    template = f"encode(substr(%(expressions)s, 1, {KEY_NAME_LENGTH}), 'escape')"
    output_field = models.CharField()


def name_of_key(model: type[models.Model], field: str) -> Func:
    """Return the name of the key under which a field of a row is sealed, for a query; '' or NULL where nothing is."""
    is_file = isinstance(model._meta.get_field(field), SealedBytesField)
    return NameOfKey(field) if is_file else Left(field, KEY_NAME_LENGTH)


def sealed_fields() -> dict[type[models.Model], list[str]]:
    """Return every table with sealed columns, and their names."""
    found = {model: _names(model, *SEALED) for model in apps.get_models()}
    return {model: names for model, names in found.items() if names}


def under_former_keys(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows with something sealed under a former key, and nothing under one that is not set."""
    present, *former = key_names()
    rows: models.QuerySet[Any] = models.QuerySet(model)
    is_former = models.Q(pk__in=[])
    for name in _names(model, *SEALED):
        key = f"key_of_{name}"
        is_set = models.Q(**{f"{key}__in": ["", present, *former]}) | models.Q(**{f"{key}__isnull": True})
        rows = rows.alias(**{key: name_of_key(model, name)}).filter(is_set)
        is_former |= models.Q(**{f"{key}__in": former})
    return rows.filter(is_former)


def seal_anew(row: models.Model) -> None:
    """Write what a row holds under the present key, and its hash."""
    row.save(update_fields=_names(type(row), *SEALED, KeyedHashField))


def _names(model: type[models.Model], *kinds: type[models.Field]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)]
