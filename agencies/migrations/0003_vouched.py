"""The log takes in what confers authority as it stood when the log began to keep versions."""

from django.db import migrations

from audit.migration import vouch_for, vouch_for_signed


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_versions"), ("audit", "0004_sealing")]

    operations = [
        vouch_for(
            "agencies.Agency",
            "agencies.Desk",
            "agencies.Membership",
            "agencies.DeskSeat",
            "agencies.Invitation",
        ),
        vouch_for_signed("agencies.Authorisation", "agencies.Membership", "membership_id"),
    ]
