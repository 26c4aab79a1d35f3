"""The index as rows. Whatever stands here can be made again from the registered versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.catalogue.documents import TITLE_KEY


class Head(models.Model):
    """The one row that writers wait for and readers look at first.

    ``stamp`` is new with every change, so that a reader whose rows were rolled back notices.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    generation = models.PositiveIntegerField(default=1)
    sequence = models.BigIntegerField(default=0)
    stamp = models.CharField(max_length=32)
    next_ordinal = models.PositiveIntegerField(default=0)
    next_word = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="catalogue_one_head")]

    def __str__(self) -> str:
        return f"{self.generation}.{self.sequence}"


class Change(models.Model):
    """One change of the index: an entry that came, one that went, or both."""

    generation = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    stamp = models.CharField(max_length=32)
    added = models.PositiveIntegerField(null=True)
    removed = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "sequence"], name="catalogue_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.generation}.{self.sequence} +{self.added} -{self.removed}"


class Entry(models.Model):
    """A document's place in the index, narrow: a fresh process reads all of them.

    A changed document gets a new ordinal; the old one stays, not alive, until the next reindex.
    """

    generation = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    activity_id = models.UUIDField()
    alive = models.BooleanField(default=True)
    provider = models.CharField(max_length=60)
    # Microseconds since 1970: a number, because all of them are read at once.
    registered = models.BigIntegerField()
    size = models.FloatField()
    title_key = models.CharField(max_length=TITLE_KEY)
    title_words = models.PositiveSmallIntegerField()
    # The last day it is shown, where its text sets one.
    last_day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["generation", "last_day"],
                condition=Q(alive=True, last_day__isnull=False),
                name="catalogue_last_day",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["generation", "ordinal"], name="catalogue_ordinal"),
            models.UniqueConstraint(
                fields=["generation", "activity_id"],
                condition=Q(alive=True),
                name="catalogue_one_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.generation}.{self.ordinal} {self.activity_id}"


class Card(models.Model):
    """What is shown of a document, and what likeness is judged by; read for few at a time."""

    generation = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    activity_id = models.UUIDField()
    facets = models.JSONField()
    shown = models.JSONField()
    outcomes = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "ordinal"], name="catalogue_card_place")
        ]

    def __str__(self) -> str:
        return f"{self.generation}.{self.ordinal} {self.activity_id}"


class Posting(models.Model):
    """The block of a set: in which documents (or words) a term occurs. See ``bits.py``.

    Terms are bytes, so that both databases order them alike and a prefix is a range.
    """

    generation = models.PositiveIntegerField()
    term = models.BinaryField(max_length=200)
    block = models.PositiveSmallIntegerField()
    bits = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "term", "block"], name="catalogue_posting_block"
            )
        ]

    def __str__(self) -> str:
        return f"{bytes(self.term)!r} {self.block}"


class Word(models.Model):
    """A word that occurs, with its number in the index of spellings."""

    generation = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "word"], name="catalogue_word_once"),
            models.UniqueConstraint(fields=["generation", "number"], name="catalogue_word_number"),
        ]

    def __str__(self) -> str:
        return self.word
