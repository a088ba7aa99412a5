"""A table's row reads as a card on a phone's screen, and as a row of a table everywhere else."""

from collections.abc import Callable

import pytest
from flask import Flask, render_template
from playwright.sync_api import Page, expect

from app.web.access import public
from app.web.tables import labelled

PAGE = """{% extends "base.html" %}
{% from "components/table.html" import table %}
{% block title %}Tables{% endblock %}
{% block content %}
{% call table("Orders", ["Order", ("Recipients", "number"), "Why", ""]) %}
<tr><th scope="row">{{ order }}</th><td class="number">8</td><td class="text"> </td><td><a href="/">Open</a></td></tr>
{% endcall %}
{% call table("Cost", ["Country", ("Price", "number")], compared=true) %}
<tr><th scope="row">Norway</th><td class="number">0.29</td></tr>
{% endcall %}
{% endblock %}"""
ORDER = "<b>walk & talk</b>"


@pytest.fixture
def tables(desk: Flask, templates: Callable[[dict[str, str]], None]) -> Flask:
    """Two tables, of which the second is to be compared."""
    templates({"tables.html": PAGE})
    desk.add_url_rule("/", "tables", public(lambda: render_template("tables.html", order=ORDER)))
    return desk


def test_each_cell_says_which_column_it_is_of() -> None:
    rows = '<tr id="a"><th scope="row">7</th><td class="number">1</td></tr>\n<tr><th scope="row">8</th><td>2</td></tr>'

    told = labelled(rows, ["Order", ("Cost", "number")])

    assert told == (
        '<tr id="a"><th data-label="Order" scope="row">7</th><td data-label="Cost" class="number">1</td></tr>\n'
        '<tr><th data-label="Order" scope="row">8</th><td data-label="Cost">2</td></tr>'
    )


def test_a_cell_with_nothing_in_it_says_nothing() -> None:
    assert labelled("<tr><td>7</td><td class='text'> \n</td></tr>", ["Order", "Why"]).count("data-label") == 1


def test_a_cell_across_several_columns_counts_as_so_many() -> None:
    told = labelled('<tr><td colspan="2">7</td><td>8</td></tr>', ["A", "B", "C"])

    assert told == '<tr><td data-label="A" colspan="2">7</td><td data-label="C">8</td></tr>'


def test_a_heading_cannot_leave_its_attribute() -> None:
    assert labelled("<tr><td>7</td></tr>", ['"><script>']) == '<tr><td data-label="&#34;&gt;&lt;script&gt;">7</td></tr>'


def test_what_stands_in_a_cell_stays_escaped(tables: Flask) -> None:
    page = tables.test_client().get("/").text

    assert "&lt;b&gt;walk &amp; talk&lt;/b&gt;" in page
    assert ORDER not in page


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("viewport", [(390, 844)])
def test_on_a_phone_every_cell_is_in_sight_with_its_heading(address: str, page: Page) -> None:
    page.goto(address)

    orders = page.get_by_role("table", name="Orders")
    row = orders.get_by_role("row").filter(has_text="walk")
    expect(row.get_by_role("rowheader")).to_have_text(ORDER)
    expect(row.get_by_role("cell").filter(visible=True)).to_have_text(["8", "Open"])
    headings = row.locator("[data-label]").evaluate_all(
        "cells => cells.map(c => getComputedStyle(c, '::before').content)"
    )
    assert headings == ['"Order"', '"Recipients"', "none"]
    assert orders.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("viewport", [(390, 844)])
def test_figures_that_are_compared_stay_under_each_other_on_a_phone(address: str, page: Page) -> None:
    page.goto(address)

    price = page.get_by_role("table", name="Cost").get_by_role("cell", name="0.29")
    assert price.evaluate("cell => getComputedStyle(cell).display") == "table-cell"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("viewport", [(1280, 900)])
def test_on_a_wide_screen_the_headings_stand_once_above(address: str, page: Page) -> None:
    page.goto(address)

    cell = page.get_by_role("table", name="Orders").get_by_role("cell", name="8")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == "none"
    expect(page.get_by_role("columnheader", name="Recipients")).to_be_visible()
