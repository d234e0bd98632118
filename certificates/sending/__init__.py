"""ZIPs of an agency's certificates, made beside the requests and fetched from the staff's page."""
