"""The reference mapping as the file of another connection."""

from config.settings import MAPPINGS
from tests.connectors.erp.running import USER


def mapping_text(name: str, url: str, **more: str) -> str:
    """Return the reference mapping for another place; `more` are other keys to change."""
    changed = {
        "name": name,
        "title": f"1C of {name}",
        "url": url,
        "user": USER,
        "password_from": f"ERP_PASSWORD_{name.upper()}",
        "node": f"portal-{name}",
        **more,
    }
    lines = (MAPPINGS / "reference.yaml").read_text().splitlines()
    for key, value in changed.items():
        at = next(at for at, one in enumerate(lines) if one.strip().startswith(f"{key}: "))
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = f"{indent}{key}: {value}"
    return "\n".join(lines) + "\n"
