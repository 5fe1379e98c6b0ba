"""Seals over both logs, their leaves, where roots went, what looks found, and expiry of months."""

import django.db.models.deletion
import django.utils.timezone
import kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_reading'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingEvent',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('log', models.CharField(choices=[('AUDIT', 'What changed'), ('ACCESS', 'Who looked')], max_length=6)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'audit_pending',
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('first_seal', models.BigIntegerField(null=True)),
                ('last_seal', models.BigIntegerField(null=True)),
                ('events', models.PositiveBigIntegerField()),
                ('expired', models.PositiveBigIntegerField()),
                ('statements', models.PositiveIntegerField()),
                ('problems', models.PositiveBigIntegerField()),
                ('findings', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PartitionExpiry',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('mac_key_id', models.CharField(editable=False, max_length=32)),
                ('mac', models.BinaryField(max_length=32)),
                ('month', models.DateField(unique=True)),
                ('proposed_by_id', models.UUIDField()),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kept_for', models.CharField(max_length=60)),
                ('approved_by_id', models.UUIDField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('carried_out_at', models.DateTimeField(null=True)),
                ('audit_events', models.PositiveBigIntegerField(null=True)),
                ('access_events', models.PositiveBigIntegerField(null=True)),
                ('last_seal', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('approved_by_id__isnull', True), models.Q(('approved_by_id', models.F('proposed_by_id')), _negated=True), _connector='OR'), name='audit_expiry_is_approved_by_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by_id__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by_id__isnull', False)), _connector='OR'), name='audit_expiry_approval_has_person_and_time'), models.CheckConstraint(condition=models.Q(('carried_out_at__isnull', True), models.Q(('access_events__isnull', False), ('approved_at__isnull', False), ('audit_events__isnull', False)), _connector='OR'), name='audit_expiry_is_carried_out_only_when_approved'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='audit_expiry_month_is_named_by_its_first_day')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('key_id', models.CharField(max_length=32)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='audit_seal_by_time')],
            },
        ),
        migrations.CreateModel(
            name='RootDelivery',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('channel', models.CharField(choices=[('FILE', 'File'), ('SYSLOG', 'Syslog'), ('MAIL', 'E-mail')], max_length=6)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('left_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='audit.seal', to_field='number')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal', 'channel', 'place'), name='audit_a_root_leaves_once_each_way')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('log', models.CharField(choices=[('AUDIT', 'What changed'), ('ACCESS', 'Who looked')], max_length=6)),
                ('at', models.DateTimeField()),
                ('form', models.PositiveSmallIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='audit.seal', to_field='number')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal', 'position'), name='audit_one_leaf_at_each_place')],
            },
        ),
    ]
