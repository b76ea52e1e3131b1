"""Layout over years: which schools to keep, expand, open, merge, close or lead as branches, and when."""
