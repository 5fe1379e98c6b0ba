from django.apps import AppConfig

from audit import events


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self) -> None:
        events.register({"people.searched": "Searched their agency's records for a person"})
