"""Neighbours that tests make for themselves."""

from collections.abc import Mapping

from app.core.outside import ONLY_ERP, KnownErp
from connectors.erp.port import Erp


def one_erp(erp: Erp, *, parallel: int = 2) -> Mapping[str, KnownErp]:
    """Return the connections of an installation with one ERP that keeps the contract."""
    return {ONLY_ERP: KnownErp(erp, parallel=parallel)}
