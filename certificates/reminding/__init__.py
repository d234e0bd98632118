"""Reminders before a certificate's end: by e-mail where one can be sent, else in an outbox."""
