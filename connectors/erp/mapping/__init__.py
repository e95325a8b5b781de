"""One YAML file a connection: what the portal asks, in the words of a SOAP service that exists."""

from connectors.erp.mapping.load import parse, read
from connectors.erp.mapping.model import Mapping
from connectors.erp.mapping.sheet import MappingError

__all__ = ["Mapping", "MappingError", "parse", "read"]
