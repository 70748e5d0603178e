"""What people say to each other: of a plan item's month, open to the office, and of a person's month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person, Unit
from plans.models import PlanItem, ReportingMonth
from reports.enums import PostKind
from reports.querysets import PostQuerySet, ReachQuerySet


class Post(models.Model):
    """One contribution to the discussion of a plan item's month. Never deleted; edits keep the old text."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="posts")
    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="posts")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="posts")
    author = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=10, choices=PostKind.choices(), default=PostKind.COMMENT)
    text = models.TextField()
    at = models.DateTimeField()
    edits = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    """Of an objection: when its author, or the admin unit with a reason, said that it is settled."""
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    settled_reason = models.TextField(blank=True)

    objects = PostQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", owner="author_id")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="post_says_something"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(kind="OBJECTION"), name="only_objections_are_settled"
            ),
        ]
        indexes = [models.Index(fields=["item", "month"], name="posts_of_item")]

    def __str__(self) -> str:
        return self.text[:120]


class PostText(models.Model):
    """A text that an edit replaced."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="texts")
    no = models.PositiveSmallIntegerField()
    text = models.TextField()
    until = models.DateTimeField()
    """When it was replaced."""

    class Meta:
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["post", "no"], name="one_post_text_a_number")]

    def __str__(self) -> str:
        return self.text[:120]


class MonthComment(models.Model):
    """A word of the unit head, the admin unit or the officer on one person's month; nothing waits for it."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="month_comments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="month_comments")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="comments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="month_comments")
    """The person's unit on the day of the comment."""
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    objects = ReachQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]
        indexes = [models.Index(fields=["month", "person"], name="comments_of_month")]

    def __str__(self) -> str:
        return self.text[:120]
