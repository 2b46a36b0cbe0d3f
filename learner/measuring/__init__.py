"""How good predictions are: accuracy, confusion, calibration, slices, stress."""
