"""Debian's Chromium under Playwright; nothing is ever downloaded."""

import shutil

from playwright.sync_api import Browser, Playwright

WHERE = shutil.which("chromium")
# Those after --disable-gpu keep it from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright, *more_flags: str) -> Browser:
    """Start the browser."""
    return playwright.chromium.launch(executable_path=WHERE, args=[*FLAGS, *more_flags])
