"""Acts as records: facts gathered, rendered, kept and promised to the ERP."""
