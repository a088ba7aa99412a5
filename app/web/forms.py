"""What all forms share: errors in the order of the page, forgery protection, and sizes of files."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template
from flask_babel import gettext
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import FileStorage
from wtforms import Field, RadioField
from wtforms.fields.choices import SelectChoice

from app.web.access import kept_fields, lost_files

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One line of the error summary: which element to go to, the field's label, and what is wrong with it."""

    anchor: str
    label: str
    text: str


class Form(FlaskForm):
    """The base of every form; its fields' order on the page is the order of their declaration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        FlaskForm.__init__(self, *args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether all fields are well; what is not stands in the fields' errors."""
        return bool(FlaskForm.validate(self, extra_validators))

    def errors_in_order(self) -> list[FieldError]:
        """List what is wrong, field by field as they stand on the page, whole-form errors first."""
        whole = [FieldError("main", "", str(text)) for text in self.form_errors]
        return whole + [error for field in self for error in _errors_of(field)]


def size_of(file: FileStorage) -> int:
    """Measure an uploaded file in bytes without reading it; it stands at its beginning afterwards."""
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size


def chosen_id(value: str | int | None) -> int | None:
    """Read the id of a chosen line; None for the one that only says *Choose*."""
    return int(value) if value else None


def to_choose(choices: list[SelectChoice]) -> list[SelectChoice]:
    """Put *Choose* before several, so that nobody takes the first one by accident."""
    return choices if len(choices) == 1 else [SelectChoice("", gettext("Choose")), *choices]


def field_aria(described_by: list[str], errors: Sequence[Any]) -> dict[str, str]:
    """Give the attributes that tie an input to its hint and its error."""
    aria = {"aria-describedby": " ".join(described_by)} if described_by else {}
    return {**aria, "aria-invalid": "true"} if errors else aria


def install(app: Flask) -> None:
    """Refuse every POST without the form's token, and keep what was typed in it."""
    csrf.init_app(app)
    app.add_template_global(field_aria)
    app.register_error_handler(CSRFError, _answer_stale_form)


def _answer_stale_form(error: CSRFError) -> tuple[str, int]:
    return render_template("errors/stale_form.html", kept=kept_fields(), lost_files=lost_files()), 400


def _errors_of(field: Field) -> Iterator[FieldError]:
    anchor = f"{field.id}-0" if isinstance(field, RadioField) else field.id
    for text in _flat(field.errors):
        yield FieldError(anchor, str(field.label.text), text)


def _flat(errors: Any) -> Iterator[str]:
    if isinstance(errors, dict):
        errors = errors.values()
    for error in errors:
        if isinstance(error, (list, tuple, dict)):
            yield from _flat(error)
        else:
            yield str(error)
