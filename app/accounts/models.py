"""Tables of who is at the desk: service owners, persons and their memberships."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, identity, small


class ServiceOwner(Base):
    """A public body that sends."""

    __tablename__ = "service_owner"

    id: Mapped[int] = identity()
    short_name: Mapped[str] = mapped_column(unique=True)
    """As in Altinn: `ttd`, `skd`, `nav`."""
    name: Mapped[str]
    sms_sender: Mapped[str]
    """The sender ID that a new order starts with."""
    email_from: Mapped[str]
    """The address that a new order's e-mail comes from."""
    days: Mapped[int] = small(default=0)
    """On which days the SMS of a new order leave: a `messaging.days.Days`."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    """Since when nobody can place orders for it."""

    memberships: Mapped[list["Membership"]] = relationship(back_populates="service_owner")


class ServiceOwnerLogo(Base):
    """The image above a service owner's formatted e-mails."""

    __tablename__ = "service_owner_logo"

    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """`png` or `jpeg`."""
    image: Mapped[bytes] = mapped_column(BYTEA)


class Person(Base):
    """Somebody who can sign in; flask-login asks it who it is."""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    __tablename__ = "person"

    id: Mapped[int] = identity()
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    is_administrator: Mapped[bool] = mapped_column(server_default=text("false"))
    is_support: Mapped[bool] = mapped_column(server_default=text("false"))
    session_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    """Counted up to sign the person out everywhere: a session of an older epoch is nobody's."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]
    """Since when the person cannot sign in."""
    mobile: Mapped[str] = mapped_column(server_default="")
    """The person's own number in E.164, to which they send tests; empty where they gave none."""
    last_seen_at: Mapped[datetime | None]
    """The last sign-in."""

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    __table_args__ = (Index("uq_person_email_lower", text("lower(email)"), unique=True),)

    def get_id(self) -> str:
        """Tell what the session keeps: the person and the epoch, so that counting the epoch up ends the session."""
        return f"{self.id}:{self.session_epoch}"

    def has_role(self, role: str) -> bool:
        """Whether the person is `administrator`, `support` or, by any membership, `sender`."""
        roles = {"administrator": self.is_administrator, "support": self.is_support}
        return bool(self.memberships) if role == "sender" else roles.get(role, False)


class Membership(Base):
    """A person sends for a service owner."""

    __tablename__ = "membership"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    person: Mapped[Person] = relationship(back_populates="memberships")
    service_owner: Mapped[ServiceOwner] = relationship(back_populates="memberships")
