"""The interface for programs: the same services over HTTP and JSON, under the same table of permissions."""
