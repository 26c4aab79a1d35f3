"""Users, the organisations they act for, and the tokens of their programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from registry.common.ids import uuid7
from registry.common.models import BaseModel


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address, compared without case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of an address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who can sign in; without a password by mail code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class Organisation(BaseModel):
    """What a person can act for."""

    class Kind(models.TextChoices):
        INSTITUTION = "INSTITUTION"
        AUTHORITY = "AUTHORITY"

    kind = models.CharField(max_length=20, choices=Kind)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    # Of an authority: the country whose frameworks it decides on ("EU" for the baseline).
    country = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.slug


class Membership(BaseModel):
    """A role of a user at an organisation."""

    class Role(models.TextChoices):
        REGISTRAR = "REGISTRAR"
        ISSUER = "ISSUER"
        REVIEWER = "REVIEWER"
        VIEWER = "VIEWER"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class ApiToken(BaseModel):
    """A program's token: prefix to find it, SHA-256 to know it, never the token itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    label = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.label})"
