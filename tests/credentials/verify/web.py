"""What stands on a site over TLS on this machine, as pages by path."""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import contextmanager

from tests.credentials.tls_site import Authority, serving


class Pages(MutableMapping):
    """Path to body in bytes, or to ``(status, headers, body)``."""

    def __init__(self, served):
        self._served, self._pages = served, {}

    def __setitem__(self, path, page):
        status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
        self._served.serve(path, body, status=status, **headers)
        self._pages[path] = page

    def __delitem__(self, path):
        del self._served.pages[path], self._pages[path]

    def __getitem__(self, path):
        return self._pages[path]

    def __iter__(self):
        return iter(self._pages)

    def __len__(self):
        return len(self._pages)


@contextmanager
def site(folder):
    """(base URL, its ``Pages``, the requests it got, a TLS context that trusts it)."""
    authority = Authority(folder)
    with serving(authority) as served:
        yield served.url(""), Pages(served), served.seen, authority.client
