"""What was awarded, and what becomes of it: tranches, reports, changes, closeout; what stands behind it."""
