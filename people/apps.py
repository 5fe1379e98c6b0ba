from django.apps import AppConfig

from audit import events


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self) -> None:
        events.register(
            {
                "people.searched": "Searched their agency's records for a person",
                "people.safety_added": "Said how somebody must not be reached, or who must not learn",
                "people.address_released": "Released a protected address to somebody",
                "people.address_withdrawn": "Withdrew a protected address that had been released",
            }
        )
