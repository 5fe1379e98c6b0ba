"""The machinery behind ./portal: sets a machine up, starts and watches the portal's programs."""
