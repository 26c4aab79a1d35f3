"""A throttle that holds under concurrency: the count is one atomic step in the cache."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


class PerMinute(BaseThrottle):
    """At most ``API_REQUESTS_PER_MINUTE`` requests of one client (0: no limit)."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; ``False`` beyond the limit."""
        limit: int = settings.API_REQUESTS_PER_MINUTE
        if not limit:
            return True
        who = request.user.pk if request.user.is_authenticated else request.META["REMOTE_ADDR"]
        key = f"throttle:{who}:{int(time.time()) // 60}"
        cache.add(key, 0, timeout=120)
        try:
            return cache.incr(key) <= limit
        except ValueError:
            return True

    def wait(self) -> float:
        """Until the next minute begins."""
        return 60 - time.time() % 60
