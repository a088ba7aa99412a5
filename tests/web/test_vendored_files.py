"""What others made is served by us, unchanged, and nothing is fetched from elsewhere."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "MANIFEST.json").read_text())
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(
    r"""\son[a-z]+\s*=|\sstyle\s*=|<style|javascript:|hx-on|["']js:|<script(?![^>]*\ssrc=)""", re.IGNORECASE
)
ELSEWHERE = re.compile(
    r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//""", re.IGNORECASE
)


def test_every_file_has_the_hash_of_the_manifest() -> None:
    named = {path: sha384 for package in PACKAGES for path, sha384 in package["files"].items()}

    found = {
        file.relative_to(VENDOR).as_posix(): base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "MANIFEST.json"
    }

    assert found == named


def test_htmx_is_the_release_that_was_read() -> None:
    htmx = next(package for package in PACKAGES if package["name"] == "htmx.org")

    assert htmx["version"] == "4.0.1"
    assert (
        htmx["files"]["htmx.org-4.0.1/htmx.min.js"]
        == "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    )


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_brings_its_licence(package: dict[str, object]) -> None:
    files = package["files"]

    assert package["licence"] in ("0BSD", "MIT", "OFL-1.1")
    assert isinstance(files, dict)
    assert any(path.endswith("/LICENSE") for path in files)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_holds_inline_code_or_fetches_from_elsewhere(template: Path) -> None:
    text = template.read_text()

    assert not INLINE.findall(text)
    assert not ELSEWHERE.findall(text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_trusts_what_it_shows(template: Path) -> None:
    assert not re.findall(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", template.read_text())


def test_our_own_style_fetches_nothing_from_elsewhere() -> None:
    assert not ELSEWHERE.findall((ROOT / "static" / "app.css").read_text())
