"""What differs by machine; read by the doors only."""
