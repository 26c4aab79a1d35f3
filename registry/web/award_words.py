"""What a credential is and what happened to it, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

STANDINGS: Mapping[str, Any] = {
    "ACTIVE": _("counts"),
    "SUSPENDED": _("suspended"),
    "REVOKED": _("revoked"),
    "SUPERSEDED": _("replaced"),
}
KINDS: Mapping[str, Any] = {
    "REVOKE": _("Revoked"),
    "SUSPEND": _("Suspended"),
    "RESUME": _("Counts again"),
    "SUPERSEDE": _("Replaced"),
    "UNDO": _("Taken back"),
}
