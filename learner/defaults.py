"""What the options mean when they are left out."""

ENCODER = "all-MiniLM-L6-v2"  # the packaged one
STRATEGY = "spread+breaking-ties"
BATCH_SIZE = 10
INITIAL = 40  # inquiries in the cold start
MARGIN = 0.005
SAMPLE_MARGIN = 0.01  # the sample's test set is too small to prove half a point with few labels
BUDGET = 500  # labels of a simulated campaign
