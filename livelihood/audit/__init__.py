"""The journal. Call `audit.services.record`; read by `audit.selectors`."""
