"""A changed club file, tried on the people of the running house before it is used."""
