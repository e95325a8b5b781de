"""A factory's ERP in one process: our contract over real SOAP, a store and a page to see it.

Run it with `python -m connectors.erp.simulator --port 8081 --data DIR`.
"""
