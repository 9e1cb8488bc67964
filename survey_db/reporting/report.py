"""The report: one HTML file with figures, tables, methods and versions, to attach to a paper."""

from __future__ import annotations

import gzip
import platform
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from importlib.metadata import version
from itertools import count
from pathlib import Path

from survey_db.genres import CANNOT_TELL
from survey_db.reporting.parts import Chart, Section, Table
from survey_db.reporting.sections import first_lines, sections
from survey_db.statistics.intervals import MIN_LISTENERS, REPLICATES, SEED
from survey_db.statistics.permutation import MOST_SHUFFLED, PERMUTATIONS
from survey_db.statistics.power import ALPHA, POWER
from survey_db.statistics.printing import percent
from survey_db.statistics.summary import StudyStatistics

LIBRARIES = ("numpy", "pandas", "scipy", "plotly", "sqlalchemy")
"""What the figures depend on; the report gives their versions."""

REFERENCES = (
    "Bates, D., Mächler, M., Bolker, B. & Walker, S. (2015). Fitting linear mixed-effects models using lme4. "
    "Journal of Statistical Software 67(1). https://doi.org/10.18637/jss.v067.i01",
    "Bland, J. M. & Altman, D. G. (1996). Measurement error. BMJ 312, 1654.",
    "Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. "
    "Journal of Human Resources 50(2), 317-372. https://doi.org/10.3368/jhr.50.2.317",
    "Cohen, J. (1988). Statistical power analysis for the behavioral sciences, 2nd ed. Erlbaum.",
    "Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.",
    "Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American Statistician "
    "69(4), 371-386. https://doi.org/10.1080/00031305.2015.1089789",
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
    "Statistics 6, 65-70.",
    "Kish, L. (1965). Survey sampling. Wiley.",
    "Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number "
    "of positive counts estimated from survey data. Survey Methodology 24, 193-201.",
    "Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. "
    "https://repository.upenn.edu/asc_papers/43",
    "Kuznetsova, A., Brockhoff, P. B. & Christensen, R. H. B. (2017). lmerTest package: Tests in linear "
    "mixed effects models. Journal of Statistical Software 82(13). https://doi.org/10.18637/jss.v082.i13",
    "Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. "
    "Statistics in Medicine 17, 873-890.",
    "Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications "
    "in Genetics and Molecular Biology 9(1), 39. https://doi.org/10.2202/1544-6115.1585",
    "Riordan, J. (1958). An introduction to combinatorial analysis. Wiley.",
    "Wagner, H. L. (1993). On measuring performance in category judgment studies of nonverbal behavior. "
    "Journal of Nonverbal Behavior 17, 3-28.",
    "Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
    "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of "
    "the American Statistical Association 22, 209-212.",
)

SYSTEM_REFERENCES = (
    "Barr, D. J., Levy, R., Scheepers, C. & Tily, H. J. (2013). Random effects structure for confirmatory "
    "hypothesis testing. Journal of Memory and Language 68(3), 255-278. "
    "https://doi.org/10.1016/j.jml.2012.11.001",
    "Hothorn, T., Bretz, F. & Westfall, P. (2008). Simultaneous inference in general parametric models. "
    "Biometrical Journal 50(3), 346-363. https://doi.org/10.1002/bimj.200810425",
)
"""What a report cites beside `REFERENCES` where it compares systems."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c1a27 }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc }
figure { margin: 1rem 0 } figcaption, .caption { font-size: .9rem; color: #555; margin: .5rem 0 0 }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0 }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: left }
.notice { padding: .75rem 1rem; border-left: 4px solid #c46a1b; background: #fbf1e6 }
summary { cursor: pointer; color: #0f5c66 } .selection { color: #555 }
p, li { overflow-wrap: anywhere } .answer { font-size: 1.15rem; margin: .5rem 0 }
@media (max-width: 30rem) {
  body { margin: 1rem auto } h1 { font-size: 1.5rem } .answer { font-size: 1.05rem }
}
@media print {
  body { max-width: none; margin: 0; font-size: 10.5pt }
  details > summary { display: none } details::details-content { content-visibility: visible; height: auto }
  figure, tr, .notice { break-inside: avoid } h1, h2, summary, .caption { break-after: avoid }
  section:has(> figure) { break-before: page } .scroll { overflow: visible } a { color: inherit }
}
"""


def html_report(
    summary: StudyStatistics, made_at: datetime, more: Iterable[Section] = (), notice: str = ""
) -> str:
    """Return the report as one HTML page that needs nothing else, not even a network.

    Parameters
    ----------
    summary : StudyStatistics
        The results.
    made_at : datetime
        The moment of the report, in UTC.
    more : iterable of Section
        Further parts, such as a comparison with another study.
    notice : str
        What a reader must know first, above all else.

    See Also
    --------
    StudyData.summarise : The results of a stored study.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> study = survey_db.read_study(survey_db.open_store("sqlite:///survey.db"), "published")
    >>> page = survey_db.html_report(study.summarise(survey_db.Filters()), datetime.now(UTC))
    >>> _ = Path("report.html").write_text(page, encoding="utf-8")
    """
    title = f"Results of “{summary.study}”"
    numbers = _Numbers()
    described = tuple(more)
    parts = [_section(number, part, numbers) for number, part in enumerate((*sections(summary), *described))]
    said = " ".join([methods(summary), *(part.methods for part in described if part.methods)])
    versions = " ".join([software(), *(part.software for part in described if part.software)])
    cited = sorted({*references(summary), *(cited for part in described for cited in part.references)})
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n<script>{plotly_script()}</script>\n"
        f"</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        + (f'<p class="notice"><strong>{escape(notice)}</strong></p>\n' if notice else "")
        + f'<p class="selection">{made_at:%-d %B %Y, %H:%M} UTC. Answers counted: '
        f"{escape(summary.filters.describe())}; answers from previews left out.</p>\n"
        + "\n".join(f'<p class="answer">{_bold(line)}</p>' for line in first_lines(summary))
        + "\n"
        + "\n".join(parts)
        + f"\n<h2>Methods</h2>\n<p>{escape(said)}</p>\n<h2>References</h2>\n<ul>\n"
        + "\n".join(f"<li>{escape(reference)}</li>" for reference in cited)
        + f"\n</ul>\n<h2>Software</h2>\n<p>{escape(versions)}</p>\n</body>\n</html>\n"
    )


@cache
def plotly_script() -> str:
    """Return the part of plotly.js that draws the figures of a report: a third of the whole.

    It is the distribution ``plotly.js-cartesian-dist-min``, whose licence (MIT) is beside it.
    """
    file = Path(__file__).with_name("plotly-cartesian.min.js.gz")
    return gzip.decompress(file.read_bytes()).decode()


def references(summary: StudyStatistics) -> list[str]:
    """Return what the methods paragraph cites, in alphabetical order."""
    return sorted([*REFERENCES, *(SYSTEM_REFERENCES if summary.systems else ())])


def methods(summary: StudyStatistics) -> str:
    """Return the methods paragraph, for a paper to quote."""
    parts = [_INTERVALS, _guesses(len(summary.offered)), _RATINGS]
    unsure = [_CANNOT_TELL] if CANNOT_TELL in summary.confusion.offered else []
    return " ".join([*parts, *unsure, *([_SYSTEMS] if summary.systems else []), _PLANS])


_INTERVALS = (
    "Standard deviations are over all answers, with divisor n - 1. Intervals are 95% confidence "
    "intervals. Those of the mean rating and of the share of right guesses over all samples are bootstrap "
    f"intervals: up to {REPLICATES:,} samples of whole listeners with replacement (seed {SEED}), "
    f"percentiles expanded for the number of listeners (Hesterberg, 2015), and given for {MIN_LISTENERS} "
    "listeners or more. Shares of a sample have Wilson intervals (Wilson, 1927); those of a genre with "
    "several samples are Korn and Graubard's (1998) with the design effect of clustering by listener (Kish, "
    "1965)."
)

_CANNOT_TELL = (
    "That a listener cannot tell is a guess like any other, of a genre that no sample has, and so a wrong "
    "one: it is shuffled with their other guesses, is a category of its own in the agreement among "
    "listeners, and is left out only where listeners are compared with classifiers, which always name a "
    "genre."
)

_RATINGS = (
    "Agreement among listeners is Krippendorff's alpha (2011), nominal for guesses and ordinal for "
    "ratings, with a jackknife over listeners (Efron & Tibshirani, 1993). Ratings are modelled with "
    "listener and sample as crossed random effects, fitted by restricted maximum likelihood (Bates et al., "
    "2015), fixed effects tested on Satterthwaite's degrees of freedom (Kuznetsova et al., 2017). Effects "
    "on right guesses come from a linear probability model with an intercept for each sample and errors "
    "clustered by listener (Cameron & Miller, 2015). Effects of several levels of training are corrected "
    "by Holm's method (1979). Self-consistency is the within-listener standard deviation of repeated "
    "ratings (Bland & Altman, 1996). Differences of two studies have bootstrap intervals over the "
    "listeners of both, on Welch's degrees of freedom, and Newcombe's (1998) per genre."
)

_SYSTEMS = (
    "Systems are compared by a mixed model with the system as fixed effect and listener, listener by "
    "system, composition and sample as random effects (Barr et al., 2013), fitted by restricted maximum "
    "likelihood with Satterthwaite's degrees of freedom, for ratings as for right guesses; and by least "
    "squares within listeners and compositions with errors clustered by listener. Intervals and p-values "
    "of their differences hold for all pairs at once, by the distribution of the largest of the correlated "
    "statistics (Hothorn et al., 2008)."
)

_PLANS = (
    f"Numbers of listeners needed are for two-sided tests at {percent(ALPHA, 0)} with power "
    f"{percent(POWER, 0)}, from the noncentral t distribution (Cohen, 1988) for ratings, and for guesses by "
    "simulating the tests above. Control items enter none of these but their own figures. Overlap of "
    "listeners and classifiers is the sum over genres of the smaller share."
)


def _guesses(offered: int) -> str:
    return (
        "The null hypothesis of the tests of guesses is that a listener's guesses, which may favour any "
        "genre, do not depend on what was played: each listener's own guesses are shuffled among the "
        "samples that they heard. The number right over all samples then has an exact distribution, the "
        "convolution over listeners of matching distributions (Riordan, 1958). The test of one sample, or "
        "genre, compares how often its genre is named for it and for samples of other genres, and is exact "
        f"too; these p-values are corrected by the step-down minimum over {PERMUTATIONS:,} permutations "
        f"(Westfall & Young, 1993; Phipson & Smyth, 2010), or, for more than {MOST_SHUFFLED:,} answers, over "
        "draws from the normal limit of the permutations. P-values are two-sided. The unbiased hit rate is "
        f"Wagner's (1993). Guessing evenly among the {offered} genres offered would get "
        f"{percent(1 / offered)} right, but is not the null hypothesis. Whether listeners agree with a "
        "classifier beyond the intended genre is tested by exchanging its verdicts among samples of one "
        "genre."
    )


def software() -> str:
    """Return the versions of what computed the figures."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Python {platform.python_version()}, {versions}."


class _Numbers:
    """Numbers the figures and tables of a report, each from 1."""

    def __init__(self) -> None:
        self.figures, self.tables = count(1), count(1)


def _section(number: int, part: Section, numbers: _Numbers) -> str:
    text = "\n".join(f"<p>{_bold(line)}</p>" for line in part.text)
    charts = "\n".join(
        _chart(f"chart-{number}-{place}", chart, numbers) for place, chart in enumerate(part.charts)
    )
    shown = "\n".join(_table(table, numbers) for table in part.tables)
    return f"<section>\n<h2>{escape(part.title)}</h2>\n{text}\n{charts}\n{shown}\n</section>"


def _chart(identity: str, chart: Chart, numbers: _Numbers) -> str:
    drawing = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=identity,
        config={"displaylogo": False, "responsive": True, "toImageButtonOptions": {"format": "svg"}},
    )
    caption = f"<strong>Figure {next(numbers.figures)}.</strong> {escape(chart.alt)}"
    return (
        f'<figure role="group" aria-label="{escape(chart.alt)}">\n{drawing}\n'
        f"<figcaption>{caption}</figcaption>\n</figure>\n"
        f"<details><summary>The same as a table</summary>\n{_table(chart.table, numbers)}\n</details>"
    )


def _table(table: Table, numbers: _Numbers) -> str:
    name = escape(table.heading)
    caption = f'<p class="caption"><strong>Table {next(numbers.tables)}.</strong> {name}</p>'
    cells = table.printed().to_html(index=False, border=0)
    return f'{caption}\n<div class="scroll" role="region" tabindex="0" aria-label="{name}">{cells}</div>'


def _bold(line: str) -> str:
    """Escape a line, its Markdown emphasis kept."""
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(line))
