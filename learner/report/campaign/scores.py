"""Whether the model's scores can be trusted."""

from labeling.inquiries.hints import counted
from learner.measuring.calibration import automatic_share, calibration_error, reliability
from learner.report.campaign.measured import Measured
from learner.report.campaign.words import span
from learner.report.charts import chart, reliability_diagram
from learner.report.page import folded, paragraph, table

ASKED = 0.99  # precision of what would be answered without a person


def scores(measured: Measured) -> str:
    """The section."""
    proba, truth = measured.model, measured.truth
    rows = reliability(proba, truth)
    error = calibration_error(proba, truth)
    automatic = automatic_share(proba, truth, ASKED)
    title = f"model on {counted(measured.labels, 'label')}"
    figure = reliability_diagram(
        [
            (
                title,
                rows["confidence"].tolist(),
                rows["accuracy"].tolist(),
                rows["inquiries"].tolist(),
            )
        ]
    )
    without = (
        f"{automatic.share * 100:.1f} % could be answered without a person (95 % interval "
        f"{span(automatic.share_low * 100, automatic.share_high * 100, 1)} %), those with a score "
        f"of at least {automatic.threshold:.3f}"
        if automatic.share
        else "nothing could be answered without a person"
    )
    kind = (
        "These are scores as the campaign hands the model out, scaled on its labels."
        if measured.is_calibrated
        else "These scores are as they come out of the fit; they are scaled when the campaign ends."
    )
    explained = paragraph(
        "A model is calibrated if, of all it gives a score of 0.8, it gets 80 % right: then its "
        "points lie on the dashed line; above it the model is too modest, below too sure. Expected "
        f"calibration error on {len(truth):,} {measured.on}: {error:.4f}. {kind}"
    ) + paragraph(
        f"If {ASKED * 100:g} % of the answers had to be right, {without}. The threshold is chosen "
        "on the inquiries that it is measured on."
    )
    listed = table(
        f"Reliability: {title}",
        ["Scores", "Inquiries", "Mean score", "Right"],
        [
            [
                span(row.low, row.high, 2),
                f"{row.inquiries:,}",
                f"{row.confidence:.4f}",
                f"{row.accuracy:.4f}",
            ]
            for row in rows.itertuples()
        ],
    )
    says = f"Reliability diagram. Calibration error {error:.4f}; the table under it has the figures"
    return explained + chart(figure, "reliability", says) + folded("As a table", listed)
