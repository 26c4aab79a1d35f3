"""Status lists from the registry's own rows: none are kept yet, and that is said."""

import pytest

from credentials.errors import SourceUnavailable
from credentials.verify import StatusListQuestion
from registry.verification.sources import RegistrySources
from tests.conftest import AT


@pytest.mark.django_db
def test_a_list_that_is_not_kept_here_is_not_known():
    question = StatusListQuestion("https://x.example/1", "application/vc", "did:web:x.example", AT)
    with pytest.raises(SourceUnavailable) as caught:
        RegistrySources().status_list(question)
    assert caught.value.code == "status.list_unavailable"
