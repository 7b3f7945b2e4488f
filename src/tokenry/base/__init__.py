"""What every room stands on: clock, ids, units, errors, events, limits. No I/O, standard library only."""
