import django.db.models.deletion
import django.utils.timezone
import kernel.ids
import vault.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0003_vouched'),
        ('vault', '0007_kept_from'),
    ]

    operations = [
        migrations.CreateModel(
            name='Advice',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('submission', models.UUIDField(unique=True)),
                ('query', models.CharField(choices=[('WHETHER', 'Whether to share'), ('HANDLING', 'How another agency has handled it'), ('LOSS', 'Information that was lost, or went astray'), ('REFUSAL', 'Another agency’s refusal to share')], max_length=10)),
                ('about', models.UUIDField(null=True)),
                ('about_reference', models.CharField(blank=True, max_length=12)),
                ('status', models.CharField(choices=[('WAITING', 'Waiting for a lead'), ('ANSWERED', 'Answered')], default='WAITING', max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_at', models.DateTimeField(null=True)),
                ('question', vault.fields.SealedText(seal_id='guidance.advice.question')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.dossier')),
                ('safe', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.safe')),
            ],
        ),
        migrations.CreateModel(
            name='Addressee',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('advice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addressees', to='guidance.advice')),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('words', vault.fields.SealedText(seal_id='guidance.reply.words')),
                ('advice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='guidance.advice')),
                ('safe', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.safe')),
            ],
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(fields=['asker', '-id'], name='guidance_advice_by_asker'),
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(fields=['agency', '-id'], name='guidance_advice_by_agency'),
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(condition=models.Q(('status', 'WAITING')), fields=['agency', 'id'], name='guidance_advice_waiting'),
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(fields=['about'], name='guidance_advice_about'),
        ),
        migrations.AddConstraint(
            model_name='advice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('status', 'ANSWERED')), models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), ('status', 'WAITING')), _connector='OR'), name='guidance_answered_advice_says_by_whom_and_when'),
        ),
        migrations.AddConstraint(
            model_name='advice',
            constraint=models.CheckConstraint(condition=models.Q(('question__isnull', False)), name='guidance_a_question_asks_something'),
        ),
        migrations.AddConstraint(
            model_name='addressee',
            constraint=models.UniqueConstraint(fields=('advice', 'lead'), name='guidance_a_lead_is_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('words__isnull', False)), name='guidance_a_reply_says_something'),
        ),
    ]
