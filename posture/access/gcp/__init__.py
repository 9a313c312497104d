"""Google Cloud: what bindings, deny policies and roles let whom do, down the hierarchy."""
