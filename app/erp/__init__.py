"""The exchange with the ERP: what is pulled, what is pushed, how fresh it is."""
