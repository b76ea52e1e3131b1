"""What programs may do, one module a subject. Which row of permissions each obeys stands in `junheng.web.api.obeys`."""
