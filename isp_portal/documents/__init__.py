"""The reference documents that are written from the code, so that they cannot tell another story."""

from collections.abc import Callable

from isp_portal.documents import (
    events,
    privacy,
    purposes,
    retention,
    roles,
    tiers,
    urls,
    variables,
    workflows,
)

# By the file's name in docs/reference. Each page is the same text whenever and wherever it is made.
PAGES: dict[str, Callable[[], str]] = {
    "events.md": events.page,
    "privacy.md": privacy.page,
    "purposes.md": purposes.page,
    "retention.md": retention.page,
    "roles.md": roles.page,
    "settings.md": variables.page,
    "tiers.md": tiers.page,
    "urls.md": urls.page,
    "workflows.md": workflows.page,
}
