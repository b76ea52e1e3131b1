"""What programs may do, one module a subject. Which row of the table of permissions each obeys: `permissions.API`."""
