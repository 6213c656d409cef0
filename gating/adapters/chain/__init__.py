"""How a chain is read: logs and calls as nodes write them, and the limits that providers set."""
