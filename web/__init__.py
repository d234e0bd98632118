"""The only package that knows HTTP: controllers by audience, templates, static files, locales."""
