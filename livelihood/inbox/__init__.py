"""Messages to people who work here: in the portal, by mail, by what an office has ordered."""
