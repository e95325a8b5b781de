"""Refresh the front-end files kept in this folder; for maintainers, needs npm.

Change a version in `package.json`, run `npm install --package-lock-only` here, then this script.
Icons are named in `icons.txt`; the sprite `icons.svg` is cut from the drawings of these.
Packages are installed into a temporary folder without their scripts; only the files named below
are copied, and `vendor.json` gets their hashes.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOR_TESTS = HERE.parents[2] / "tests" / "browser" / "vendor"

PEN = (
    'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
    ' stroke-linejoin="round"'
)
ICONS = (HERE / "icons.txt").read_text("utf-8").split()


@dataclass(frozen=True)
class Part:
    """One npm package: its licence, the file holding that text, and the files we keep of it."""

    package: str
    licence: str
    licence_source: str | None  # None: the package ships no licence file, ours is written by hand
    files: dict[str, str] = field(default_factory=dict)  # path in the package -> name here

    @property
    def licence_file(self) -> str:
        """Where the licence text is kept, below the vendor folder."""
        return f"licences/{self.package.lstrip('@').replace('/', '-')}.txt"


SERVED = (
    Part("htmx.org", "0BSD", "LICENSE", {"dist/htmx.min.js": "htmx.min.js"}),
    Part(
        "@tabler/core",
        "MIT",
        None,
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
    ),
    Part("@popperjs/core", "MIT", "LICENSE.md"),  # inside tabler.min.js
    Part("@tabler/icons", "MIT", "LICENSE", {"tabler-nodes-outline.json": "icons.svg"}),
    Part(
        "barcode-detector",
        "MIT",
        "LICENSE",
        {
            "dist/es/ponyfill.js": "barcode-detector/ponyfill.js",
            "dist/es/zxing-exported.js": "barcode-detector/zxing-exported.js",
        },
    ),
    Part(
        "zxing-wasm",
        "MIT",
        "LICENSE",
        {"dist/reader/zxing_reader.wasm": "barcode-detector/zxing_reader.wasm"},
    ),
)
TESTED_WITH = (Part("axe-core", "MPL-2.0", "LICENSE", {"axe.min.js": "axe.min.js"}),)


def main() -> None:
    """Install once, then fill the served folder and the folder of the browser tests."""
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(Path(scratch))
        fill(HERE, SERVED, modules)
        fill(FOR_TESTS, TESTED_WITH, modules)


def install(scratch: Path) -> Path:
    """Run `npm ci` in `scratch` from our lock file; return its node_modules."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, scratch)
    npm = shutil.which("npm") or "npm"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=scratch, check=True)  # noqa: S603  # a fixed command of ours
    return scratch / "node_modules"


def fill(folder: Path, parts: tuple[Part, ...], modules: Path) -> None:
    """Copy the named files of `parts` into `folder` and list them in its vendor.json."""
    listed = []
    for part in parts:
        home = modules / part.package
        for source, name in part.files.items():
            keep(home / source, folder / name)
        if part.licence_source:
            keep(home / part.licence_source, folder / part.licence_file)
        listed.append(describe(part, folder, home))
    write_json(folder / "vendor.json", {"packages": listed})


def keep(source: Path, target: Path) -> None:
    """Copy one file; icons are cut down to the sprite we use, source maps are not referred to."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.name == "icons.svg":
        target.write_text(cut_sprite(json.loads(source.read_text("utf-8"))), "utf-8")
    elif target.suffix in {".js", ".css"}:
        target.write_text(without_source_map(source.read_text("utf-8")), "utf-8")
    else:
        shutil.copyfile(source, target)


def without_source_map(text: str) -> str:
    """Drop the pointer to a map we do not serve; browsers would log a 404 for it."""
    return re.sub(r"\n?(//|/\*)# sourceMappingURL=\S+( \*/)?\s*$", "\n", text)


def cut_sprite(drawings: dict[str, list[tuple[str, dict[str, str]]]]) -> str:
    """Return an SVG sprite with one symbol for each of `ICONS`."""
    symbols = "\n".join(symbol(name, drawings[name]) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(name: str, nodes: list[tuple[str, dict[str, str]]]) -> str:
    """Return one icon as a symbol drawn in the colour of the text around it."""
    shapes = "".join(shape(tag, attributes) for tag, attributes in nodes)
    return f'<symbol id="{name}" viewBox="0 0 24 24"><g {PEN}>{shapes}</g></symbol>'


def shape(tag: str, attributes: dict[str, str]) -> str:
    """Return one SVG shape."""
    words = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f"<{tag} {words}/>"


def describe(part: Part, folder: Path, home: Path) -> dict[str, object]:
    """Return the vendor.json entry of one package."""
    version = json.loads((home / "package.json").read_text("utf-8"))["version"]
    names = [*part.files.values(), part.licence_file]
    return {
        "name": part.package,
        "version": version,
        "licence": part.licence,
        "licence_file": part.licence_file,
        "files": {name: sha256(folder / name) for name in names},
    }


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, content: object) -> None:
    """Write readable JSON that ends with a newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
