"""The portal, domain by domain; `app/portal.py` puts them together."""
