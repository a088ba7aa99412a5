"""Tables of what administrators keep current: own rules with all their versions, and verifications."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, false, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.db import Base, identity, small


class OwnRuleChanges(Base):
    """One row that counts the changes of own rules: whoever changes one holds it, so they are numbered as committed."""

    __tablename__ = "own_rule_changes"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class OwnRule(Base):
    """A rule of our own for one country; what it says stands in its latest version."""

    __tablename__ = "own_rule"

    id: Mapped[int] = identity()
    country: Mapped[str]
    """ISO 3166 alpha-2."""

    __table_args__ = (Index("ix_own_rule_country_id", "country", "id"),)


class OwnRuleVersion(Base):
    """What an own rule said from one change to the next; a trigger refuses to change or remove it."""

    __tablename__ = "own_rule_version"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The number of the change that made it, over all own rules."""
    own_rule_id: Mapped[int] = mapped_column(ForeignKey("own_rule.id"))
    no: Mapped[int] = small()
    """1 for the first version of its rule."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    reason: Mapped[str]
    """Why it was added, changed or ended."""
    is_ended: Mapped[bool] = mapped_column(server_default=false())
    """From this version on it counts no more."""
    above: Mapped[str | None]
    """Id of the rule of the file that it was written to stand above."""
    dimension: Mapped[str]
    condition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The words of `facts.When` by name; what is missing asks nothing."""
    outcome: Mapped[str]
    policy: Mapped[str | None]
    """What we do about it; null for what is usual for the outcome."""
    shown_as: Mapped[str | None]
    sentence: Mapped[str]
    note: Mapped[str | None]
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[str]
    effective_from: Mapped[date | None]
    effective_until: Mapped[date | None]
    """The first day on which it no longer holds."""
    source_publisher: Mapped[str]
    source_kind: Mapped[str]
    source_url: Mapped[str]
    source_as_of: Mapped[date]

    __table_args__ = (
        Index("uq_own_rule_version_own_rule_id_no", "own_rule_id", "no", unique=True),
        CheckConstraint("effective_from < effective_until", name="from_before_until"),
    )


class Verification(Base):
    """Somebody has looked whether what is said of a country is still true; rows are only ever added."""

    __tablename__ = "country_verification"

    id: Mapped[int] = identity()
    country: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_country_verification_country_id", "country", "id"),)
