"""People who sign in: their passwords, second factors, recovery codes and sessions."""
