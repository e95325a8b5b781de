"""The front-end files we keep are exactly the ones we once chose."""

import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVED = ROOT / "app" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"
OURS = {"vendor.json", "package.json", "package-lock.json", ".npmrc", "update.py", "icons.txt"}
WORDS_OF = {
    "MIT": "Permission is hereby granted, free of charge",
    "0BSD": "Permission to use, copy, modify, and/or distribute this software",
    "MPL-2.0": "Mozilla Public License, version 2.0",
}

folders = pytest.mark.parametrize("folder", [SERVED, FOR_TESTS], ids=["served", "for tests"])


def packages(folder: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads((folder / "vendor.json").read_text("utf-8"))[
        "packages"
    ]
    return listed


def hashes(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for package in packages(folder):
        files = package["files"]
        assert isinstance(files, dict)
        found |= files
    return found


@folders
def test_every_kept_file_still_has_the_hash_it_came_with(folder: Path) -> None:
    for name, expected in hashes(folder).items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name


@folders
def test_no_file_lies_in_the_vendor_folder_unlisted(folder: Path) -> None:
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert present - OURS == set(hashes(folder))


@folders
def test_every_package_brings_its_licence_text(folder: Path) -> None:
    for package in packages(folder):
        text = (folder / str(package["licence_file"])).read_text("utf-8")

        assert WORDS_OF[str(package["licence"])] in " ".join(text.split()), package["name"]


def test_the_kept_versions_are_the_locked_ones() -> None:
    locked = json.loads((SERVED / "package-lock.json").read_text("utf-8"))["packages"]

    for package in [*packages(SERVED), *packages(FOR_TESTS)]:
        assert locked[f"node_modules/{package['name']}"]["version"] == package["version"]


def test_the_lock_file_names_no_registry_host() -> None:
    assert '"resolved"' not in (SERVED / "package-lock.json").read_text("utf-8")


def test_the_sprite_holds_exactly_the_icons_we_ask_for() -> None:
    sprite = ElementTree.parse(SERVED / "icons.svg")  # noqa: S314  # a file of ours
    drawn = [symbol.get("id") for symbol in sprite.iter("{http://www.w3.org/2000/svg}symbol")]

    assert drawn == (SERVED / "icons.txt").read_text("utf-8").split()


def test_no_template_asks_for_an_icon_that_is_not_drawn() -> None:
    drawn = set((SERVED / "icons.txt").read_text("utf-8").split())
    templates = (ROOT / "app" / "templates").rglob("*.html")
    asked = {
        name
        for template in templates
        for name in re.findall(
            r"""\bicon(?:\(|=)\s*["']([a-z0-9-]+)["']""", template.read_text("utf-8")
        )
    }

    assert asked
    assert asked <= drawn
