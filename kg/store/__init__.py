"""Store: the graph directory, an Oxigraph store beside the ledger that it is derived from."""
