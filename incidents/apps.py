from django.apps import AppConfig

from audit import events


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from incidents import consistency, handlers

        handlers.register()
        consistency.register_checks()
        events.register(
            {
                "incidents.incident.opened": "Reported that something went wrong",
                "incidents.incident.noted": "Added to an incident",
                "incidents.incident.assessed": "Assessed the risk of an incident",
                "incidents.incident.decided": "Decided whether the regulator is told of an incident",
                "incidents.incident.closed": "Closed an incident",
                "incidents.incident.reminded": "Told again of an incident without a decision",
            }
        )
