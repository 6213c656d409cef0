"""Is this club set up well? Everything that can be asked without changing anything."""
