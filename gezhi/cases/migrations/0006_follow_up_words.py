from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_appeals_and_supplements'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='answer', name='answer_in_five_levels'),
        migrations.RemoveConstraint(model_name='answer', name='answer_drawn_until'),
        migrations.RemoveConstraint(model_name='answer', name='answer_says_only_who_was_reached'),
        migrations.RemoveIndex(model_name='answer', name='answer_to_call'),
        migrations.RenameField(model_name='answer', old_name='call_until', new_name='follow_up_until'),
        migrations.RenameField(model_name='answer', old_name='call_service', new_name='follow_up_service'),
        migrations.RenameField(model_name='answer', old_name='call_outcome', new_name='follow_up_outcome'),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('follow_up_until__isnull', False), ('is_over', False)), fields=['follow_up_until', 'id'], name='answer_to_follow_up'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('link_service__isnull', True), models.Q(('link_service__gte', 1), ('link_service__lte', 5)), _connector='OR'), models.Q(('link_outcome__isnull', True), models.Q(('link_outcome__gte', 1), ('link_outcome__lte', 5)), _connector='OR'), models.Q(('follow_up_service__isnull', True), models.Q(('follow_up_service__gte', 1), ('follow_up_service__lte', 5)), _connector='OR'), models.Q(('follow_up_outcome__isnull', True), models.Q(('follow_up_outcome__gte', 1), ('follow_up_outcome__lte', 5)), _connector='OR')), name='answer_in_five_levels'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drawn', ''), ('follow_up_until__isnull', True)), models.Q(models.Q(('drawn', ''), _negated=True), ('follow_up_until__isnull', False)), _connector='OR'), name='answer_drawn_until'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('is_contacted', True), models.Q(('follow_up_outcome__isnull', True), ('follow_up_service__isnull', True), ('is_solved__isnull', True)), _connector='OR'), name='answer_says_only_who_was_reached'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='source',
            field=models.CharField(choices=[('portal', '居民网页'), ('worker', '网格员上报'), ('counter', '窗口或电话代录'), ('import', '文件导入'), ('part', '分单')], max_length=10),
        ),
        migrations.AlterField(
            model_name='case',
            name='source',
            field=models.CharField(choices=[('portal', '居民网页'), ('worker', '网格员上报'), ('counter', '窗口或电话代录'), ('import', '文件导入'), ('part', '分单')], max_length=10),
        ),
    ]
