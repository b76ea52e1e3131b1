"""The bureau's web application: records, plans and approvals in daily use, on one laptop or a county's server."""
