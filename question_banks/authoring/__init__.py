"""Writing items: forms of the families, saving versions, differences between them."""
