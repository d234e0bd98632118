"""Groups of the `ujikom` command; each takes the installation from `cli`, none opens one itself."""
