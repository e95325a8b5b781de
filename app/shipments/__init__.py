"""What the ERP sent to whom, and how much of it can still be claimed."""
