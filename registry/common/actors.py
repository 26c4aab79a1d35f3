"""Who acts. Every service is told; none looks at a request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from registry.common.errors import NotAllowed


@dataclass(frozen=True)
class Actor:
    """A person (or the system) with the roles they hold, each at one organisation."""

    user_id: uuid.UUID | None
    name: str
    email: str = ""
    roles: frozenset[tuple[str, uuid.UUID]] = field(default_factory=frozenset)

    def has_role(self, role: str, organisation_id: uuid.UUID) -> bool:
        """Whether the actor holds ``role`` at that organisation."""
        return self.user_id is None or (role, organisation_id) in self.roles

    def require_role(self, role: str, organisation_id: uuid.UUID) -> None:
        """Raise ``NotAllowed`` unless the actor holds ``role`` there."""
        if not self.has_role(role, organisation_id):
            message = "This needs the role %(role)s at the institution."
            raise NotAllowed(message, params={"role": role.lower()})

    def organisations(self, role: str) -> frozenset[uuid.UUID]:
        """Where the actor holds ``role``."""
        return frozenset(organisation for held, organisation in self.roles if held == role)


SYSTEM = Actor(None, "system")
"""The registry itself: first run, seeds and jobs. It may do everything, and is named."""
