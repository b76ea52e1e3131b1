"""The planning desk: plans computed on snapshots, reviewed and approved."""
