"""Who stays, who moves where, for how long: the exchange of named teachers of a district for one year."""
