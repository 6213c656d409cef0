"""PostgreSQL behind the stores' ports: one file per port, one transaction for all of them."""
