"""The manufacturer's ERP."""
