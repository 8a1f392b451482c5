"""The bounds of the frontend's histograms on the live stack: with them a quantile is told from the next."""

SECONDS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.16, 0.2, 0.3, 0.5, 0.75, 1, 2.2, 5, 10, 30),
)
TOKENS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
